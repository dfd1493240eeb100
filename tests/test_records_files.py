"""The same records come out of any kind of file, and files that are no table are refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.errors import FileFaults
from sim.records.dossiers import read_dossiers
from sim.records.table import read_table
from sim.records.tickets import read_tickets
from tests.records_files import HEADER, day, of, written


def records(as_text: bool) -> pl.DataFrame:
    """Return tickets as a program that exports real dates has them, or as text."""
    base = dt.datetime(2024, 3, 4, 8)
    arrived = [base + dt.timedelta(minutes=7 * i, seconds=i) for i in range(30)]
    called = [at + dt.timedelta(minutes=9) for at in arrived]
    frame = pl.DataFrame(
        {
            "Dịch vụ": ["Hộ tịch", "Đất đai", "Thuế"] * 10,
            "Số thứ tự": list(range(1, 31)),
            "Giờ lấy số": arrived,
            "Giờ gọi": [None if i == 4 else at for i, at in enumerate(called)],
            "Giờ kết thúc": [at + dt.timedelta(minutes=20, seconds=30) for at in arrived],
            "Vắng mặt": [i == 4 for i in range(30)],
        }
    )
    if as_text:
        return frame.with_columns(pl.col(pl.Datetime).dt.to_string("%d/%m/%Y %H:%M:%S"))
    return frame


def without_place(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("file", "line")


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_and_parquet_hold_the_same_tickets(
    tmp_path: Path, as_text: bool, separator: str
) -> None:
    records(as_text=False).write_parquet(tmp_path / "t.parquet")
    records(as_text).write_csv(tmp_path / "t.csv", separator=separator)
    parquet = read_tickets([tmp_path / "t.parquet"]).tickets
    table = read_tickets([tmp_path / "t.csv"]).tickets
    assert len(table) == 30
    assert without_place(table).equals(without_place(parquet))


@pytest.mark.parametrize("as_text", [False, True])
def test_a_spreadsheet_holds_the_same_tickets(tmp_path: Path, as_text: bool) -> None:
    records(as_text=False).write_parquet(tmp_path / "t.parquet")
    records(as_text).write_excel(tmp_path / "t.xlsx")
    parquet = read_tickets([tmp_path / "t.parquet"]).tickets
    sheet = read_tickets([tmp_path / "t.xlsx"]).tickets
    assert without_place(sheet).equals(without_place(parquet))
    assert sheet.sort("line")["line"].to_list() == list(range(2, 32))


def test_dates_and_clock_times_of_a_spreadsheet_stand_apart(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "queue": ["A", "A"],
            "date": [dt.date(2024, 3, 4)] * 2,
            "arrived": [dt.time(8, 0), dt.time(8, 5, 30)],
            "called": [dt.time(8, 10), dt.time(8, 15)],
        }
    )
    frame.write_excel(tmp_path / "t.xlsx")
    found = read_tickets([tmp_path / "t.xlsx"]).tickets
    assert found["date"].to_list() == [dt.date(2024, 3, 4)] * 2
    assert found["arrived_by"].to_list() == [28_800_000, 29_130_000]


def sheet(path: Path, rows: list[list[Any]], merged: str = "", extra: bool = False) -> Path:
    """Write rows of cells, and merge a range of the first."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Tickets")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if merged:
            page.merge_range(merged, rows[0][0])
        if extra:
            book.add_worksheet("Notes").write(0, 0, "something")
    return path


def cells() -> list[list[Any]]:
    return [HEADER.split(","), *(row.split(",") for row in day(5))]


def test_a_merged_header_is_refused_with_what_to_do(tmp_path: Path) -> None:
    rows = cells()
    rows[0] = ["queue", "date", "ticket", "times", "", ""]
    with pytest.raises(FileFaults, match="2 empty names") as caught:
        read_table(sheet(tmp_path / "t.xlsx", rows, "D1:F1"))
    assert "no merged cells" in str(caught.value)


def test_a_title_above_the_header_is_refused_with_the_row_of_the_names(tmp_path: Path) -> None:
    rows = [["Report of March", "", "", "", "", ""], ["", "", "", "", "", ""], *cells()]
    with pytest.raises(FileFaults, match=r'a title .*"Report of March".* in row 3'):
        read_table(sheet(tmp_path / "t.xlsx", rows, "A1:F1"))


def test_a_name_used_twice_is_refused(tmp_path: Path) -> None:
    rows = cells()
    rows[0][4] = "arrived"
    with pytest.raises(FileFaults, match="every name once"):
        read_table(sheet(tmp_path / "t.xlsx", rows))


