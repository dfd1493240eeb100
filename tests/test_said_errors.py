"""Everything that is said of faulty files can be said in any language."""

from __future__ import annotations

import ast
import copy
import re
import string
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from sim import reforms
from sim.check import Faulty, check_file
from sim.cluster import checked
from sim.console import print_checked, print_error
from sim.errors import FileFaults, PlannerError
from sim.execution import number_of_jobs
from sim.identity import identity, refuse_others
from sim.languages import language
from sim.languages.messages import PACKAGE, texts
from sim.office import Office
from sim.office_file import office_of
from sim.precision import read_precision
from sim.records.columns import MEANINGS, read_columns
from sim.records.tickets import read_tickets
from sim.reforms import REFORMS
from sim.schema import json_schema
from sim.starter import write_starter
from sim.study import StudyFile
from sim.toml_file import read_toml, validate
from sim.words import Words
from tests import (
    test_check,
    test_reforms,
    test_reforms_set,
    test_study,
    test_toml_file,
)
from tests.marks import LANGUAGE, Marks
from tests.offices import smallest
from tests.reform_offices import town

# ---- Whatever is said is a phrase where it arises ------------------------------------------------

TEXTS = {
    "PlannerError": 0, "Misfit": 0, "Mend": 0, "Fault": 1, "Warned": 1, "refused": 1,
    "_unknown": 1, "_Check": 1,
}  # fmt: skip
"""What tells people something, and the place of its first text: before it stands a path."""

JOINED = ("listed", "sentences", "alternatives", "together", "sorted")


def unsaid(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield texts with words in them that are told as they are."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Module):
            named = _named(function)
            for call in _of(function, ast.Call):
                first = TEXTS.get(_called(call))
                if first is not None:
                    given = [*call.args[first:], *(each.value for each in call.keywords)]
                    yield from (bad for each in given for bad in _raw(each, named, ()))


def _of(function: ast.AST, kind: type[Any]) -> Iterator[Any]:
    """Yield nodes of a function or module that stand in no function inside it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, kind):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _of(node, kind)


def _named(function: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what each name of a function stands for."""
    found: dict[str, list[ast.expr]] = {}
    for node in _of(function, ast.Assign):
        for target in node.targets:
            pair = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            names = target.elts if pair else [target]
            values = node.value.elts if pair else [node.value]
            for name, value in zip(names, values, strict=True):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _raw(node: ast.expr, named: dict[str, list[ast.expr]], seen: tuple[str, ...]) -> Iterator[Any]:
    inner: Iterable[ast.expr] = ()
    match node:
        case ast.Constant() | ast.JoinedStr() if re.search("[A-Za-z]", "".join(_literal(node))):
            yield node
        case ast.IfExp():
            inner = (node.body, node.orelse)
        case ast.BoolOp():
            inner = node.values
        case ast.BinOp():
            inner = (node.left, node.right)
        case ast.List() | ast.Tuple():
            inner = node.elts
        case ast.GeneratorExp() | ast.ListComp():
            inner = (node.elt,)
        case ast.Name() if node.id not in seen:
            inner, seen = named.get(node.id, ()), (*seen, node.id)
        case ast.Call() if _called(node) in JOINED:
            inner = node.args
    for each in inner:
        yield from _raw(each, named, seen)


def _literal(node: ast.expr) -> Iterator[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return (part.value for part in parts
            if isinstance(part, ast.Constant) and isinstance(part.value, str))  # fmt: skip


def test_whatever_is_wrong_is_told_in_phrases() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{name}:{node.lineno}: {ast.unparse(node)}" for node in unsaid(tree)]
    assert found == []


def test_texts_that_are_no_phrases_are_found() -> None:
    bad = """
def check(name):
    expected = f"a column of {name}" if name else "none"
    raise Misfit(phrase("x"), shown(name) or "nothing")
    yield Fault(f"teams.{name}", expected, f"{name:g}", hint=listed(["Add it."]))
    yield Fault(name, phrase("a table"), '"3"', known(name))
"""
    assert [ast.unparse(node) for node in unsaid(ast.parse(bad))] == [
        "'nothing'", "f'a column of {name}'", "'none'", "'Add it.'",
    ]  # fmt: skip


# ---- In a language of marks no word is left over -------------------------------------------------


class MarksAround(Marks):
    """Marks every text but the values in it, so that a text given as a value is found too."""

    def marked(self, message: str) -> str:
        if not re.search(r"\{\w+(:[^}]*)?\}", message):
            return f"«{message}»"
        parts = string.Formatter().parse(message)
        return "".join(f"«{text}»{_place(name, form)}" for text, name, form, _ in parts)


def _place(name: str | None, form: str | None) -> str:
    if name is None:
        return ""
    return f"{{{name}:{form}}}" if form else f"{{{name}}}"


class Battery:
    """Prints what is wrong with files in marks, and keeps the words that stand in none."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.left: dict[str, str] = {}
        self.told = 0

    def error(self, error: PlannerError, given: object) -> None:
        """Print an error about something that was given."""
        for each in error.errors if isinstance(error, Faulty) else [error]:
            print_error(each, Words(LANGUAGE))
            self._look(self._capsys.readouterr().err, given)

    def checked(self, path: Path) -> None:
        """Check a file in which nothing is wrong, and print what is worth knowing of it."""
        print_checked(path.name, check_file(path), Words(LANGUAGE))
        self._look(self._capsys.readouterr().out, path.read_text(encoding="utf-8"))

    def _look(self, out: str, given: object) -> None:
        assert "«" in out
        self.told += 1
        own = _words(f"{given} {smallest()}") | FILES
        self.left |= dict.fromkeys(_words(unmarked(out)) - own, out)


def unmarked(out: str) -> str:
    """Return what stands neither in marks nor in quotes, nor is a path of a file."""
    text = re.sub("«[^»]*»", " ", re.sub(r'("[^"«»]*|\w*)…', " ", out))
    return re.sub(r"""\S*/\S*|"[^"]*"|'[^']*'""", " ", text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"(?<!\w)[A-Za-zÀ-ỹ]\w*", text))


