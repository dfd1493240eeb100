"""Columns are guessed from common names in both languages, and the user's word goes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import FileFaults
from sim.records.columns import (
    COUNTER_NAMES,
    DOSSIER_NAMES,
    TICKET_NAMES,
    folded,
    read_columns,
    resolved,
)
from sim.records.records import Column
from sim.records.tickets import read_tickets
from tests.records_files import HEADER, day, written


@pytest.mark.parametrize(
    ("written_as", "plain"),
    [
        ("Giờ lấy số", "gio lay so"),
        ("GIO_LAY_SO", "gio lay so"),
        ("Giờ gọi (hh:mm)", "gio goi"),
        ("Đơn vị", "don vi"),
        ("case:concept:name", "case concept name"),
        ("ArrivalTime", "arrival time"),
        ("Gio\u031b\u0300 go\u0323i", "gio goi"),
    ],
)
def test_names_are_compared_in_plain_letters(written_as: str, plain: str) -> None:
    assert folded(written_as) == plain


@pytest.mark.parametrize(
    ("columns", "meanings"),
    [
        (
            ["STT", "Dịch vụ", "Quầy", "Ngày", "Giờ lấy số", "Giờ gọi", "Giờ kết thúc", "Cán bộ"],
            ["ticket", "queue", "counter", "date", "arrived", "called", "ended", ""],
        ),
        (
            ["so thu tu", "quay", "ngay", "gio lay so", "gio goi"],
            ["ticket", "queue", "date", "arrived", "called"],
        ),
        (
            ["Ticket No", "Service", "Issued At", "Called At", "Finished At", "Staff", "No-show"],
            ["ticket", "queue", "arrived", "called", "ended", "counter", "no_show"],
        ),
        (
            [
                "queue_id",
                "queue",
                "arrived_after",
                "arrived_by",
                "called_after",
                "called_by",
                "clean",
            ],
            [
                "queue_id",
                "queue",
                "arrived_after",
                "arrived_by",
                "called_after",
                "called_by",
                "usable",
            ],
        ),
    ],
)
def test_ticket_columns_are_known_by_their_names(columns: list[str], meanings: list[str]) -> None:
    names = resolved("t.csv", columns, TICKET_NAMES, {}).names
    expected = {m: c for m, c in zip(meanings, columns, strict=True) if m}
    assert names == expected


@pytest.mark.parametrize(
    ("columns", "meanings"),
    [
        (
            ["case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition",
             "org:resource", "case:channel", "case:startdate", "case:enddate", "case:deadline"],
            ["case", "activity", "completed", "transition", "resource", "channel", "begun",
             "ended", "deadline"],
        ),
        (
            ["Mã hồ sơ", "Thủ tục", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả",
             "Hình thức nộp"],
            ["case", "procedure", "begun", "deadline", "ended", "channel"],
        ),
        (
            ["Mã hồ sơ", "Bước xử lý", "Thời gian bắt đầu", "Thời gian kết thúc", "Cán bộ xử lý"],
            ["case", "activity", "started", "completed", "resource"],
        ),
        (
            ["Case ID", "Activity", "Start Timestamp", "Complete Timestamp", "Resource"],
            ["case", "activity", "started", "completed", "resource"],
        ),
    ],
)  # fmt: skip
def test_dossier_columns_are_known_by_their_names(columns: list[str], meanings: list[str]) -> None:
    names = resolved("d.csv", columns, DOSSIER_NAMES, {}).names
    assert names == dict(zip(meanings, columns, strict=True))


def test_columns_of_open_counters_are_known_by_their_names() -> None:
    columns = ["Hàng chờ", "Ngày", "Giờ", "Số quầy mở", "Đang chờ"]
    names = resolved("c.csv", columns, COUNTER_NAMES, {}).names
    assert list(names) == ["queue", "date", "time", "open", "waiting"]


def test_what_was_taken_for_what_is_recorded(tmp_path: Path) -> None:
    header = HEADER.replace("called", "Lobby").replace("queue", "Dịch vụ")
    path = written(tmp_path / "t.csv", [header, *day(3)])
    columns = read_tickets([path], {"called": "Lobby"}).quality.columns
    assert Column("called", "Lobby", True, "t.csv") in columns
    assert Column("queue", "Dịch vụ", False, "t.csv") in columns


def test_the_users_word_goes_before_a_guess() -> None:
    names = resolved("t.csv", ["called", "called at"], TICKET_NAMES, {"called": "called at"}).names
    assert names["called"] == "called at"


def test_columns_are_named_in_the_option_or_in_a_file(tmp_path: Path) -> None:
    wanted = {"queue": "Hàng chờ", "called": "Giờ gọi"}
    assert read_columns("queue=Hàng chờ, called=Giờ gọi") == wanted
    toml = written(tmp_path / "names.toml", ['queue = "Hàng chờ"', 'called = "Giờ gọi"'])
    assert read_columns(str(toml)) == wanted
    table = written(tmp_path / "names.csv", ["meaning,column", "queue,Hàng chờ", "called,Giờ gọi"])
    assert read_columns(str(table)) == wanted
    assert read_columns('"queue=Queue, main"') == {"queue": "Queue, main"}
    assert read_columns(None) == read_columns("") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("quue=Service", 'Nearest known name: "queue"'),
        ("colour=Service", "Known: queue, "),
        ("queue", "such as queue=Service"),
        ("queue=", "such as queue=Service"),
        ("queue=A,queue=B", "named once"),
        ("nowhere.toml", "No such file"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(text: str, says: str) -> None:
    with pytest.raises(FileFaults, match=says):
        read_columns(text)


@pytest.mark.parametrize("content", ["queue = ", "queue = 3", "\x00"])
def test_a_mapping_file_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileFaults, match="queue"):
        read_columns(str(written(tmp_path / "names.toml", [content])))


def test_a_column_that_the_user_names_must_be_there(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [HEADER, *day(3)])
    with pytest.raises(FileFaults, match='Nearest known name: "called"'):
        read_tickets([path], {"called": "caled"})
    with pytest.raises(FileFaults, match='Columns: "queue", "date"'):
        read_tickets([path], {"called": "zzz"})


@pytest.mark.parametrize("lost", ["queue", "arrived", "called", "date"])
def test_a_column_that_lacks_is_named_with_those_there_are(tmp_path: Path, lost: str) -> None:
    header = HEADER.replace(lost, "unlike")
    path = written(tmp_path / "t.csv", [header, *day(3)])
    with pytest.raises(FileFaults) as caught:
        read_tickets([path])
    (fault,) = caught.value.faults
    assert fault.path == lost
    assert f'--columns "{lost}=NAME"' in fault.hint
    assert '"unlike"' in fault.hint
    assert read_tickets([path], {lost: "unlike"}).tickets.height == 3