def test_empty_rows_and_columns_of_a_sheet_do_not_move_the_others(tmp_path: Path) -> None:
    rows = cells()
    rows.insert(3, [""] * 6)
    spread = [[*row[:3], "", *row[3:]] for row in rows]
    found = read_tickets([sheet(tmp_path / "t.xlsx", spread)]).tickets
    assert found["line"].to_list() == [2, 3, 5, 6, 7]


def test_other_sheets_are_noticed(tmp_path: Path) -> None:
    found = read_tickets([sheet(tmp_path / "t.xlsx", cells(), extra=True)])
    assert of(found.quality, "other sheets").where == ("Notes",)


def test_a_broken_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "no sheets")
    with pytest.raises(FileFaults, match="a spreadsheet that opens"):
        read_table(path)


def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and nothing")
    with pytest.raises(FileFaults, match="a Parquet file"):
        read_table(tmp_path / "t.parquet")


def test_moments_of_a_time_zone_keep_its_clock(tmp_path: Path) -> None:
    at = dt.datetime(2024, 3, 4, 8)
    frame = pl.DataFrame(
        {"queue": ["A"], "arrived": [at], "called": [at + dt.timedelta(minutes=5)]}
    )
    zoned = frame.with_columns(pl.col("arrived", "called").dt.replace_time_zone("Asia/Ho_Chi_Minh"))
    zoned.write_parquet(tmp_path / "t.parquet")
    (ticket,) = read_tickets([tmp_path / "t.parquet"]).tickets.rows(named=True)
    assert (ticket["date"], ticket["arrived_by"]) == (dt.date(2024, 3, 4), 8 * 3_600_000)


TEXT = "\n".join([HEADER.replace("queue", "Hàng chờ"), *day(3)]) + "\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "an empty file"),
        (b"\n\nqueue,date\n", "an empty first line"),
        (HEADER.encode() + b"\n", "at least one row of records"),
        (HEADER.encode() + b"\n,,,,,\n \n", "at least one row of records"),
        (TEXT.encode("utf-16"), "text in UTF-16"),
        (TEXT.encode("utf-16-be"), "text in UTF-16"),
        ("queue,date\n".encode("utf-16-le"), "text in UTF-16"),
        (b"queue,date\nH\xe0nh ch\xednh,2024-03-04\n", r"another encoding, .*0xe0 in line 2"),
        (b"H\xe0ng ch\xf6,date\nA,2024-03-04\n", "Windows-1258"),
        (b"%PDF-1.7 something", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b'{"queue": 1}', "JSON"),
        (b"\x00\x01\x02\xff\xfe\x00garbage\x00", "bytes that no text has"),
        (b"<html><body>Sign in</body></html>", 'XML of the kind "html"'),
        (b"Report of March\n\nqueue,date,ticket,arrived\nA,1,2,3\n", "a title .* in row 3"),
        (b"queue,,ticket\nA,2024-03-04,1\n", "1 empty names"),
        (b"queue,date\nA,2024-03-04,1,2\n", "2 fields, as in the first line"),
    ],
)
def test_what_is_no_table_in_utf_8_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    for read in (read_tickets, read_dossiers):
        with pytest.raises(FileFaults, match=says):
            read([path])  # type: ignore[operator]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    written(tmp_path / "tickets.csv", [HEADER])
    with pytest.raises(FileFaults, match=r'Nearest name: "tickets\.csv"'):
        read_table(tmp_path / "ticket.csv")
    with pytest.raises(FileFaults, match="directory"):
        read_table(tmp_path)


def test_lines_are_those_of_the_file_past_line_feeds_in_quotes(tmp_path: Path) -> None:
    rows = [f'"{row[0]}\nsecond line"{row[1:]}' for row in day(4)]
    table = read_table(written(tmp_path / "t.csv", [HEADER, *rows[:2], "", *rows[2:]]))
    assert table.frame["\x00line"].to_list() == [2, 4, 7, 9]


@pytest.mark.parametrize("blank", ["", "null", "NaN", "-", "N/A", " "])
def test_words_for_nothing_are_nothing(tmp_path: Path, blank: str) -> None:
    row = f"A,2024-03-04,9,08:50,{blank},{blank}"
    found = read_tickets([written(tmp_path / "t.csv", [HEADER, *day(3), row])])
    assert of(found.quality, "never called").count == 1


def test_the_byte_order_mark_and_carriage_returns_are_no_matter(tmp_path: Path) -> None:
    text = "\r\n".join([HEADER, *day(3)])
    (tmp_path / "t.csv").write_bytes(text.encode("utf-8-sig"))
    assert len(read_tickets([tmp_path / "t.csv"]).tickets) == 3