def keys(value: Any) -> Iterator[str]:
    """Yield names and choices of a schema."""
    if isinstance(value, dict):
        yield from value.get("properties", ())
        yield from (choice for choice in value.get("enum", ()) if isinstance(choice, str))
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        yield from keys(part)


FILES = _words(" ".join([*keys(json_schema(Office)), *keys(json_schema(StudyFile)), *REFORMS])) | {
    "nan", "inf", "e", "n", "a", "z", "en", "toml", "csv", "onestop", "new", "NAME", "ROLE", "VND",
    "path", "true", "false",
}  # fmt: skip
"""Words of files: keys, choices and commands."""


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> MarksAround:
    found = MarksAround()
    monkeypatch.setattr("sim.words.catalogue", lambda _: found)
    return found


@pytest.fixture
def battery(capsys: pytest.CaptureFixture[str], marks: MarksAround) -> Iterator[Battery]:
    found = Battery(capsys)
    yield found
    assert found.left == {}
    assert found.told
    assert {text for text in marks.asked if re.search("[A-Za-z]{2}", text)} <= known()


@cache
def known() -> frozenset[str]:
    """Return every text of the program."""
    return frozenset(texts().said)


def cases(test: Any) -> list[Any]:
    """Return the examples of a test that has many."""
    found: list[Any] = test.pytestmark[0].args[1]
    return found


SYNTAX_TWICE = test_toml_file.test_what_stands_twice_is_named_with_the_first_line
SYNTAX = [
    *(line for line, *_ in cases(test_toml_file.test_syntax_errors_are_told_with_the_usual_mend)),
    *(text for text, _ in cases(SYNTAX_TWICE)),
    "", "a = {b = [}", "[[[", 'a = "\\uD800"', "a = 1 b = 2", "a = 1\n[a]\nb = 1", "a = ~",
    "a = {b = 1,}", 'a = "\\uZZZZ"', 'a = "x" b', "a",
]  # fmt: skip


def test_syntax_errors_are_said(tmp_path: Path, battery: Battery) -> None:
    path = tmp_path / "office.toml"
    for text in SYNTAX:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(PlannerError) as caught:
            read_toml(path)
        battery.error(caught.value, f"{text} xa0")


def test_files_that_are_no_text_are_said(tmp_path: Path, battery: Battery) -> None:
    bad, wide, near = tmp_path / "bad.toml", tmp_path / "wide.toml", tmp_path / "office.toml"
    bad.write_bytes(b'a = 1\nb = "X\xe3"\n')
    wide.write_bytes("a = 1".encode("utf-16"))
    near.write_text("a = 1", encoding="utf-8")
    nowhere = [tmp_path / name for name in ("ofice.toml", "nowhere/office.toml", "other")]
    for path in (bad, wide, tmp_path, *nowhere, Path("a\0b")):
        with pytest.raises(PlannerError) as caught:
            read_toml(path)
        battery.error(caught.value, f"{path} wide bad embedded null byte")
    write_starter("x", tmp_path)
    for name in ("x", "..."):
        with pytest.raises(PlannerError) as found:
            write_starter(name, tmp_path)
        battery.error(found.value, tmp_path)


