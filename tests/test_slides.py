"""Slides: what they say, what is behind their charts, that texts fit, and users' own templates."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from sim.comparison import Comparison, Estimate, Verdict
from sim.errors import PlannerError
from sim.present import fitting
from sim.present.content import deck
from sim.present.findings import Findings
from sim.present.template import template
from sim.report import money
from tests import comparisons, decks, test_hinges

LONG = (
    "Nhận và trả kết quả thủ tục hành chính trong ngày cho tất cả mọi người đến nộp hồ sơ trước "
    "giờ đóng cửa, kể cả những người đến sau mốc giờ tiếp nhận, và ủy quyền ký cho công chức"
)
UNBROKEN = "W" * 90
CONTROLS = "Bell\a and \x0b tab"
EVIL = '=cmd|"/c calc"!A1 <script>alert(1)</script> & {braces}'


@pytest.fixture(scope="module")
def english() -> Any:
    return decks.opened(decks.slides(decks.comparison()))


def titles(made: Any) -> list[str]:
    return [page.shapes.title.text_frame.text for page in made.slides]


def test_there_are_ten_slides_at_most_in_16_to_9_and_each_has_a_title_of_its_own(english):
    assert len(english.slides) == 10
    assert english.slide_width * 9 == pytest.approx(english.slide_height * 16, rel=1e-3)
    assert len(set(titles(english))) == 10


def test_the_first_title_is_the_answer_and_says_the_finding(english):
    assert titles(english)[0] == (
        "Most is gained with “No cutoff, and signing delegated”: 16 fewer trips in 100 cases and "
        "17.2 minutes less waiting"
    )


def test_one_scenario_is_said_to_bring_what_it_brings():
    whole = decks.comparison()
    one = only(whole, "until_closing")
    assert deck(decks.view(one)).answer == (
        "No 3 p.m. cutoff: 8 fewer trips in 100 cases and 0.5 minutes less waiting"
    )


def only(whole: Comparison, scenario: str) -> Comparison:
    kept = (whole.baseline, scenario)
    return replace(
        whole,
        scenarios={id_: whole.scenarios[id_] for id_ in kept},
        differences={scenario: whole.differences[scenario]},
        verdicts={scenario: whole.verdicts[scenario]},
        fares={},
    )


def test_where_nothing_is_clear_that_is_the_title():
    whole = decks.comparison()
    unclear = {
        id_: {
            name: replace(verdict, says="not clear yet: more replications")
            for name, verdict in made.items()
        }
        for id_, made in whole.verdicts.items()
    }
    found = deck(decks.view(replace(whole, verdicts=unclear)))
    assert found.answer == "No clear difference between the scenarios and the office as it is"
    assert all("no clear difference" in line for line in found.lines)


def changed(scenario: str, found: dict[str, Estimate], made: dict[str, Verdict]) -> Comparison:
    whole = decks.comparison()
    return replace(
        whole,
        differences=whole.differences | {scenario: whole.differences[scenario] | found},
        verdicts=whole.verdicts | {scenario: whole.verdicts[scenario] | made},
    )


def test_a_scenario_with_which_more_people_give_up_never_leads_and_that_is_said_first():
    whole = decks.comparison()
    best = Findings(decks.view(whole)).leading
    by = Estimate(0.12, 0.1, 0.14)
    lost = changed(best, {"lost": by}, {"lost": Verdict("more", 0.09, 0.15, 0.01)})
    found = Findings(decks.view(lost))
    assert found.leading not in ("", best)
    assert found.losses(best)[0] == "12.0 percentage points more cases given up"
    alone = deck(decks.view(only(lost, best)))
    assert ", but 12.0 percentage points more cases given up" in alone.answer
    said = " ".join([alone.answer, *(slide.title for slide in alone.slides), *alone.notes])
    assert "saves citizens" not in said
    assert "no saving is claimed, since more people give up" in said


def test_where_only_scenarios_gain_with_which_more_people_give_up_no_gain_is_claimed():
    whole = decks.comparison()
    by, more = Estimate(0.12, 0.1, 0.14), Verdict("more", 0.09, 0.15, 0.01)
    lost = replace(
        whole,
        differences={id_: found | {"lost": by} for id_, found in whole.differences.items()},
        verdicts={id_: made | {"lost": more} for id_, made in whole.verdicts.items()},
    )
    answer = deck(decks.view(lost)).answer
    assert answer == "No gain is claimed: where anything gets better, more people give up"


def test_an_office_with_more_cases_is_judged_by_the_year():
    dearer = changed(
        "more_people",
        {
            "office_cost": Estimate(-9_000.0, -9_500.0, -8_500.0),
            "office_saving_year": Estimate(-20e6, -21e6, -19e6),
        },
        {"office_cost": Verdict("less", -9_900, -8_000, 500)},
    )
    more = dearer.scenarios["more_people"]
    crowd = replace(more, measures=more.measures | {"cases": comparisons.near(1_700)})
    crowded = replace(dearer, scenarios=dearer.scenarios | {"more_people": crowd})
    found = Findings(decks.view(crowded))
    assert found.losses("more_people")[0] == "the office spends 20.0 million VND more a year"
    assert found.mood("more_people", "office_cost") == ""
    assert Findings(decks.view(dearer)).mood("more_people", "office_cost") == "better"


def test_a_loss_in_a_measure_that_no_slide_shows_is_no_missing_difference():
    whole = decks.comparison()
    verdicts = {
        name: replace(each, says="no difference that matters")
        for name, each in whole.verdicts["shorter"].items()
    } | {"office_cost": Verdict("more", 8_000, 9_900, 500)}
    dearer = changed("shorter", {"office_cost": Estimate(9_000.0, 8_500.0, 9_500.0)}, verdicts)
    found = Findings(decks.view(dearer))
    assert "office_cost" not in found.measures
    assert found.of("shorter") == "9,000 VND more cost to the office for each case"


def test_the_first_slide_names_what_scenarios_are_compared_with():
    whole = decks.comparison()
    first = deck(decks.view(whole))
    assert "Compared with" not in first.under
    other = replace(
        whole,
        baseline="delegated",
        differences={
            id_: whole.differences["delegated"] for id_ in whole.scenarios if id_ != "delegated"
        },
        verdicts={},
        fares={},
    )
    found = deck(decks.view(other))
    assert found.under.startswith("Compared with “No cutoff, and signing delegated”.")
    assert found.answer == (
        "No clear difference between the scenarios and “No cutoff, and signing delegated”"
    )
    alone = replace(other, scenarios={"delegated": whole.scenarios["delegated"]}, differences={})
    assert deck(decks.view(alone)).answer == (
        "“No cutoff, and signing delegated”, with nothing to compare it with"
    )


def test_one_run_of_one_day_is_said_without_a_plural():
    once = replace(decks.comparison(), days=1, warmup=1)
    texts = str(deck(decks.view(once))) + str(
        deck(decks.view(replace(comparisons.alone(), days=1)))
    )
    assert "working days each: 1" in texts
    assert "working days: 1" in texts
    assert "1 working days" not in texts


def test_an_office_alone_has_slides_without_differences():
    made = decks.opened(decks.slides(comparisons.alone()))
    assert 3 <= len(made.slides) < 10
    assert "nothing to compare" in titles(made)[0]
    assert not list(made.element.iter(qn("c:errBars")))


def test_every_slide_is_spoken_of_and_says_how_sure_it_is(english):
    notes = [page.notes_slide.notes_text_frame.text for page in english.slides]
    assert all(len(text) > 40 for text in notes)
    sure = [text for text in notes if "95% interval" in text]
    assert len(sure) >= 6
    assert sum("assumptions" in text for text in notes) >= 6


def test_the_last_slide_names_sources_seed_versions_and_command(english):
    texts = " ".join(
        shape.text_frame.text for shape in english.slides[9].shapes if shape.has_text_frame
    )
    for part in ("Register of the year before", "seed 2023", "simpy 4.1.1", "onestop compare"):
        assert part in texts


def test_every_slide_has_its_number_the_date_and_the_office_at_its_foot(english):
    for page in english.slides:
        fields = [each for each in page.element.iter(qn("a:fld")) if each.get("type") == "slidenum"]
        texts = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        assert len(fields) == 1
        assert "5 January 2026" in texts
        assert "Results until closing time – A commune's one-stop unit" in texts


def bars_of(chart: Any) -> list[Any]:
    return list(chart.chart._chartSpace.iter(qn("c:errBars")))


def numbers(reference: Any) -> list[float]:
    return [float(each.text) for each in reference.iter(qn("c:v"))]


def test_charts_are_native_with_intervals_that_end_where_the_results_do(english):
    found = decks.comparison()
    view = decks.view(found)
    chart = next(c for c in decks.charts(english) if c.name == "Trips to the office")
    (bars,) = bars_of(chart)
    drawn = numbers(chart.chart._chartSpace.find(f".//{qn('c:val')}"))
    up, down = (numbers(bars.find(qn(f"c:{side}"))) for side in ("plus", "minus"))
    for place, each in enumerate(view.every):
        trips = each.measures["trips"]
        assert drawn[place] == trips.mean
        assert drawn[place] + up[place] == pytest.approx(trips.high)
        assert drawn[place] - down[place] == pytest.approx(trips.low)


def test_most_charts_have_intervals(english):
    every = list(decks.charts(english))
    assert len(every) >= 7
    assert all(bars_of(chart) for chart in every)


ORDER = (
    "idx", "order", "tx", "spPr", "invertIfNegative", "pictureOptions", "dPt", "dLbls",
    "trendline", "errBars", "cat", "val", "shape", "extLst",
)  # fmt: skip
IN_BARS = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")


def in_order(element: Any, order: tuple[str, ...]) -> bool:
    places = [order.index(etree.QName(child).localname) for child in element]
    return places == sorted(places)


def test_what_is_in_a_series_stands_in_the_order_of_the_schema(english):
    for chart in decks.charts(english):
        assert all(in_order(s, ORDER) for s in chart.chart._chartSpace.iter(qn("c:ser")))
        assert all(in_order(bars, IN_BARS) for bars in bars_of(chart))


def test_the_workbook_in_a_chart_holds_the_numbers_that_it_refers_to(english):
    for chart in decks.charts(english):
        blob = chart.chart.part.chart_workbook.xlsx_part.blob
        sheet = pl.read_excel(BytesIO(blob), has_header=False, drop_empty_rows=False)
        for reference in chart.chart._chartSpace.iter(qn("c:numRef")):
            column, first, last = cells(reference.find(qn("c:f")).text)
            held = [None if v in (None, "") else float(v) for v in sheet[:, column][first:last]]
            for point in reference.iter(qn("c:pt")):
                value = held[int(point.get("idx"))]
                assert (0.0 if value is None else value) == pytest.approx(
                    float(point.find(qn("c:v")).text)
                )


def cells(reference: str) -> tuple[int, int, int]:
    found = re.fullmatch(r"Sheet1!\$([A-Z]+)\$(\d+)(?::\$\1\$(\d+))?", reference)
    assert found is not None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(found[2]) - 1, int(found[3] or found[2])


def test_axes_reach_beyond_all_bars_and_intervals(english):
    for chart in decks.charts(english):
        if chart.chart.plots[0].overlap == 100:
            continue  # parts of bars, of which each begins where the one before ends
        axis = chart.chart.value_axis
        for series in series_of(chart):
            values, bars = numbers(series.find(qn("c:val"))), series.find(qn("c:errBars"))
            up, down = (numbers(bars.find(qn(f"c:{side}"))) for side in ("plus", "minus"))
            for value, more, less in zip(values, up, down, strict=True):
                assert value - less >= axis.minimum_scale
                assert value + more <= axis.maximum_scale


def series_of(chart: Any) -> list[Any]:
    return list(chart.chart._chartSpace.iter(qn("c:ser")))


def hinged() -> Comparison:
    """Return a comparison of which an assumption was moved."""
    base = decks.comparison()
    low = test_hinges.moved(base, 0.1, 0.05)
    high = test_hinges.moved(base, 0.5, -0.08)
    hinge = test_hinges.hinge("teams.leaders.away.share", 0.3, low, high)
    return replace(base, sensitivity=test_hinges.comparison(hinge).sensitivity)


def test_what_the_answer_hinges_on_is_drawn_from_the_difference_as_found():
    found = hinged()
    made = decks.opened(decks.slides(found))
    (chart,) = [each for each in decks.charts(made) if "What moves" in each.name]
    wait = found.differences["delegated"]["wait_minutes"].mean
    assert chart.chart.value_axis.crosses_at == pytest.approx(wait)
    ends = [numbers(series.find(qn("c:val")))[0] for series in series_of(chart)]
    assert ends == pytest.approx([wait + 0.05, wait - 0.08])
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_a_waterfall_goes_from_the_cost_before_to_the_cost_after():
    found = decks.comparison()
    view = decks.view(found)
    steps = money.steps(view, found.scenarios["delegated"])
    chart = next(
        b for s in deck(view).slides for b in s.blocks if getattr(b, "kind", "") == "steps"
    )
    stands, before, after, less, more = (series.values for series in chart.panel.series)
    assert steps is not None
    at = before[0].mean
    for place in range(1, len(chart.panel.categories) - 1):
        size = (more[place].mean if more[place] else 0) - (less[place].mean if less[place] else 0)
        assert stands[place].mean == pytest.approx(min(at, at + size))
        at += size
    assert at - after[-1].mean == pytest.approx(
        sum(s.value.mean for s in steps.steps) + steps.before.value.mean - steps.after.value.mean
    )


def test_titles_from_files_stay_texts():
    content = decks.slides(decks.named(decks.comparison(), EVIL))
    made = decks.opened(content)
    assert any(EVIL.partition(" ")[0] in title for title in titles(made))
    for chart in decks.charts(made):
        blob = chart.chart.part.chart_workbook.xlsx_part.blob
        with zipfile.ZipFile(BytesIO(blob)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_letters_that_no_file_may_hold_are_left_out():
    made = decks.opened(decks.slides(decks.named(decks.comparison(), CONTROLS)))
    assert any("Bell and  tab" in title for title in titles(made))


def test_charts_are_described_for_those_who_do_not_see_them(english):
    for chart in decks.charts(english):
        assert len(chart._element.nvGraphicFramePr.cNvPr.get("descr")) > 40


def test_texts_say_in_which_language_they_are():
    made = decks.opened(decks.slides(decks.comparison(), "vi"))
    runs = [run for page in made.slides for run in page.element.iter(qn("a:rPr"))]
    assert runs
    assert {run.get("lang") for run in runs if run.getparent().tag == qn("a:r")} == {"vi"}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("title", ["", LONG, UNBROKEN], ids=["usual", "long", "unbroken"])
def test_no_text_overflows_its_box(language, title):
    found = decks.named(decks.comparison(), title) if title else decks.comparison()
    made = decks.opened(decks.slides(found, language))
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_what_takes_too_much_room_would_be_noticed(english):
    page = Presentation(BytesIO(decks.slides(decks.comparison()))).slides[0]
    page.shapes.title.text_frame.paragraphs[0].runs[0].text = LONG * 3
    assert decks.overflowing(page)


@pytest.mark.parametrize(
    "text", [LONG, "Illinois till 0.1", "Đề nghị ưu tiên: người cao tuổi", EVIL]
)
@pytest.mark.parametrize("bold", [False, True])
def test_texts_are_never_taken_to_be_narrower_than_they_are(text, bold):
    assert fitting.width(text, 20, bold=bold) >= decks._wide(text, 20, bold)


def test_items_without_room_are_counted():
    fitted = fitting.fit(
        [f"item {n}" for n in range(50)], (200, 100), (14, 10), more=lambda n: f"{n} left out"
    )
    count = len(fitted.paragraphs) - 1
    assert fitted.paragraphs[-1] == f"{50 - count} left out"
    assert fitted.size == 10


def test_rows_without_room_are_counted():
    rows = [(f"row {n}", "value") for n in range(50)]
    fitted = fitting.fit_grid(
        ("a", "b"), rows, (300, 120), (14, 10), pad=(4, 4), more=lambda n: f"{n} left out"
    )
    assert fitted.rows[-1][0] == f"{50 - (len(fitted.rows) - 1)} left out"
    assert sum(fitted.heights) <= 120


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """Return somebody's presentation: 4:3, another font, slides that link to one another."""
    path = tmp_path_factory.mktemp("template") / "ours.pptx"
    made = Presentation()
    for place in range(3):
        page = made.slides.add_slide(made.slide_layouts[place])
        page.shapes.title.text = f"Example {place}"
        page.notes_slide.notes_text_frame.text = "example"
    numbers = CategoryChartData()
    numbers.categories = ["a"]
    numbers.add_series("x", [1])
    page.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 999_999, 999_999, numbers)
    page.shapes[0].click_action.target_slide = made.slides[0]
    layout = made.slide_layouts[6]
    theme = next(
        rel.target_part
        for rel in made.slide_master.part.rels.values()
        if rel.reltype.endswith("/theme")
    )
    theme._blob = theme.blob.replace(b"Calibri", b"Verdana").replace(b"4F81BD", b"8C1D40")
    for each in list(layout.placeholders):
        each.element.getparent().remove(each.element)
    made.save(path)
    return path


