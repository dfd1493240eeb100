"""``onestop report``: the page of kept results, made again in any language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import Lang, all_is_imported, prepare, told
from sim.errors import PlannerError

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.report.province import ProvinceTotals

Results = Annotated[
    Path, typer.Argument(metavar="RESULTS", help="Folder of a comparison.", show_default=False)
]


def report(
    results: Results,
    lang: Lang = "en",
    province: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Results of a province's run of the same study; default RESULTS_province, "
            "if there is one.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default report.html in RESULTS.")
    ] = None,
) -> None:
    """Write the report of a comparison again: in another language, or with a province's sums."""
    with told(lang):
        from sim.archive import read_archive
        from sim.languages import language
        from sim.report.page import render
        from sim.results import REPORT, write_together

        code = language(lang)
        found = read_archive(results)
        totals = province_of(results, province, found)
        all_is_imported()
        page = render(found, code, totals).encode()
        path = out or results / REPORT
        prepare(path.parent)
        write_together(path.parent, {path.name: page})
        typer.echo(f"Report: {path}")


def province_of(results: Path, province: Path | None, found: Comparison) -> ProvinceTotals | None:
    """Return what the province of a comparison gains; None if none was run.

    Parameters
    ----------
    results
        Folder of the comparison.
    province
        Folder of the province's run as it was given; if none was, the one beside the results in
        which such a run writes unless told otherwise, if that is of the same study.
    found
        The comparison.
    """
    from sim.report.province import province_totals

    if province is not None:
        return province_totals(province, found)
    usual = results.parent / f"{results.resolve().name}_province"
    if not usual.is_dir():
        return None
    try:
        return province_totals(usual, found)
    except PlannerError as error:
        typer.echo(f"Left out: {error}", err=True)
        return None