STEP = "procedures.0.steps.0"
MINUTES = f"{STEP}.minutes"
RESTING = {"id": "a", "role": "serve", "minutes": 1, "rests": {"of_deadline": 0.5}}
VALUES = [
    *(case[:2] for case in cases(test_toml_file.test_one_wrong_value_is_one_fault)),
    ("title", dict.fromkeys("abc", 1)),
    ("calendar.hours", {"mon,tue": ["08:00-12:00"], "tue": []}),
    ("calendar.hours", {"fri-mon": ["08:00-12:00"]}),
    ("calendar.hours", {"mon": ["12:00-08:00", "8"]}),
    ("calendar.hours", {"mon": []}),
    ("calendar.open", {"10.1.2026": "fri"}),
    ("calendar.open", {"2026-01-10": "x"}),
    ("calendar.holidays", "XX"),
    ("teams.0.staff", "many"),
    ("teams.0.staff", {}),
    ("teams.0.roles", ["serve", "serve"]),
    ("teams.0.lateness", {"share": 0.1}),
    ("teams.0.away", {"share": 1, "minutes": 3}),
    ("roles", {"serve": {"order": "last come", "day_cv": 11}}),
    (MINUTES, {"uniform": {"low": 3, "high": 2}}),
    (MINUTES, {"triangular": {"low": 3, "mode": 1, "high": 2}}),
    (MINUTES, {"gamma": {"mean": 3}}),
    (MINUTES, {"lognormal": {"cv": 3}}),
    (MINUTES, {"lognormal": {}}),
    (MINUTES, {"weibull": {"p50": 3, "p90": 2}}),
    (MINUTES, {"erlang": {"mean": 3, "k": 0}}),
    (MINUTES, {"empirical": {"values": [1, 2], "weights": [1]}}),
    (MINUTES, {"empirical": {"values": [1, 2], "weights": [0, 0]}}),
    (MINUTES, {"empirical": {"values": []}}),
    (MINUTES, {}),
    (MINUTES, "long"),
    (STEP, {"id": "answer", "role": "serve"}),
    (STEP, {"id": "answer"}),
    (STEP, {"id": "answer", "working_days": 1, "walk": 2}),
    (f"{STEP}.extends_deadline", True),
    (f"{STEP}.rests", {"working_days": 1}),
    (f"{STEP}.rests", {}),
    (f"{STEP}.share", "half"),
    (f"{STEP}.visitor", "yes"),
    (f"{STEP}.id", "x" * 200),
    ("procedures.0.deadline", {"within": "soon"}),
    ("procedures.0.deadline", {"within": "5 days", "cutoff": "15"}),
    ("procedures.0.fee", -1),
    ("procedures.0.steps", [RESTING, RESTING]),
    ("procedures.0.steps", [RESTING]),
    ("demands.0.by_month", {"january": 2}),
    ("demands.0.by_hour", {"08:00": 0}),
    ("demands.0.by_weekday", {"mon-fri": 1, "fri": 2}),
    ("demands.0.log", "x.csv"),
    ("demands.0.needs", []),
    ("demands.0.needs", ["ask"] * 30),
    ("demands.0", {"id": "people", "needs": ["ask"]}),
    ("demands.0.appointments", {"every": 0}),
    ("demands.0.value_of_time", "x"),
    ("demands.0.after_closure", {"days": 1.5}),
    ("ranges", {"a": [1]}),
    ("teams.0.wage", -1),
    ("teams.0.overtime_rate", 200),
    ("visitor", {"gives_up_after": 0}),
    ("title", ""),
    ("calendar.start", 3),
    ("calendar.legal_days", 3),
]  # fmt: skip


def test_values_that_do_not_fit_are_said(battery: Battery) -> None:
    for where, value in VALUES:
        raw = test_toml_file.changed(where, value)
        try:
            validate(Office, raw, "office.toml")
        except FileFaults as error:
            battery.error(error, raw)


