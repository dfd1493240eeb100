"""Every text that people see is in every language's catalogue, and none is there in vain."""

from __future__ import annotations

import io
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from sim import languages
from sim.errors import PlannerError
from sim.languages import catalogue, catalogue_file, known_languages, language
from sim.languages.__main__ import updated
from sim.languages.messages import Texts, texts
from sim.office import Office
from sim.parameters import keys_of_values, readable_key
from sim.report.ledger import defaults, ledger
from sim.report.parameter_names import NAMES
from sim.words import Words

TRANSLATED = [code for code in known_languages() if code != languages.ENGLISH]


@cache
def entries(code: str) -> dict[str, str]:
    """Return a catalogue's texts and translations."""
    return {str(each.id): str(each.string) for each in read(code) if each.id}


@cache
def source() -> Texts:
    """Return the texts of the program."""
    return texts()


def read(code: str) -> Catalog:
    return read_po(io.BytesIO(catalogue_file(code).read_bytes()), locale=None, abort_invalid=True)


def names_in(text: str) -> set[str]:
    """Return the names of values that a text has places for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# ---- Catalogues are complete ---------------------------------------------------------------------


def test_there_are_english_and_vietnamese() -> None:
    assert known_languages()[0] == "en"
    assert "vi" in known_languages()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_of_the_source_is_translated(code: str) -> None:
    missing = [text for text in source().said if not entries(code).get(text)]
    assert missing == [], "python -m sim.languages update adds them to the catalogue"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_entry_of_a_catalogue_is_unused(code: str) -> None:
    assert [text for text in entries(code) if text not in source().said] == []
    assert not [each.id for each in read(code) if each.fuzzy and each.id]
    assert not read(code).obsolete


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_places_for_the_same_values(code: str) -> None:
    differing = {text: said for text, said in entries(code).items()
                 if said and names_in(said) != names_in(text)}  # fmt: skip
    assert differing == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_as_the_tool_writes_it(code: str) -> None:
    content, missing = updated(code, catalogue_file(code))
    assert missing == []
    assert content == catalogue_file(code).read_bytes()


def test_no_text_is_built_where_it_is_said() -> None:
    assert source().built == set()


# ---- The words of Vietnamese offices -------------------------------------------------------------

OFFICIAL = {
    r"dossiers?": ("hồ sơ",),
    r"appointment slips?": ("giấy tiếp nhận hồ sơ và hẹn trả kết quả",),
    r"apolog(y|ies)": ("phiếu xin lỗi và hẹn lại ngày trả kết quả",),
    r"deadlines?|time limits?": ("thời hạn giải quyết",),
    r"working days?": ("ngày làm việc",),
    r"calendar days": ("ngày (theo lịch)",),
    r"cutoff": ("mốc giờ tiếp nhận",),
    r"same-day results": ("trả kết quả trong ngày",),
    r"on time": ("đúng hạn",),
    r"(?<!too )late": ("quá hạn", "muộn"),  # of results; of people who come late
    r"people wait|(?<!people )waiting in the office|less waiting|more waiting": ("thời gian chờ",),
    r"time on the premises|less in the office": ("thời gian tại trụ sở",),
    r"turnaround|first arrival to (the )?last result": ("thời gian giải quyết thực tế",),
    r"waiting in the office|people wait in the office": ("tại trụ sở",),
    r"ready by the due time": ("tỷ lệ đúng hạn",),
    r"still open": ("chưa giải quyết xong",),
    r"held by a rule": ("theo quy định",),
    r"warm-?up": ("chạy khởi động",),
    r"seed": ("số khởi tạo ngẫu nhiên",),
    r"open days?": ("ngày mở cửa",),
    r"backlog": ("hồ sơ tồn đọng",),
    r"overtime": ("làm thêm giờ",),
    r"(?<!round )trips?": ("lần đi lại",),
    r"compliance cost": ("chi phí tuân thủ thủ tục hành chính",),
    r"fees?": ("phí, lệ phí",),
    r"counters?": ("quầy",),
    r"in( a)? line|queues?": ("hàng chờ",),
    r"tickets?": ("phiếu số thứ tự",),
    r"staff load": ("mức độ sử dụng nhân lực",),
    r"discrete-event simulation": ("mô phỏng sự kiện rời rạc",),
    r"baseline|the offices? as (it is|they are)": ("phương án hiện trạng",),
    r"scenarios?": ("kịch bản",),
    r"reforms?": ("phương án cải cách",),
    r"replications?": ("lần chạy mô phỏng",),
    r"95% intervals?": ("khoảng tin cậy 95%",),
    r"mean": ("trung bình",),
    r"90th percentile": ("phân vị 90",),
    r"assum(ed|ptions?)": ("giả định",),
    r"inputs": ("số liệu đầu vào",),
    r"by post": ("bưu chính công ích",),
    r"online": ("trực tuyến",),
    r"verification": ("xác minh",),
    r"bundling": ("liên thông",),
    r"procedures?": ("thủ tục",),
    r"citizens save": ("chi phí tiết kiệm",),
}
"""Words of administration, by what the English texts say; each translation has one of them."""


@pytest.mark.parametrize(("english", "official"), OFFICIAL.items())
def test_vietnamese_texts_use_the_words_of_offices(english: str, official: tuple[str, ...]) -> None:
    pattern = re.compile(rf"\b({english})(?![\w-])", re.IGNORECASE)
    of_it = {t: said for t, said in entries("vi").items() if pattern.search(without_names(t))}
    assert of_it
    other = {t: said for t, said in of_it.items()
             if said and not any(word in said.casefold() for word in official)}  # fmt: skip
    assert other == {}


def without_names(text: str) -> str:
    """Return a text without the names of its values, of keys of files and of options."""
    return re.sub(r"\{\w+(:[^}]*)?\}|`\w+`|--\w+", "", text)


def test_results_before_the_limit_are_never_called_rule_breaking() -> None:
    assert not [said for said in entries("vi").values() if "xé rào" in said.casefold()]
    assumption = entries("vi")["assumption: replace with your own data"]
    assert assumption == "giả định — thay bằng số liệu của đơn vị"


# ---- A further language --------------------------------------------------------------------------


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield a language of which nothing is known but a catalogue with two texts."""
    path = tmp_path / "de" / "LC_MESSAGES" / "onestop.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Trips"\nmsgstr "Wege"\n\n'
        'msgid "{low} to {high}"\nmsgstr "{low} bis {high}"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    catalogue.cache_clear()
    yield "de"
    catalogue.cache_clear()


