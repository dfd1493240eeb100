"""``onestop report``: the page of kept results, made again in any language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import Lang, all_is_imported, prepare, told
from sim.errors import PlannerError, cannot_write
from sim.said import in_words, phrase

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
        from sim.results import REPORT

        code = language(lang)
        found = read_archive(results)
        path = out or results / REPORT
        totals = province_of(results, province, found, code)
        all_is_imported()
        page = render(found, code, totals).encode()
        _write(path, page)
        typer.echo(f"Report: {path}")


def _write(path: Path, page: bytes) -> None:
    from sim.results import REPORT, write_together

    if path.is_dir():
        raise PlannerError(
            phrase(
                "{path}: expected a file to write the page to, found a folder. Name a file, such "
                "as {example}",
                path=path,
                example=path / REPORT,
            )
        )
    prepare(path.parent)
    try:
        write_together(path.parent, {path.name: page})
    except OSError as error:
        raise cannot_write(path, error) from None


def province_of(
    results: Path, province: Path | None, found: Comparison, language: str
) -> ProvinceTotals | None:
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
    language
        In which to say that one is left out.
    """
    from sim.report.province import province_totals
    from sim.words import Words

    if province is not None:
        return province_totals(province, found)
    usual = results.parent / f"{results.resolve().name}_province"
    if not usual.is_dir():
        return None
    try:
        return province_totals(usual, found)
    except PlannerError as error:
        words = Words(language)
        said = words.say("Left out: {reason}", reason=in_words(error.text, words))
        typer.echo(said, err=True)
        return None