def test_whatever_is_missing_is_said(battery: Battery) -> None:
    """Whatever part a file's own parts miss, and whatever they hold too much."""
    raw = test_check.starter()
    for place in test_check.all_places(raw):
        less, more = copy.deepcopy(raw), copy.deepcopy(raw)
        for content, drop in ((less, True), (more, False)):
            node: Any = content
            for key in place[:-1]:
                node = node[key]
            if drop:
                del node[place[-1]]
            else:
                node[place[-1]] = {"zzz": 1}
            try:
                office_of(content, "office.toml")
            except FileFaults as error:
                battery.error(error, f"{raw} zzz")


def test_parts_that_do_not_fit_together_are_said(battery: Battery) -> None:
    examples: list[Any] = [*test_check.MISFITS.values(), *test_check.MISREAD.values()]
    more = {
        "demands/0/appointments": {"to": "06:00", "every": 10},
        "demands/1/appointments": {"from": "20:00", "every": 10},
        "demands/0/gap": {"working_days": -1},
        "demands/1/gap": {"working_days": 10_000},
    }
    changes = [test_check.putting(path, value) for path, value in more.items()]
    for change in [*(change for change, *_ in examples), *changes]:
        raw = test_check.starter()
        change(raw)
        with pytest.raises(FileFaults) as caught:
            office_of(raw, "office.toml")
        battery.error(caught.value, raw)


LOGS: list[tuple[str, dict[str, Any]]] = [
    ("date,time\n2020-01-02,8h15\n2.1.2020,08:00\n", {}),
    ("date,time\n" + "2020-01-02,late\n" * 21, {}),
    ("date,time\n" + "2020-01-02,late\n" * 1030, {}),
    ("a,b\n2020-01-02 08:05,2020-01-02 08:00\n2020-01-02 08:00,2020-01-05 08:00\n"
     "2020-01-02 08:00,soon\n", {"time": ["a", "b"]}),
    ("date,arrived\n2020-01-02,08:00\n", {"time": "arived", "where": {"queue": 1}}),
    ("date,time,time\n2020-01-02,1:00,1:00\n", {}),
    ("day,time\n2020-01-02,08:00\n", {}),
    ("date,time,queue,clean\n2020-01-02,08:00,5,True\n2020-01-02,08:00,6,False\n",
     {"where": {"queue": 7}}),
    ("date,time,queue,clean\n2020-01-02,08:00,5,True\n2020-01-02,08:00,6,False\n",
     {"where": {"queue": 6, "clean": True}}),
    ("", {}),
    ("\ndate,time\n", {}),
    ("date,time\n", {}),
    ("date,time\n", {"file": "lag.csv"}),
    ("date,time\n", {"file": "none/log.csv"}),
    ("date,time\n", {"file": "."}),
    ("date,time\n2020-01-02,08:00\n2020-01-02,08:00,one, two\n", {}),
    ('date,time\n2020-01-02,"08:00\n2020-01-02,08:00\n', {}),
]  # fmt: skip


def test_faulty_logs_are_said(tmp_path: Path, battery: Battery) -> None:
    (tmp_path / "staff.csv").write_text(
        "date,time,open_counters\n2020-01-02,08:00,many\n2020-01-02,09:00,1\n2020-01-02,09:00,2\n",
        encoding="utf-8",
    )
    sheets: list[tuple[bytes, dict[str, Any]]] = [
        (b"PK\x03\x04\x14\x00", {}),
        ("date,time\né".encode("latin-1"), {}),
    ]
    for content, log in [*((text.encode(), log) for text, log in LOGS), *sheets]:
        (tmp_path / "log.csv").write_bytes(content)
        raw = smallest(
            demands=[{"id": "people", "needs": ["ask"], "log": {"file": "log.csv"} | log}],
            teams=[{"id": "clerks", "staff": {"log": "staff.csv"}, "roles": ["serve"]}],
        )
        with pytest.raises(FileFaults) as caught:
            office_of(raw, tmp_path / "office.toml")
        battery.error(
            caught.value, f"{tmp_path} {content.decode('latin-1')} {raw} open_counters many"
        )


