"""The report as one page that opens without a network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sim import look
from sim.comparison import Comparison
from sim.notes import came_of
from sim.report.changes import KINDS, Changes, changes
from sim.report.citizen import citizens
from sim.report.fullness import fullness
from sim.report.headline import answers
from sim.report.hinges import hinges
from sim.report.ledger import ASSUMPTION, defaults, ledger
from sim.report.method import method
from sim.report.money import falls, parts, years
from sim.report.office_day import COUNTED, office_day
from sim.report.one_picture import multiples
from sim.report.pictures import pictures
from sim.report.province import ProvinceTotals
from sim.report.results import groups, headline_measures, row
from sim.report.scores import factors, points
from sim.report.season import season
from sim.report.sure import sure
from sim.report.time_spent import spent
from sim.report.view import View
from sim.report.who import gainers
from sim.words import Words, mark

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE: Final = "report.html.jinja"


def render(
    comparison: Comparison, language: str = "en", province: ProvinceTotals | None = None
) -> str:
    """Return the page of a comparison as HTML.

    The page holds all it needs: pictures as data, Plotly once, no reference to anywhere else, and
    a content security policy that lets nothing be fetched. The same comparison gives the same
    page.

    Parameters
    ----------
    comparison
        What was measured.
    language
        Code of the reader's language.
    province
        What all offices of a province gain, where it was run with the same study.
    """
    office = next(iter(comparison.scenarios.values())).office
    view = View(comparison, Words(language, office.currency))
    changed = changes(view)
    return template(TEMPLATE).render(_content(view, changed, province) | _findings(view, changed))


def template(name: str) -> Template:
    """Return a page's template; it escapes what it is given and refuses what it was not given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _content(
    view: View, changed: Sequence[Changes], province: ProvinceTotals | None
) -> dict[str, Any]:
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    comparison, words = view.comparison, view.words
    sections = ledger(view.office, words)
    entries = [entry for section in sections for entry in section.entries]
    return {
        "words": words,
        "say": words.say,
        "style": look,
        "title": words.title(comparison.title, comparison.id),
        "office": words.title(view.office.title),
        "view": view,
        "run": comparison,
        "answers": answers(view, changed, province),
        "factors": factors(view, changed),
        "years": years(view, province),
        "season": season(view),
        "province": province,
        "warnings": view.warnings(),
        "pictures": {picture.id: picture for picture in pictures(view)},
        "headline": [row(view, measure) for measure in headline_measures(view)],
        "groups": groups(view),
        "changes": changed,
        "citizens": citizens(view),
        "fullness": fullness(view),
        "office_day": office_day(view),
        "counted": COUNTED,
        "kinds": KINDS,
        "ledger": sections,
        "sourced": sum(1 for entry in entries if entry.source),
        "entries": len(entries),
        "defaults": defaults(view.office, words),
        "assumption": words.say(ASSUMPTION),
        "precision": [came_of(each, words) for each in comparison.precision],
        "provenance": provenance(comparison.provenance, words),
        "plotly": Markup(get_plotlyjs()),
    }


def _findings(view: View, changed: Sequence[Changes]) -> dict[str, Any]:
    """Return what pictures and tables of the sections show."""
    pictured = multiples(view, changed)
    return {
        "multiples": pictured,
        "multiple_numbers": [each.numbers for each in pictured],
        "spent": spent(view),
        "gainers": gainers(view),
        "falls": falls(view),
        "parts": parts(view),
        "points": points(view),
        "sure": sure(view, changed),
        "hinges": hinges(view),
        "method": method(view),
    }


_MADE_FROM: Final = {
    "versions": mark("versions"),
    "study": mark("study"),
    "seed": mark("seed"),
    "days": mark("days"),
    "warmup": mark("warmup"),
    "replications": mark("replications"),
    "baseline": mark("baseline"),
    "inputs": mark("inputs"),
    "model": mark("model"),
    "date": mark("date"),
    "command": mark("command"),
}


def provenance(said: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Return where the results come from as names and values, nested ones in a line each.

    Sentences on the precision that was asked for are left out: they stand at the head.
    """
    rows: list[tuple[str, str]] = []
    for key, value in said.items():
        name = words.say(_MADE_FROM.get(key, key))
        if isinstance(value, Mapping) and key != "precision":
            rows += [
                (words.say("{name}: {part}", name=name, part=part), str(item))
                for part, item in value.items()
            ]
        elif key != "precision":
            rows.append((name, _made_at(str(value), words) if key == "date" else str(value)))
    return rows


def _made_at(said: str, words: Words) -> str:
    """Return when results were made as people write it; as it stands where it is no time."""
    try:
        at = dt.datetime.fromisoformat(said)
    except ValueError:
        return said
    if at.tzinfo is None:
        return words.moment(at)
    return words.say("{moment} (UTC)", moment=words.moment(at.astimezone(dt.UTC)))