def test_a_further_language_needs_a_catalogue_and_nothing_else(german: str) -> None:
    assert known_languages() == ["en", german]
    assert language(german) == german
    words = Words(german)
    assert words.say("Trips") == "Wege"
    assert words.say("{low} to {high}", low=1, high=2) == "1 bis 2"
    assert words.say("Waiting") == "Waiting"  # not translated yet
    assert words.number(1234.5, 1) == "1.234,5"


def test_the_tool_adds_new_texts_and_leaves_old_ones_out(german: str) -> None:
    path = catalogue_file(german)
    path.write_text(path.read_text("utf-8") + '\nmsgid "Gone"\nmsgstr "Weg"\n', "utf-8")
    content, missing = updated(german, path)
    path.write_bytes(content)
    found = entries.__wrapped__(german)
    assert found["Trips"] == "Wege"
    assert "Gone" not in found
    assert set(found) == set(source().said)
    assert "Waiting" in missing
    assert "Trips" not in missing


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(PlannerError, match=r"--lang: expected one of en, .*vi, found 'vn'"):
        language("vn")


def test_the_command_line_starts_without_what_only_readers_need() -> None:
    code = "import sys, sim.cli; print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ---- The offices that come with the program ------------------------------------------------------

FILES = [*(Path(__file__).parents[1] / "scenarios").glob("*.toml"),
         languages.FOLDER.parent / "templates" / "starter.toml"]  # fmt: skip


def untold(value: Any, here: str = "") -> Iterator[str]:
    """Yield places of titles, bases and sources without a text in each language, or without any."""
    if isinstance(value, list):
        for part in value:
            yield from untold(part, here)
    if not isinstance(value, dict):
        return
    named = f"{here}.{value.get('id', '')}"
    if here.endswith(("procedures", "steps", "demands", "teams", "scenarios")):
        value = {"title": None} | value
    for key, part in value.items():
        if key in ("title", "basis") or here.endswith(".sources"):
            if not isinstance(part, dict) or set(part) != {"en", "vi"}:
                yield f"{named}.{key}"
        else:
            yield from untold(part, f"{named}.{key}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_offices_and_studies_speak_both_languages(path: Path) -> None:
    assert list(untold(tomllib.loads(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", [p for p in FILES if "[[teams]]" in p.read_text("utf-8")],
                         ids=lambda path: path.stem)  # fmt: skip
def test_every_meaning_and_name_in_a_ledger_is_in_the_catalogue(path: Path) -> None:
    found = Office.model_validate(tomllib.loads(path.read_text("utf-8")))
    entries_of = [e for section in ledger(found, Words()) for e in section.entries]
    assert {e.meaning for e in [*entries_of, *defaults(found, Words())]} <= source().said.keys()
    assert set(NAMES.values()) <= source().said.keys()
    assert set(map(readable_key, keys_of_values())) <= source().said.keys()