UNREAD = test_reforms.test_a_reform_that_cannot_be_read_says_what_was_expected
UNFIT = test_reforms.test_an_office_whose_parts_no_longer_fit_is_refused
UNSET = test_reforms_set.test_what_cannot_be_set_says_where_it_failed_and_what_is_known
REFUSED: list[Any] = [
    *(lines for lines, _ in test_reforms.CONTRADICTIONS),
    *([line] for line, _ in [*cases(UNREAD), *cases(UNFIT)]),
    *([{"set": {path: value}}] for path, value, _ in cases(UNSET)),
    [{"pool_roles": {"roles": ["plates", "licences"], "into": "hall"}},
     {"pool_roles": {"roles": ["licences", "window"], "into": "front"}}],
    [{"pool_roles": {"roles": ["inform", "window"], "into": "x"}},
     {"faster": {"by": 0.1, "role": "window"}}],
    [{"add_staff": {"team": "logged", "by": 1}}],
    [{"add_staff": {"team": "counter", "by": -9}}],
    [{"set_hours": {"team": "counter"}}],
    [{"add_role": {"team": "judicial", "role": "certify"}}],
    [{"add_role": {"team": "judicial", "role": "sign", "before": "x"}}],
    [{"add_role": {"team": "nobody", "role": "sing"}}],
    [{"delegate": {"role": "certify", "to": "judicial"}}],
    [{"delegate": {"role": "certify", "to": "zzz"}}],
    [{"punctuality": {"team": "judicial", "lateness": 0.5}}],
    [{"punctuality": {"team": "*"}}],
    [{"pool_roles": {"roles": ["sign"], "into": "x"}}],
    [{"pool_roles": {"roles": ["sign", "appraise"], "into": "x"}}],
    [{"pool_roles": {"roles": ["plates", "licences"], "into": "x"}}],
    [{"split_role": "*"}],
    [{"split_role": "plates"}],
    [{"split_role": "sign"}],
    [{"split_role": "certify"}],
    [{"split_role": "reception"}],
    [{"drop_cutoff": "plates"}],
    [{"set_deadline": {"procedure": "plates", "within": "soon"}}],
    [{"set_deadline": {"procedure": "certify_copies", "within": "1 day", "resting": "scaled"}}],
    [{"set": {"procedures.plates.deadline": {"within": "x"}}}],
    [{"bundle": {"procedures": ["plates", "licences"]}}],
    [{"bundle": {"procedures": ["plates"]}}],
    [{"hand_over": {"procedure": "plates"}}],
    [{"hand_over": {"procedure": "plates", "by_post": 0.7, "online": 0.7}}],
    [{"hand_over": {"procedure": "certify_copies", "while_you_wait": 0.7}}],
    [{"faster": {"by": 0.1}}],
    [{"faster": {"by": 0.1, "step": "zzz"}}],
    [{"faster": {"by": 0.1, "role": "sign", "step": "verify"}}],
    [{"faster": {"by": 1, "role": "sign"}}],
    [{"precheck": {"procedure": "plates", "sends_back": 0.5}}],
    [{"precheck": {"procedure": "plates"}}],
    [{"change_demand": {"demand": "permits", "by": 2}}],
    [{"appointments": {"demand": "permits", "every": 10}}],
    [{"appointments": {"demand": "copies", "every": 0}}],
    [{"file_online": {"share": 2}}],
    [{}], [{"set": {"teams.counter.id": "x", "": 1}}], [{"set": {"": 1}}],
]  # fmt: skip


def test_reforms_that_cannot_be_applied_are_said(battery: Battery) -> None:
    orders = {"sign": {"order": "due date"}, "plates": {"day_cv": 0.2}}
    for lines in REFUSED:
        with pytest.raises(PlannerError) as caught:
            reforms.apply(town(roles=orders), lines)
        battery.error(caught.value, f"{lines} {town()} working_days")


def test_faulty_studies_are_said(tmp_path: Path, battery: Battery) -> None:
    path = tmp_path / "study.toml"
    (tmp_path / "desk.toml").write_text(test_study.OFFICE, encoding="utf-8")
    changes = [
        (old, new) for old, new, _ in cases(test_study.test_what_is_wrong_in_a_study_file_is_named)
    ]
    changes += [
        ("desk.toml", "desks.toml"),
        ('office = "desk.toml"', ""),
        ('id = "two"', ""),
        ("{", "{{"),
    ]
    for old, new in changes:
        text = test_study.STUDY.replace(old, new)
        path.write_text(text, encoding="utf-8")
        with pytest.raises(PlannerError) as caught:
            check_file(path)
        battery.error(caught.value, f"{text} {test_study.OFFICE} desks")


