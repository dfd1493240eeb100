"""Real arrivals and open counters from CSV files."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import replay
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.csv_file import ROWS_NAMED
from sim.errors import FileFaults
from sim.office import ArrivalLog, Office, Staff
from tests.offices import smallest

BEMOWO = Path(__file__).parents[2] / "shared" / "data" / "warsaw_bemowo"
needs_bemowo = pytest.mark.skipif(
    not BEMOWO.is_dir(), reason="the real records in ../shared/data/warsaw_bemowo are not here"
)
DAY = dt.date(2020, 1, 2)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write a file, and return the folder as readers want it."""

    def _write(content: str | bytes, name: str = "log.csv") -> str:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return str(tmp_path)

    return _write


def log(**given: Any) -> ArrivalLog:
    return ArrivalLog.model_validate({"file": "log.csv"} | given)


def staff(**given: Any) -> Staff:
    return Staff.model_validate({"log": "log.csv"} | given)


def lines_of(faults: list[Any]) -> list[str]:
    return [str(fault) for fault in faults]


def arrival_faults(folder: str, **given: Any) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        replay.arrivals(folder, log(**given))
    return lines_of(caught.value.faults)


def counter_faults(folder: str, **given: Any) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        replay.open_counters(folder, staff(**given))
    return lines_of(caught.value.faults)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:15", 8 * HOUR_MS + 15 * MINUTE_MS),
        ("8:15", 8 * HOUR_MS + 15 * MINUTE_MS),
        ("08:15:30", 8 * HOUR_MS + 15 * MINUTE_MS + 30_000),
        ("08:15:30.5", 8 * HOUR_MS + 15 * MINUTE_MS + 30_500),
        ("08:15:30.123456", 8 * HOUR_MS + 15 * MINUTE_MS + 30_123),
        ("2020-01-02 08:15:00", 8 * HOUR_MS + 15 * MINUTE_MS),
        ("2020-01-02T08:15", 8 * HOUR_MS + 15 * MINUTE_MS),
        ("00:00", 0),
        ("24:00", DAY_MS),
    ],
)
def test_times_are_read_in_every_form_that_logs_use(write: Any, text: str, expected: int) -> None:
    folder = write(f"date,time\n2020-01-02,{text}\n")
    assert replay.arrivals(folder, log()) == {DAY: ((expected, expected),)}


@given(st.integers(0, DAY_MS - 1))
def test_every_millisecond_of_the_day_is_read_exactly(
    tmp_path_factory: pytest.TempPathFactory, ms: int
) -> None:
    moment = dt.datetime(2020, 1, 2) + dt.timedelta(milliseconds=ms)
    folder = tmp_path_factory.mktemp("log")
    (folder / "log.csv").write_text(f"time\n{moment.isoformat(sep=' ', timespec='milliseconds')}\n")
    assert replay.arrivals(str(folder), log()) == {DAY: ((ms, ms),)}


def test_arrivals_keep_the_order_of_rows_within_each_date(write: Any) -> None:
    folder = write("date,time\n2020-01-03,09:00\n2020-01-02,10:00\n2020-01-03,08:00\n")
    found = replay.arrivals(folder, log())
    assert list(found) == [DAY, dt.date(2020, 1, 3)]
    nine, eight = 9 * HOUR_MS, 8 * HOUR_MS
    assert found[dt.date(2020, 1, 3)] == ((nine, nine), (eight, eight))


def test_two_columns_give_the_range_in_which_an_arrival_lies(write: Any) -> None:
    folder = write("date,a,b\n2020-01-02,08:00,08:05\n2020-01-02,09:00,09:00\n")
    assert replay.arrivals(folder, log(time=("a", "b"))) == {
        DAY: ((8 * HOUR_MS, 8 * HOUR_MS + 5 * MINUTE_MS), (9 * HOUR_MS, 9 * HOUR_MS))
    }


def test_a_range_over_midnight_belongs_to_the_date_it_begins_on(write: Any) -> None:
    folder = write("a,b\n2020-01-02 23:50,2020-01-03 00:10\n")
    assert replay.arrivals(folder, log(time=("a", "b"))) == {
        DAY: ((DAY_MS - 10 * MINUTE_MS, DAY_MS + 10 * MINUTE_MS),)
    }


