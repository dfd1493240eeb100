"""Dossiers are read from event logs and from tables of cases."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import FileFaults, PlannerError
from sim.records.dossiers import read_dossiers
from sim.records.records import CASE_COLUMNS, EVENT_COLUMNS, DossierRecords
from tests.records_files import counted, none_of, of, written

ROOT = Path(__file__).parents[1]
RECEIPT = ROOT.parent / "shared" / "data" / "wabo_receipt" / "receipt.csv"
LOG = "case,activity,completed,resource"
LIFE = "case:concept:name,concept:name,lifecycle:transition,time:timestamp"
CASES = "Mã hồ sơ,Thủ tục,Ngày tiếp nhận,Ngày hẹn trả,Ngày trả kết quả,Hình thức nộp"


def dossiers(folder: Path, header: str, rows: list[str]) -> DossierRecords:
    return read_dossiers([written(folder / "log.csv", [header, *rows])])


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def log(cases: int = 4) -> list[str]:
    """Return cases of two steps, a day apart."""
    return [
        f"{case},{step},2024-03-{4 + case + later:02} 08:{case:02},Anna"
        for case in range(cases)
        for later, step in enumerate(("receive", "decide"))
    ]


def test_a_log_of_completions_has_no_beginnings_of_steps(tmp_path: Path) -> None:
    found = dossiers(tmp_path, LOG, log()[::-1])
    assert found.events.columns == list(EVENT_COLUMNS)
    assert found.cases.columns == list(CASE_COLUMNS)
    assert found.events["started"].null_count() == 8
    keys = found.events.select("case", "completed")
    assert keys.equals(keys.sort("case", "completed"))
    assert found.events.row(0) == (
        "log.csv", 9, "0", "receive", None, at("2024-03-04 08:00"), "Anna",
    )  # fmt: skip


def test_a_case_without_a_beginning_begins_with_its_first_event(tmp_path: Path) -> None:
    found = dossiers(tmp_path, LOG, log())
    assert found.cases["begun"].to_list() == [at(f"2024-03-0{4 + i} 08:0{i}") for i in range(4)]
    assert not found.cases["begun_is_date"].any()
    assert found.cases["ended"].null_count() == 4


def test_rows_that_begin_and_complete_a_step_are_joined_in_turn(tmp_path: Path) -> None:
    rows = [
        "c,check,start,2024-03-04 08:00",
        "c,check,complete,2024-03-04 08:30",
        "c,check,start,2024-03-05 09:00",
        "c,check,schedule,2024-03-05 09:01",
        "c,check,complete,2024-03-05 09:20",
        "c,sign,complete,2024-03-05 10:00",
        "c,file,start,2024-03-05 10:10",
    ]
    found = dossiers(tmp_path, LIFE, rows)
    assert found.events.select("activity", "started", "completed").rows() == [
        ("check", at("2024-03-04 08:00"), at("2024-03-04 08:30")),
        ("check", at("2024-03-05 09:00"), at("2024-03-05 09:20")),
        ("sign", None, at("2024-03-05 10:00")),
    ]
    assert of(found.quality, "joined with its completion").count == 2
    assert of(found.quality, "another kind").where == ("log.csv, line 5",)
    assert of(found.quality, "never completed").where == ("log.csv, line 8",)
    assert of(found.quality, "without a recorded beginning").where == ("log.csv, line 7",)


@pytest.mark.parametrize("shared", [True, False])
def test_instances_tell_steps_apart_where_they_name_steps(tmp_path: Path, shared: bool) -> None:
    ends = ("i1", "i2") if shared else ("i3", "i4")
    rows = [
        "c,check,start,2024-03-04 08:00,i1",
        "c,check,start,2024-03-04 08:10,i2",
        f"c,check,complete,2024-03-04 08:20,{ends[1]}",
        f"c,check,complete,2024-03-04 08:40,{ends[0]}",
    ]
    found = dossiers(tmp_path, f"{LIFE},concept:instance", rows)
    begun = ["2024-03-04 08:10", "2024-03-04 08:00"]
    expected = begun if shared else begun[::-1]
    assert found.events["started"].to_list() == [at(text) for text in expected]


def test_two_columns_may_hold_start_and_end(tmp_path: Path) -> None:
    header = "Mã hồ sơ,Bước xử lý,Thời gian bắt đầu,Thời gian kết thúc,Cán bộ"
    rows = [f"{i},Thẩm định,0{i}/03/2024 08:00,0{i}/03/2024 08:30,An" for i in range(1, 5)]
    found = dossiers(tmp_path, header, [*rows, "9,Thẩm định,13/03/2024 09:00,13/03/2024 08:30,An"])
    spent = found.events["completed"] - found.events["started"]
    assert spent.to_list() == [dt.timedelta(minutes=30)] * 4
    wrong = of(found.quality, "end before they begin")
    assert (wrong.happened, wrong.where) == ("dropped", ("log.csv, line 6",))


def test_steps_that_mostly_run_backwards_are_refused(tmp_path: Path) -> None:
    header = "case,activity,completed,started"
    rows = [f"{i},check,2024-03-0{i} 08:00,2024-03-0{i} 08:30" for i in range(1, 5)]
    with pytest.raises(FileFaults, match="4 of 4 steps with times that run backwards"):
        dossiers(tmp_path, header, rows)


def table_of_cases(count: int = 6) -> list[str]:
    return [
        f"H{i},Khai sinh,{i:02}/03/2024,{i + 5:02}/03/2024,{i + 3:02}/03/2024,Trực tuyến"
        for i in range(10, 10 + count)
    ]


def test_a_table_of_cases_gives_an_event_of_receipt_and_one_of_return(tmp_path: Path) -> None:
    found = dossiers(tmp_path, CASES, table_of_cases())
    assert found.events.filter(pl.col("case") == "H10").select("activity", "completed").rows() == [
        ("Ngày tiếp nhận", at("2024-03-10")),
        ("Ngày trả kết quả", at("2024-03-13")),
    ]
    assert found.cases.row(0) == (
        "H10", "Khai sinh", "Trực tuyến", at("2024-03-10"), True, at("2024-03-13"), True,
        at("2024-03-15"), True,
    )  # fmt: skip


def test_a_table_of_cases_may_have_a_status_and_cases_not_yet_returned(tmp_path: Path) -> None:
    rows = [f"{row},Đã trả,2024-04-01" for row in table_of_cases()]
    rows[2] = rows[2].replace("15/03/2024,Trực", ",Trực", 1)
    found = dossiers(tmp_path, f"{CASES},Trạng thái,Thời gian", rows)
    assert len(found.cases) == 6
    assert len(found.events) == 11
    assert of(found.quality, "not filled in").count == 1


def test_a_dossier_returned_before_it_came_is_dropped(tmp_path: Path) -> None:
    bad = "H99,Khai sinh,20/03/2024,25/03/2024,19/03/2024,Trực tuyến"
    found = dossiers(tmp_path, CASES, [*table_of_cases(), bad])
    assert "H99" not in found.cases["case"]
    assert of(found.quality, "returned before they were received").count == 2
    with pytest.raises(FileFaults, match="most returned before they were received"):
        dossiers(
            tmp_path,
            CASES.replace("Ngày tiếp nhận", "x")
            .replace("Ngày trả kết quả", "Ngày tiếp nhận")
            .replace("x", "Ngày trả kết quả"),
            table_of_cases(),
        )


ATTRIBUTES = "case,activity,completed,case:startdate,case:enddate,case:deadline"


def test_dates_moved_to_another_clock_are_known_from_the_whole_column(tmp_path: Path) -> None:
    rows = []
    for i in range(40):
        day, moved = f"2024-03-{1 + i % 28:02}", ("01:06:40.010+01:00", "00:00:00.020+02:00")[i % 2]
        late = "15:37:34" if i == 7 else f"{8 + i % 9:02}:{i:02}:11"
        clock = "15:37:34" if i == 7 else moved
        rows.append(f"{i},do,{day} 16:00,{day} {clock},{day} {late},2024-05-01")
    found = dossiers(tmp_path, ATTRIBUTES, rows)
    assert found.cases["begun_is_date"].all()
    assert set(found.cases["begun"].dt.time()) == {dt.time()}
    assert not found.cases["ended_is_date"].any()
    assert found.cases["deadline_is_date"].all()
    moved_dates = of(found.quality, '"begun" that are dates')
    assert "01:06:40" in moved_dates.what
    assert moved_dates.count == 20


def test_a_few_cases_at_one_hour_are_no_dates(tmp_path: Path) -> None:
    rows = [f"{i},do,2024-03-0{i} 16:00,2024-03-0{i} 08:00,," for i in range(1, 8)]
    found = dossiers(tmp_path, ATTRIBUTES, rows)
    assert not found.cases["begun_is_date"].any()


def test_rows_that_contradict_each_other_are_noticed(tmp_path: Path) -> None:
    rows = [
        "1,a,2024-03-04 08:00,2024-03-01,2024-03-09 10:00,",
        "1,b,2024-03-05 08:00,2024-03-02,2024-03-09 10:00,",
    ]
    found = dossiers(tmp_path, ATTRIBUTES, rows)
    assert of(found.quality, "differ in begun").where == ("1",)
    assert found.cases["begun"].to_list() == [at("2024-03-01")]


def test_an_end_before_the_beginning_is_set_aside(tmp_path: Path) -> None:
    rows = [
        "1,a,2024-03-04 08:00,2024-03-04,2024-03-03 10:00,2024-03-01",
        "2,a,2024-03-04 08:00,2024-03-04,2024-03-04,2024-03-09",
        "3,a,2024-03-04 08:00,2024-03-05,2024-03-06 09:00,",
    ]
    found = dossiers(tmp_path, ATTRIBUTES, rows)
    by_case = found.cases.sort("case")
    assert by_case["ended"].to_list() == [None, at("2024-03-04"), at("2024-03-06 09:00")]
    assert of(found.quality, "cases that end before they begin").count == 1
    assert of(found.quality, "due before they begin").count == 1
    assert of(found.quality, "begin after their first event").where == ("log.csv, line 4",)


def test_cases_of_test_users_go_and_single_events_of_theirs_stay(tmp_path: Path) -> None:
    rows = log()
    rows[0] = rows[0].replace("Anna", "TEST")
    rows += ["t,receive,2024-03-04 08:00,test2", "t,decide,2024-03-04 08:01,test2"]
    rows += ["s,receive,2024-03-04 08:00,admin1", "s,decide,2024-03-04 08:01,Testa Rossi"]
    found = dossiers(tmp_path, LOG, rows)
    assert "t" not in found.cases["case"]
    assert "t" not in found.events["case"]
    assert len(found.events) == 10
    assert of(found.quality, "a test").count == 2
    assert of(found.quality, "by test users in other cases (TEST)").count == 1
    assert of(found.quality, "administrators or systems (admin1)").count == 1


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",receive,2024-03-04 08:00,Anna", "without a case"),
        ("9,,2024-03-04 08:00,Anna", "without a step"),
        ("9,receive,,Anna", "without a time"),
        ("9,receive,soon,Anna", "time that cannot be read"),
        ("0,receive,2024-03-04 08:00,Anna", "duplicates"),
    ],
)
def test_an_event_that_cannot_be_used_is_dropped(tmp_path: Path, row: str, what: str) -> None:
    found = dossiers(tmp_path, LOG, [*log(), row])
    dropped = of(found.quality, what)
    assert (dropped.happened, dropped.where) == ("dropped", ("log.csv, line 10",))
    assert len(found.events) == 8


@pytest.mark.parametrize("lost", ["case", "activity", "completed"])
def test_a_column_that_lacks_is_named(tmp_path: Path, lost: str) -> None:
    with pytest.raises(FileFaults) as caught:
        dossiers(tmp_path, LOG.replace(lost, "unlike"), log())
    assert [fault.path for fault in caught.value.faults] == [lost]
    assert '"unlike"' in str(caught.value)


def test_a_table_of_cases_lacks_its_return(tmp_path: Path) -> None:
    with pytest.raises(FileFaults, match="ended: expected a column with the time at which the res"):
        dossiers(tmp_path, CASES.replace("Ngày trả kết quả", "x"), table_of_cases())


def test_a_log_of_beginnings_alone_lacks_its_completions(tmp_path: Path) -> None:
    with pytest.raises(FileFaults, match="completed: expected a column with the time at which"):
        dossiers(tmp_path, LOG.replace("completed", "start timestamp"), log())


def test_a_log_of_nothing_but_tests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFaults, match="none of 8: 8 events of cases that are a test"):
        dossiers(tmp_path, LOG, [row.replace("Anna", "test") for row in log()])


def test_what_a_case_says_that_is_no_time_is_noticed(tmp_path: Path) -> None:
    rows = [f"{i},do,2024-03-0{i} 16:00,2024-03-0{i},2024-03-09," for i in range(1, 5)]
    rows[2] = rows[2].replace("2024-03-09", "soon")
    found = dossiers(tmp_path, ATTRIBUTES, rows)
    assert of(found.quality, '"case:enddate" that are no time').where == ("log.csv, line 4",)
    assert found.cases["ended"].null_count() == 1


def test_procedures_and_dates_select_whole_cases(tmp_path: Path) -> None:
    rows = [f"{row},{'Khai sinh' if int(row[0]) % 2 else 'Đất đai'}" for row in log(6)]
    path = written(tmp_path / "log.csv", [f"{LOG},Thủ tục", *rows])
    found = read_dossiers([path], procedures=["dat dai"], first=dt.date(2024, 3, 6))
    assert found.cases["case"].to_list() == ["2", "4"]
    assert len(found.events) == 4
    assert counted(found.quality, "dropped") == 8
    with pytest.raises(FileFaults, match='There are: "Khai sinh", "Đất đai"'):
        read_dossiers([path], procedures=["xyz"])
    with pytest.raises(FileFaults, match="none of 12"):
        read_dossiers([path], last=dt.date(2023, 1, 1))
    with pytest.raises(FileFaults, match="a column with the procedure"):
        read_dossiers([written(tmp_path / "b.csv", [LOG, *log()])], procedures=["xyz"])


def test_events_on_public_holidays_are_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", [LOG, *log(), "h,receive,2024-05-01 08:00,Anna"])
    found = read_dossiers([path], holidays="VN")
    assert of(found.quality, "public holidays").where == ("log.csv, line 10",)
    assert none_of(read_dossiers([path]).quality, "public holidays")
    with pytest.raises(PlannerError, match="--holidays"):
        read_dossiers([path], holidays="??")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "x"]),
        st.sampled_from(["", "receive", "decide"]),
        st.sampled_from(["start", "complete", "complete", "suspend", ""]),
        st.sampled_from(["", "2024-03-04 08:00", "2024-03-04 07:00", "2024-03-05 08:00", "oops"]),
        st.sampled_from(["", "Anna", "test"]),
    ),
    max_size=14,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_no_event_vanishes_uncounted(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    good = [
        (f"g{i}", "receive", kind, f"2024-03-0{i} 0{8 + later}:00", "Binh")
        for i in range(1, 8)
        for later, kind in enumerate(("start", "complete"))
    ]
    lines = [",".join(row) for row in [*good, *rows]]
    found = dossiers(tmp_path, f"{LIFE},org:resource", lines)
    filled = sum(any(row) for row in [*good, *rows])
    joined = of(found.quality, "joined with its completion").count
    assert counted(found.quality, "read") - joined == filled
    assert len(found.events) + joined + counted(found.quality, "dropped") == filled
    assert set(found.cases["case"]) == set(found.events["case"])
    assert (found.events["started"] <= found.events["completed"]).fill_null(True).all()


@pytest.mark.skipif(not RECEIPT.is_file(), reason="the real records in ../shared/data are not here")
def test_a_real_log_is_read_whole() -> None:
    found = read_dossiers([RECEIPT])
    assert (len(found.events), len(found.cases)) == (5204, 848)
    assert counted(found.quality, "dropped") == 0
    assert found.cases["begun_is_date"].all()
    assert found.cases["deadline_is_date"].all()
    assert found.cases["ended_is_date"].sum() < 100
    due = (found.cases["deadline"] - found.cases["begun"]).dt.total_days()
    assert (due == 56).mean() > 0.7
    assert found.events["started"].null_count() == 5204