def test_other_versions_of_a_worker_are_said(
    battery: Battery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.node", lambda: "desk")
    with pytest.raises(PlannerError) as caught:
        refuse_others(dict.fromkeys(identity(), "1") | {"other": "2"})
    battery.error(caught.value, f"{identity()} other desk")


# ---- Warnings ------------------------------------------------------------------------------------

HOURS = 'hours = { mon-fri = ["07:30-11:30", "13:30-17:00"] }'
OFFICE = """
title = "Office"
[calendar]
start = 2023-01-22
holidays = "VN"
{hours}
[[teams]]
id = "clerks"
staff = 1
roles = ["serve"]
{team}
[[procedures]]
id = "ask"
{procedure}
[[procedures.steps]]
id = "answer"
role = "serve"
visitor = true
minutes = 5
[[demands]]
id = "people"
needs = ["ask"]
{demand}
"""


def office_text(team: str = "", procedure: str = "", demand: str = "per_day = 10") -> str:
    return OFFICE.format(hours=HOURS, team=team, procedure=procedure, demand=demand)


EARLY = 'hours = { mon = ["07:00-11:00"], sat = ["08:00-10:00"] }'
WARNED = [
    office_text(f'{EARLY}\nclosing = "finish queue"'),
    office_text(procedure='deadline = { within = "same day", cutoff = "17:30" }'),
    office_text(procedure='deadline = { within = "same day", cutoff = "07:30" }'),
    office_text(demand='per_day = 5000\nby_hour = { "08:00" = 1, "17:00" = 1 }'),
    office_text("absence = 1"),
    office_text(demand='log = "log.csv"'),
    office_text() + '[ranges]\n"demands.people.per_day" = [20, 30]\n',
    office_text().replace("2023-01-22", "2023-01-07"),
]  # fmt: skip


def test_warnings_are_said(tmp_path: Path, battery: Battery) -> None:
    (tmp_path / "log.csv").write_text("time\n2020-03-02 08:00\n", encoding="utf-8")
    path = tmp_path / "office.toml"
    for text in WARNED:
        assert tomllib.loads(text)
        path.write_text(text, encoding="utf-8")
        battery.checked(path)


RECORDS = {
    "none.csv": "queue,arrived,called\n",
    "pdf.csv": "%PDF",
    "title.csv": "Tickets of a day\nqueue,arrived,called\na,2024-03-01 08:00,2024-03-01 08:01\n",
    "lacking.csv": "queue,when\na,2024-03-01 08:00\n",
    "mixed.csv": "queue,arrived,called\n" + "a,01/03/2024 08:00,2024-03-01 08:01\n"
    "a,2024-03-01 08:00,2024-03-01 08:01\n" * 3,
    "untimed.csv": "queue,arrived,called\n" + "a,soon,later\n" * 3,
    "backwards.csv": "queue,arrived,called\n" + "a,2024-03-01 08:10,2024-03-01 08:01\n" * 3,
    "entity.xes": '<!DOCTYPE log SYSTEM "x.dtd"><log></log>',
    "other.xes": "<a></a>",
    "cut.xes": "<log>",
}


def test_records_that_cannot_be_read_are_said(tmp_path: Path, battery: Battery) -> None:
    paths = [tmp_path / name for name in RECORDS]
    for path in paths:
        path.write_text(RECORDS[path.name], encoding="utf-8")
    wrong = [
        lambda: read_columns("queue=,colour=x"),
        lambda: read_columns(str(tmp_path / "a.toml")),
    ]
    for read in [*(partial(read_tickets, [path]) for path in [*paths, tmp_path]), *wrong]:
        with pytest.raises(PlannerError) as caught:
            read()
        own = "NAME DOCTYPE FILE Service columns colour line column unclosed token no element found"
        system = "Is a directory No such file or directory"
        battery.error(caught.value, f"{RECORDS} {MEANINGS} {own} {system}")


def test_what_is_asked_for_in_vain_is_said(battery: Battery) -> None:
    asked = [
        lambda: read_precision(["wait_minutes=x"]),
        lambda: read_precision(["wait_minutes=0"]),
        lambda: read_precision(["difference.wait_minutes=5%"]),
        lambda: read_precision([], most=3),
        lambda: read_precision(["trips=1"], most=3),
        lambda: number_of_jobs(0, 3),
        lambda: number_of_jobs(4, 3),
        lambda: checked("nowhere"),
        lambda: language("zz"),
    ]
    for each in asked:
        with pytest.raises(PlannerError) as caught:
            each()
        battery.error(caught.value, "precision wait_minutes trips difference nowhere x zz vi")


def test_words_that_are_not_said_are_left_over() -> None:
    out = '«a.toml: 1 fault»\n teams.desk\n «expected» a column of «the» "x y" 3 /a/x.toml'
    assert _words(unmarked(out)) == {"teams", "desk", "a", "column", "of"}