def rewritten(path: Path, to: Path, name: str, change: tuple[bytes, bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w") as target:
        for each in source.namelist():
            content = source.read(each)
            target.writestr(each, content.replace(*change) if each == name else content)
    return to


def test_a_template_keeps_its_size_fonts_and_colours_and_loses_its_examples(own):
    made = decks.opened(decks.slides(decks.comparison(), looks=own))
    assert (made.slide_width, made.slide_height) == (9_144_000, 6_858_000)
    assert len(made.slides) == 10
    assert not any("Example" in title for title in titles(made))
    for page in made.slides:
        assert not list(page.element.iter(qn("a:latin")))
        assert "example" not in page.notes_slide.notes_text_frame.text
    trips = next(c for c in decks.charts(made) if c.name == "Trips to the office")
    used = {each.get("val") for each in trips.chart._chartSpace.iter(qn("a:schemeClr"))}
    assert "accent1" in used
    assert not list(trips.chart._chartSpace.iter(qn("a:latin")))
    parts = [part.partname for part in made.part.package.iter_parts()]
    assert sum("/slides/" in name for name in parts) == 10
    assert len(parts) == len(set(parts))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_text_overflows_in_a_template(own, language):
    made = decks.opened(decks.slides(decks.comparison(), language, own))
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_a_template_of_templates_is_one_too(own, tmp_path):
    kind = (b"presentationml.presentation.main+xml", b"presentationml.template.main+xml")
    path = rewritten(own, tmp_path / "ours.potx", "[Content_Types].xml", kind)
    made = decks.opened(decks.slides(decks.comparison(), looks=path))
    assert len(made.slides) == 10


def not_templates(folder: Path, own: Path) -> dict[str, Path]:
    made = {name: folder / name for name in ("text.pptx", "cut.pptx", "other.pptx", "empty.pptx")}
    made["text.pptx"].write_text("no presentation")
    made["cut.pptx"].write_bytes(own.read_bytes()[:9_000])
    made["empty.pptx"].write_bytes(b"")
    with zipfile.ZipFile(made["other.pptx"], "w") as document:
        document.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        document.writestr("word/document.xml", "<w/>")
    rewritten(own, folder / "xml.pptx", "ppt/presentation.xml", (b"<p:sldMasterIdLst", b"<p:<"))
    return made | {
        "xml.pptx": folder / "xml.pptx", "none.pptx": folder / "none.pptx", "folder": folder,
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["text.pptx", "cut.pptx", "other.pptx", "empty.pptx", "xml.pptx", "none.pptx", "folder"],
)
def test_what_is_no_presentation_is_told(name, own, tmp_path):
    path = not_templates(tmp_path, own)[name]
    with pytest.raises(PlannerError, match=re.escape(str(path)) + ".* expected a PowerPoint file"):
        template(path)


def test_a_presentation_without_any_title_is_told(own, tmp_path):
    made = Presentation(own)
    for layout in made.slide_layouts:
        for each in list(layout.placeholders):
            each.element.getparent().remove(each.element)
    path = tmp_path / "bare.pptx"
    made.save(path)
    with pytest.raises(PlannerError, match=r"bare\.pptx: .*layout that has a title"):
        template(path)


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")),
    reason="LibreOffice and pdftoppm turn slides into pictures; one of them is not here",
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_libreoffice_opens_the_slides_and_draws_each(language, tmp_path):
    path = tmp_path / "slides.pptx"
    path.write_bytes(decks.slides(decks.comparison(), language))
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pictures = tmp_path / "slide"
    subprocess.run(
        ["pdftoppm", "-r", "30", "-png", tmp_path / "slides.pdf", pictures], check=True, timeout=60
    )
    drawn = sorted(tmp_path.glob("slide-*.png"))
    assert len(drawn) == 10
    assert all(picture.stat().st_size > 1_500 for picture in drawn)
