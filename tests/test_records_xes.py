"""XES logs are read as a stream, and what could harm is refused."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest

from sim.errors import FileFaults
from sim.records import xes
from sim.records.dossiers import read_dossiers
from sim.records.table import read_table
from tests.records_files import of

NAMESPACE = 'xmlns="http://www.xes-standard.org/"'


def event(name: str, at: str, who: str = "Anna", more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" '
        f'value="{at}"/><string key="org:resource" value="{who}"/>{more}</event>'
    )


def trace(name: str, *events: str) -> str:
    return (
        f'<trace>\n<string key="concept:name" value="{name}"/>\n'
        f'<date key="startdate" value="2024-03-01T00:00:00.000+07:00"/>\n'
        f'<string key="channel" value="Desk &amp; post"/>\n' + "\n".join(events) + "\n</trace>\n"
    )


def document(*traces: str, before: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<log {NAMESPACE}>\n'
        '<global scope="event"><string key="concept:name" value="none"/></global>\n'
        '<string key="concept:name" value="the log"/>\n' + "".join(traces) + "</log>\n"
    )


TWO = document(
    trace(
        "c1",
        event("receive", "2024-03-04T08:00:00.500+07:00"),
        event("decide", "2024-03-05T09:00:00.000+07:00", "Binh", '<int key="pages" value="3"/>'),
    ),
    trace("c2", event("receive", "2024-03-06T08:00:00.000+07:00")),
)


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_traces_and_events_become_cases_and_events(tmp_path: Path, name: str) -> None:
    content = TWO.encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    found = read_dossiers([path])
    assert found.events.select("case", "activity", "completed", "resource").rows() == [
        ("c1", "receive", dt.datetime(2024, 3, 4, 8, 0, 0, 500_000), "Anna"),
        ("c1", "decide", dt.datetime(2024, 3, 5, 9), "Binh"),
        ("c2", "receive", dt.datetime(2024, 3, 6, 8), "Anna"),
    ]
    assert found.cases["channel"].to_list() == ["Desk & post"] * 2
    assert found.cases["begun"].to_list() == [dt.datetime(2024, 3, 1)] * 2
    assert found.cases["begun_is_date"].all()
    assert found.events["line"].to_list() == [
        TWO[: TWO.index(mark)].count("\n") + 1 for mark in ("receive", "decide", "06T08")
    ]


def test_values_inside_values_are_left(tmp_path: Path) -> None:
    inner = '<string key="a" value="1"><string key="concept:name" value="inner"/></string>'
    listed = '<list key="b"><string key="org:resource" value="inner"/></list>'
    content = document(trace("c", event("receive", "2024-03-04T08:00:00Z", more=inner + listed)))
    (tmp_path / "log.xes").write_text(content, encoding="utf-8")
    found = read_dossiers([tmp_path / "log.xes"])
    assert found.events.select("case", "activity", "resource").row(0) == ("c", "receive", "Anna")
    assert of(found.quality, "universal time").count == 1


def test_prefixed_tags_and_traces_without_a_name_are_read(tmp_path: Path) -> None:
    content = document(f"<trace>{event('receive', '2024-03-04T08:00:00')}</trace>")
    content = content.replace("</", "</x:").replace("<x:", "<").replace("</x:", "</")
    (tmp_path / "log.xes").write_text(content, encoding="utf-8")
    assert read_dossiers([tmp_path / "log.xes"]).events["case"].to_list() == ["trace 1"]


ENTITY = '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'
LAUGHS = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE log SYSTEM "http://example.org/log.dtd">\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (document(trace("&a;", event("r", "2024-03-04")), before=ENTITY), "line 2: .*DOCTYPE log"),
        (document(trace("&b;", event("r", "2024-03-04")), before=LAUGHS), "refused"),
        (document(trace("c", event("r", "2024-03-04")), before=OUTSIDE), r"example\.org"),
        (TWO.replace("</trace>", "", 1), "well formed"),
        (TWO[:300], "well formed"),
        (document(), "at least one row"),
        (document(trace("c")), "at least one row"),
        ("<catalog><event/></catalog>", 'XML of the kind "catalog"'),
        (document(trace("&unknown;", event("r", "2024-03-04"))), "well formed"),
    ],
)
def test_a_log_that_is_unsafe_or_broken_is_refused(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "log.xes").write_text(content, encoding="utf-8")
    with pytest.raises(FileFaults, match=says):
        read_dossiers([tmp_path / "log.xes"])


def test_a_file_that_unpacks_beyond_all_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xes, "_FREE_BYTES", 1 << 20)
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(b"<log>" + b" " * (8 << 20) + b"</log>"))
    with pytest.raises(FileFaults, match="MiB once unpacked"):
        read_table(path)


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(TWO.encode())[:-20])
    with pytest.raises(FileFaults, match="packed by gzip"):
        read_table(path)
