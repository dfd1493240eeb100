"""The report in a real Chromium: it opens alone, is read by everybody, plays and prints."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sim.comparison import Comparison
from sim.report.page import render
from tests import comparisons, story_examples
from tests.browser import DESKTOP, PHONE, Opened, browser, opened, violations

SECTIONS = (
    "answer", "picture", "citizen", "time", "who", "office-day", "cost", "sure", "sources",
)  # fmt: skip
LANGUAGES = ("en", "vi")


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the report of a comparison that has everything, in each language."""
    return written(tmp_path_factory.mktemp("pages"), story_examples.comparison())


@pytest.fixture(scope="module")
def short_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(tmp_path_factory.mktemp("short"), short())


def short() -> Comparison:
    """Return it with one reform: all that there is to see, but not time and again."""
    whole = story_examples.comparison()
    few = ("baseline", "delegated")
    assert whole.story
    days = replace(whole.story, scenes={id_: whole.story.scenes[id_] for id_ in few})
    return replace(
        whole,
        scenarios={id_: whole.scenarios[id_] for id_ in few},
        differences={"delegated": whole.differences["delegated"]},
        verdicts={"delegated": whole.verdicts["delegated"]},
        fares={"delegated": whole.fares["delegated"]},
        story=days,
    )


def written(folder: Path, comparison: Comparison) -> dict[str, Path]:
    found = {}
    for language in LANGUAGES:
        found[language] = folder / f"{language}.html"
        found[language].write_text(render(comparison, language), "utf-8")
    return found


@pytest.fixture(scope="module")
def desktop(started: Browser, pages: dict[str, Path]) -> Iterator[Opened]:
    """Return a page that tests share, each of which leaves it as usable as it found it."""
    with opened(started, pages["en"], DESKTOP) as found:
        yield found


def all_drawn(page: Page) -> None:
    """Wait until every chart that is not folded away has been drawn."""
    waiting = page.locator("[data-figure]:not(.js-plotly-plot):visible")
    expect(waiting).to_have_count(0, timeout=30_000)


def visible_stories(page: Page) -> list[str]:
    found = page.locator(".story:visible")
    return [str(found.nth(i).get_attribute("id")) for i in range(found.count())]


# ---- Alone and in order --------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("en", PHONE), ("vi", PHONE)])
def test_the_page_draws_all_asks_for_nothing_and_complains_of_nothing(
    started: Browser, pages: dict[str, Path], language: str, size: tuple[int, int]
) -> None:
    with opened(started, pages[language], size) as shown:
        all_drawn(shown.page)
        assert shown.complaints == []
        assert shown.requests == []
        found = shown.run("[...document.querySelectorAll('main > section')].map((s) => s.id)")
        assert tuple(found) == SECTIONS
        assert shown.run("document.documentElement.lang") == language
        assert shown.run("document.documentElement.scrollWidth") <= size[0]


def test_every_link_of_the_contents_leads_to_its_section(desktop: Opened) -> None:
    links = desktop.page.locator("nav a")
    targets = [links.nth(i).get_attribute("href") for i in range(links.count())]
    assert targets == [f"#{section}" for section in SECTIONS]


# ---- Read by everybody ---------------------------------------------------------------------------


def test_axe_finds_no_violation_on_a_phone_in_vietnamese(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["vi"], PHONE) as shown:
        all_drawn(shown.page)
        assert violations(shown.page) == []


def test_axe_finds_no_violation_with_all_numbers_unfolded(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["en"]) as shown:
        shown.run("document.querySelectorAll('main details').forEach((d) => (d.open = true))")
        all_drawn(shown.page)
        assert violations(shown.page) == []


def test_without_scripts_the_chosen_people_and_all_numbers_are_there(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["en"], java_script_enabled=False) as shown:
        expect(shown.page.locator("noscript").first).to_be_visible()
        expect(shown.page.locator(".story.chosen").first).to_be_visible()
        expect(shown.page.locator(".chooser")).to_be_hidden()
        expect(shown.page.locator(".played")).to_be_hidden()
        expect(shown.page.locator(".by-hour summary")).to_be_visible()