def test_the_date_column_is_used_only_where_the_time_has_no_date(write: Any) -> None:
    folder = write("day,time\n2020-01-09,2020-01-02 08:00\n2020-01-02,09:00\n")
    assert list(replay.arrivals(folder, log(date="day"))) == [DAY]


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ({"clean": True}, [1, 2, 3]),
        ({"clean": False}, [4, 5]),
        ({"queue": 569}, [1, 3, 4]),
        ({"queue": 569.0}, [1, 3, 4]),
        ({"queue": "569"}, [1, 4]),
        ({"name": "B: Lân"}, [2]),
        ({"queue": 569, "clean": True}, [1, 3]),
        ({"long": 90071992547409931}, [1]),
        ({"name": ""}, [3]),
    ],
)
def test_where_compares_booleans_in_any_case_numbers_by_value_and_text_exactly(
    write: Any, condition: dict[str, Any], rows: list[int]
) -> None:
    folder = write(
        "date,time,queue,clean,name,long\n"
        "2020-01-02,00:01,569,True,A,90071992547409931\n"
        "2020-01-02,00:02,570,true,B: Lân,90071992547409932\n"
        "2020-01-02,00:03,569.0,1,,90071992547409933\n"
        "2020-01-02,00:04,569,False,b: lân,4\n"
        "2020-01-02,00:05,x,0,C,5\n"
    )
    found = replay.arrivals(folder, log(where=condition))[DAY]
    assert [first // MINUTE_MS for first, _ in found] == rows


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffdate,time\n2020-01-02,08:00\n",
        "date,time\r\n2020-01-02,08:00\r\n",
        "date,time\r2020-01-02,08:00\r",
        "date;time\n2020-01-02;08:00\n",
        "date\ttime\n2020-01-02\t08:00\n",
        " date , time \n 2020-01-02 , 08:00 \n",
        'date,time\n"2020-01-02","08:00"\n',
        "date,time\n\n2020-01-02,08:00\n\n,\n",
        "date,time\n2020-01-02,08:00",
    ],
)
def test_every_usual_kind_of_csv_is_read(write: Any, content: str) -> None:
    eight = 8 * HOUR_MS
    assert replay.arrivals(write(content), log()) == {DAY: ((eight, eight),)}


def test_bad_rows_are_named_by_line_with_what_was_expected_and_found(write: Any) -> None:
    folder = write(
        "date,time\n2020-01-02,08:00\n2020-01-02,8h15\n2.1.2020,08:00\n2020-02-30,08:00\n"
        "2020-01-02,24:01\n2020-01-02,08:60\n,08:00\n2020-01-02,\n"
    )
    found = arrival_faults(folder)
    assert [text.split(":")[0] for text in found] == [f"line {n}" for n in range(3, 10)]
    assert "a time such as" in found[0]
    assert 'found "8h15"' in found[0]
    assert "a date such as" in found[1]
    assert 'found "2.1.2020"' in found[1]


def test_lines_are_counted_through_fields_that_hold_line_feeds(write: Any) -> None:
    folder = write('date,time,note\n2020-01-02,08:00,"one\ntwo\n\nthree"\n\n2020-01-02,late,\n')
    assert arrival_faults(folder)[0].startswith("line 7: ")


def test_bad_rows_that_where_leaves_out_do_no_harm(write: Any) -> None:
    folder = write("date,time,queue\n2020-01-02,never,1\n2020-01-02,08:00,2\n")
    assert len(replay.arrivals(folder, log(where={"queue": 2}))[DAY]) == 1


def test_many_bad_rows_are_named_up_to_a_number_and_then_counted(write: Any) -> None:
    rows = "2020-01-02,late\n" * (ROWS_NAMED + 3)
    found = arrival_faults(write("date,time\n" + rows))
    assert len(found) == ROWS_NAMED + 1
    assert found[-1].startswith("and 3 more lines")


def test_a_range_that_ends_before_it_begins_or_lasts_days_is_a_fault(write: Any) -> None:
    folder = write(
        "a,b\n2020-01-02 08:05,2020-01-02 08:00\n2020-01-02 08:00,2020-01-05 08:00\n"
        "2020-01-02 08:00,soon\n"
    )
    early, long, unread = arrival_faults(folder, time=("a", "b"))
    assert early == 'line 2: expected a not after b, found "2020-01-02 08:05", "2020-01-02 08:00"'
    assert long.startswith("line 3: expected a range of at most a day")
    assert unread.startswith("line 4: expected a time")
    assert 'in b, found "soon"' in unread