# ---- One citizen's day ---------------------------------------------------------------------------


def test_another_persons_day_is_shown_for_a_button_and_from_the_list(desktop: Opened) -> None:
    page = desktop.page
    page.get_by_role("radio", name="Papers brought at 16:20").check()
    assert visible_stories(page) == ["story-0"]
    assert "held by a rule" in page.locator("#story-0").inner_text()
    page.get_by_label("Or anybody else:").select_option("story-4")
    assert visible_stories(page) == ["story-4"]
    assert page.locator(".chooser input:checked").count() == 0
    expect(page.locator("#citizen-shown")).to_have_text(
        "Shown: Permit, filed online Wed 3 May 2023 at 21:15"
    )
    page.get_by_role("radio", name="The middle case").check()
    assert page.get_by_label("Or anybody else:").input_value() == ""


def test_people_are_chosen_by_keyboard(desktop: Opened) -> None:
    page = desktop.page
    page.get_by_role("radio", name="The middle case").check()
    page.get_by_role("radio", name="The middle case").focus()
    page.keyboard.press("ArrowRight")
    assert visible_stories(page) == ["story-2"]
    page.keyboard.press("Tab")
    assert desktop.run("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("ArrowDown")
    assert visible_stories(page) == ["story-1"]  # the first of the list
    page.get_by_role("radio", name="The middle case").check()


def test_bars_are_as_long_as_what_they_show(desktop: Opened) -> None:
    page = desktop.page
    page.get_by_role("radio", name="The middle case").check()
    bars = page.locator("#story-1 .life").first.locator(".person span")
    boxes = [bars.nth(i).bounding_box() for i in range(bars.count())]
    widths = [box["width"] for box in boxes if box]
    minutes = [9, 4, 8, 24, 3]  # in line, served, inside for two steps, served
    assert [w / widths[0] for w in widths] == pytest.approx([m / 9 for m in minutes], rel=0.03)


# ---- The office over the day ---------------------------------------------------------------------


def clock(page: Page) -> str:
    return page.locator(".clock").inner_text()


def test_a_day_is_played_paused_and_played_faster(desktop: Opened) -> None:
    page = desktop.page
    page.locator(".played").scroll_into_view_if_needed()
    before = clock(page)
    time.sleep(0.3)
    assert clock(page) == before  # never starts by itself
    page.get_by_label("Speed").select_option("20")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".clock")).not_to_have_text(before)
    first = clock(page)
    expect(page.locator(".clock")).not_to_have_text(first)
    page.get_by_role("button", name="Pause").click()
    paused = clock(page)
    time.sleep(0.3)
    assert clock(page) == paused
    assert paused in page.locator(".state").inner_text()


def test_no_frame_is_asked_for_while_nothing_is_played(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["en"]) as shown:
        all_drawn(shown.page)
        shown.run(
            "(() => { const real = requestAnimationFrame; window.asked = 0;"
            " window.requestAnimationFrame = (f) => { window.asked++; return real(f); }; })()"
        )
        time.sleep(0.3)
        assert shown.run("window.asked") == 0
        shown.page.get_by_role("button", name="Play").click()
        expect(shown.page.locator(".clock")).not_to_have_text("")
        time.sleep(0.3)
        assert shown.run("window.asked") > 0
        shown.page.get_by_role("button", name="Pause").click()
        asked = shown.run("window.asked")
        time.sleep(0.3)
        assert shown.run("window.asked") == asked