def test_missing_columns_are_named_with_the_nearest_and_all_there_are(write: Any) -> None:
    folder = write("date,arrived\n2020-01-02,08:00\n")
    time, where = arrival_faults(folder, time="arived", where={"queue": 1})
    assert time.startswith('time: expected a column of log.csv, found "arived".')
    assert 'Nearest name: "arrived". Columns: "date", "arrived".' in time
    assert where.startswith("where.queue: ")


def test_a_column_named_twice_is_a_fault(write: Any) -> None:
    assert (
        "a column named once" in arrival_faults(write("date,time,time\n2020-01-02,1:00,1:00\n"))[0]
    )


def test_times_without_a_date_need_a_column_with_it(write: Any) -> None:
    (found,) = arrival_faults(write("day,time\n2020-01-02,08:00\n"))
    assert found.startswith('date: expected a column with the date, found no column "date"')
    assert '"08:00"' in found


def test_conditions_that_leave_no_row_say_which_and_what_there_is(write: Any) -> None:
    folder = write("date,time,queue,clean\n2020-01-02,08:00,5,True\n2020-01-02,08:00,6,False\n")
    (value,) = arrival_faults(folder, where={"queue": 7})
    assert value.startswith("where.queue: ")
    assert 'found 7. There are: "5", "6".' in value
    (both,) = arrival_faults(folder, where={"queue": 6, "clean": True})
    assert both.startswith("where: expected rows that meet all conditions at once")
    assert "queue = 6, clean = true" in both


def test_files_without_rows_are_faults(write: Any) -> None:
    assert "an empty file" in arrival_faults(write(""))[0]
    assert "an empty file" in arrival_faults(write("\n \n"))[0]
    assert "an empty first line" in arrival_faults(write("\ndate,time\n"))[0]
    assert "rows below the first line" in arrival_faults(write("date,time\n"))[0]


def test_a_missing_file_names_the_nearest(write: Any) -> None:
    folder = write("date,time\n")
    (found,) = arrival_faults(folder, file="lag.csv")
    assert found.startswith("file: expected a CSV file, found no file")
    assert 'Nearest name: "log.csv".' in found
    assert "no folder" in arrival_faults(folder, file="none/log.csv")[0]
    assert "the folder" in arrival_faults(folder, file=".")[0]
    assert arrival_faults(folder, file="a\0b.csv")


def test_files_that_are_no_csv_text_say_how_to_save_them(write: Any) -> None:
    assert "a spreadsheet" in arrival_faults(write(b"PK\x03\x04\x14\x00"))[0]
    latin = write("date,time,name\n2020-01-02,08:00,x\n2020-01-02,08:00,é\n".encode("latin-1"))
    assert "the byte 0xe9 in line 3 of log.csv" in arrival_faults(latin)[0]
    assert "UTF-8" in arrival_faults(write("date,time\n".encode("utf-16")))[0]


def test_rows_with_more_fields_than_columns_are_named(write: Any) -> None:
    folder = write("date,time\n2020-01-02,08:00\n2020-01-02,08:00,one, two\n")
    (found,) = arrival_faults(folder)
    assert found.startswith("line 3: expected 2 fields, as in the first line, found 4.")


def test_a_quote_that_is_left_open_is_named(write: Any) -> None:
    folder = write('date,time,note\n2020-01-02,08:00,a\n2020-01-02,08:00,"b\n2020-01-02,08:00,c\n')
    assert arrival_faults(folder)[0].startswith("line 3: expected quotes in pairs")
    long = 'date,time,note\n2020-01-02,08:00,"b\n' + "2020-01-02,08:00,c\n" * 10_000
    assert arrival_faults(write(long))[0].startswith("line 2: expected quotes in pairs")


def test_control_characters_of_a_file_are_not_shown_raw(write: Any) -> None:
    assert "\x1b" not in arrival_faults(write("date,time\n2020-01-02,\x1b[31mred\n"))[0]


def test_open_counters_are_in_order_of_time_without_what_changes_nothing(write: Any) -> None:
    folder = write(
        "date,time,open_counters\n2020-01-02,09:00,3\n2020-01-02,08:00,2\n2020-01-02,08:30,2\n"
        "2020-01-02,10:00,3\n2020-01-02,11:00,0\n2020-01-03,08:00,0\n2020-01-03,08:00,0\n"
    )
    assert replay.open_counters(folder, staff()) == {
        DAY: ((8 * HOUR_MS, 2), (9 * HOUR_MS, 3), (11 * HOUR_MS, 0)),
        dt.date(2020, 1, 3): ((8 * HOUR_MS, 0),),
    }


def test_open_counters_are_whole_numbers_up_to_a_thousand(write: Any) -> None:
    values = ["0", "1000", "3.0", "-1", "1001", "2.5", "two", "", "nan", "inf"]
    rows = "".join(f"2020-01-02,08:{i:02d},{value}\n" for i, value in enumerate(values))
    found = counter_faults(write("date,time,open_counters\n" + rows))
    assert [text.split(":")[0] for text in found] == [f"line {n}" for n in range(5, 12)]
    assert all("a whole number from 0 to 1000 in open_counters" in text for text in found)


def test_two_numbers_at_one_time_are_a_fault(write: Any) -> None:
    folder = write(
        "date,time,queue,open_counters\n2020-01-02,08:00,1,3\n2020-01-02,08:00,2,4\n"
        "2020-01-03,08:00,2,5\n"
    )
    (found,) = counter_faults(folder)
    assert found.startswith("line 3: expected the number that an earlier row has at that time")
    assert replay.open_counters(folder, staff(where={"queue": 2}))[DAY] == ((8 * HOUR_MS, 4),)


def test_a_file_that_changed_is_read_again_and_results_are_not_shared(write: Any) -> None:
    folder = write("date,time\n2020-01-02,08:00\n")
    first = replay.arrivals(folder, log())
    first.clear()
    assert len(replay.arrivals(folder, log())) == 1
    write("date,time\n2020-01-02,08:00\n2020-01-03,08:00\n")
    os.utime(Path(folder) / "log.csv", ns=(1, 1))
    assert len(replay.arrivals(folder, log())) == 2


def test_true_and_one_are_not_mixed_up_by_what_was_read_before(write: Any) -> None:
    folder = write("date,time,clean\n2020-01-02,08:00,True\n2020-01-02,09:00,1\n")
    assert len(replay.arrivals(folder, log(where={"clean": True}))[DAY]) == 2
    assert len(replay.arrivals(folder, log(where={"clean": 1}))[DAY]) == 1


def replaying(folder: str, **demand: Any) -> Office:
    raw = smallest(
        demands=[{"id": "people", "needs": ["ask"], "log": {"file": "log.csv"} | demand}],
        teams=[{"id": "clerks", "staff": {"log": "staff.csv"}, "roles": ["serve"]}],
        folder=folder,
    )
    return Office.model_validate(raw)


def test_faults_of_an_office_name_the_keys_and_the_rows_of_all_its_logs(write: Any) -> None:
    write("date,time,open_counters\n2020-01-02,08:00,many\n", "staff.csv")
    folder = write("date,time\n2020-01-02,08:00\n")
    found = lines_of(list(replay.faults(replaying(folder, time="arrived"))))
    assert found[0].startswith("demands.people.log.time: expected a column of log.csv")
    assert found[1].startswith("staff.csv, line 2: expected a whole number")
    assert len(found) == 2


def test_an_office_with_good_logs_has_no_faults_and_rows_are_named_once(write: Any) -> None:
    folder = write("date,time,open_counters\n2020-01-02,08:00,2\n", "staff.csv")
    write("date,time\n2020-01-02,08:00\n")
    assert list(replay.faults(replaying(folder))) == []
    write("date,time\n2020-01-02,late\n")
    good = replaying(folder)
    twice = good.model_copy(update={"demands": good.demands * 2})
    assert len(list(replay.faults(twice))) == 1


@needs_bemowo
def test_the_real_queue_has_the_tickets_and_counters_that_its_records_say() -> None:
    where = {"queue_id": 569, "clean": True}
    times = ("arrived_after", "arrived_by")
    found = replay.arrivals(str(BEMOWO), log(file="tickets.csv", where=where, time=times))
    assert {day.isoformat(): len(rows) for day, rows in found.items()} == {
        "2019-12-30": 233, "2019-12-31": 89, "2020-01-02": 160, "2020-01-03": 168,
        "2020-01-07": 140, "2020-01-08": 169, "2020-01-10": 134,
    }  # fmt: skip
    assert all(0 < first <= last < DAY_MS for rows in found.values() for first, last in rows)
    counters = replay.open_counters(str(BEMOWO), staff(log="counters.csv", where={"queue_id": 569}))
    assert set(found) <= set(counters)
    assert max(number for rows in counters.values() for _, number in rows) == 5
    assert all(rows[-1][1] == 0 for rows in counters.values())