def test_faster_is_faster(desktop: Opened) -> None:
    def moved(minutes_a_second: str) -> float:
        page = desktop.page
        page.get_by_label("Speed").select_option(minutes_a_second)
        begin = story_examples.at("9:00")
        move(desktop, begin)
        page.get_by_role("button", name="Play").click()
        time.sleep(0.6)
        page.get_by_role("button", name="Pause").click()
        return float(page.locator(".at").input_value()) - begin

    assert moved("20") > 3 * moved("1")  # twenty times, but for slow machines


def move(shown: Opened, second: int) -> None:
    """Move the day to a moment as the slider does."""
    shown.page.locator(".at").evaluate(
        "(at, second) => { at.value = second; at.dispatchEvent(new Event('input')); }", second
    )


def test_stretches_with_nobody_there_pass_quickly_and_say_so(desktop: Opened) -> None:
    page = desktop.page
    played = desktop.run("JSON.parse(document.getElementById('played-data').textContent)")
    since, until = max(played["quiet"], key=lambda each: each[1] - each[0])
    page.get_by_label("Speed").select_option("1")
    since += 60  # the slider goes by whole minutes
    move(desktop, since)
    expect(page.locator(".quiet")).to_have_text("nobody here until 13:01")
    assert "nobody here until 13:01" in page.locator(".state").inner_text()
    page.get_by_role("button", name="Play").click()
    time.sleep(1.0)
    page.get_by_role("button", name="Pause").click()
    passed = float(page.locator(".at").input_value()) - since
    assert 3 * 60 < passed <= until - since + 60  # a minute a second would be one minute
    move(desktop, story_examples.at("9:00"))
    expect(page.locator(".quiet")).to_have_text("")


def test_the_slider_moves_the_day_by_keyboard(desktop: Opened) -> None:
    page = desktop.page
    slider = page.get_by_label("Time of day")
    slider.focus()
    page.keyboard.press("Home")
    begin = clock(page)
    page.keyboard.press("ArrowRight")
    after = clock(page)
    assert minutes(after) - minutes(begin) == 1
    assert slider.get_attribute("aria-valuetext") == after
    page.get_by_role("button", name="One minute on").click()
    assert minutes(clock(page)) - minutes(begin) == 2


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def test_counts_and_words_say_what_the_data_say_at_that_moment(desktop: Opened) -> None:
    from sim.report.office_day import counted

    second = story_examples.at("9:40")
    move(desktop, second)
    for id_ in ("baseline", "until_closing"):
        scene = story_examples.days().scenes[id_]
        now = next(now for since, now in reversed(counted(scene)) if since <= second)
        shown = desktop.page.locator(f"[data-scene={id_}]")
        for name in ("line", "served", "inside", "papers"):
            expect(shown.locator(f"[data-count={name}]")).to_have_text(str(now[name]))
        assert f"in line {now['line']}, being served {now['served']}" in str(
            shown.locator("canvas").get_attribute("aria-label")
        )


def test_the_scene_is_drawn_and_differs_from_the_baselines(desktop: Opened) -> None:
    def ink(id_: str) -> str:
        return str(desktop.run(f"document.querySelector('[data-scene={id_}] canvas').toDataURL()"))

    desktop.page.locator("#beside").select_option("delegated")
    assert len(ink("baseline")) > 2_000
    assert ink("delegated") != ink("baseline")
    desktop.page.locator("#beside").select_option("until_closing")


def test_another_scenario_is_shown_beside_the_baseline(desktop: Opened) -> None:
    page = desktop.page
    page.locator("#beside").select_option("more_people")
    shown = page.locator("[data-beside]:visible")
    assert {shown.nth(i).get_attribute("data-beside") for i in range(shown.count())} == {
        "more_people"
    }
    assert shown.count() == 4  # three heat maps and the scene
    all_drawn(page)
    page.locator("#beside").select_option("until_closing")


def test_where_motion_is_unwelcome_nothing_glides_but_the_day_is_played(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["en"], reduced_motion="reduce") as shown:
        before = clock(shown.page)
        time.sleep(0.3)
        assert clock(shown.page) == before
        shown.page.get_by_role("button", name="Play").click()
        expect(shown.page.locator(".clock")).not_to_have_text(before)
        assert shown.complaints == []


# ---- On paper ------------------------------------------------------------------------------------


def test_paper_shows_the_chosen_people_and_no_controls(
    started: Browser, pages: dict[str, Path]
) -> None:
    with opened(started, pages["en"], (794, 1123)) as shown:
        page = shown.page
        page.emulate_media(media="print")
        assert set(visible_stories(page)) == {"story-0", "story-1", "story-2"}  # of five chosen
        expect(page.get_by_text("The others are on the page.")).to_be_visible()
        for hidden in (".chooser", ".controls button", "#beside", "nav"):
            expect(page.locator(hidden).first).to_be_hidden()
        assert shown.run("document.documentElement.scrollWidth") <= 794


def test_whoever_the_reader_has_chosen_is_on_paper_too(desktop: Opened) -> None:
    page = desktop.page
    page.get_by_label("Or anybody else:").select_option("story-4")
    page.emulate_media(media="print")
    assert visible_stories(page) == ["story-0", "story-1", "story-2", "story-4"]
    page.emulate_media(media="screen")
    page.get_by_role("radio", name="The middle case").check()


def test_five_scenarios_take_few_sheets_and_none_is_made_smaller_to_fit(
    started: Browser, pages: dict[str, Path]
) -> None:
    """What is wider than the paper would make everything on it smaller."""
    with opened(started, pages["vi"]) as shown:
        shown.page.emulate_media(media="print")
        shown.page.set_viewport_size({"width": 688, "height": 1024})  # 182 mm between the margins
        shown.run("dispatchEvent(new Event('beforeprint'))")
        assert shown.run("document.documentElement.scrollWidth") <= 688
        shown.run("dispatchEvent(new Event('afterprint'))")
        shown.page.emulate_media(media="screen")
        sheets = shown.page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        assert 8 <= sheets <= 28


def test_all_charts_are_drawn_before_the_page_is_printed(
    started: Browser, short_pages: dict[str, Path]
) -> None:
    with opened(started, short_pages["en"]) as shown:
        missing = "document.querySelectorAll('[data-figure]:not(.js-plotly-plot)').length"
        shown.run("window.missing = -1")
        shown.run(f"addEventListener('beforeprint', () => (window.missing = {missing}))")
        assert shown.page.pdf(format="A4").startswith(b"%PDF")
        assert shown.run("window.missing") == 0
        all_drawn(shown.page)  # again, as wide as the window
        assert shown.complaints == []


# ---- Texts from files ----------------------------------------------------------------------------

HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(2)> "q" 'a' {{ 7 * 7 }}"""


def hostile(whole: Comparison) -> Comparison:
    def named(raw: dict[str, Any]) -> None:
        raw["title"] = HOSTILE
        for part in (raw["teams"][0], raw["procedures"][0], raw["demands"][0],
                     raw["procedures"][0]["steps"][2]):  # fmt: skip
            part["title"] = HOSTILE

    scenarios = {
        id_: replace(each, title=HOSTILE, office=comparisons.office(named))
        for id_, each in whole.scenarios.items()
    }
    return replace(whole, title=HOSTILE, scenarios=scenarios)


def test_texts_of_files_stay_text_in_the_browser(started: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(render(hostile(short())), "utf-8")
    with opened(started, path) as shown:
        all_drawn(shown.page)
        shown.page.get_by_role("button", name="Play").click()
        shown.page.get_by_label("Or anybody else:").select_option("story-3")
        shown.page.get_by_role("button", name="Pause").click()
        assert shown.complaints == []  # no dialog either
        assert shown.requests == []
        assert shown.run("document.images.length") == 0
        assert " ".join(HOSTILE.split()) in shown.page.locator("h1").inner_text()
        assert HOSTILE in shown.page.locator(".state").inner_text()
