"""``onestop present``: slides, pictures and a workbook, made of kept results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sim.commands import Lang, all_is_imported, prepare, told
from sim.report.commands import Results, province_of

if TYPE_CHECKING:
    from sim.report.province import ProvinceTotals
    from sim.report.view import View

SLIDES: Final = "slides.pptx"
TABLES: Final = "tables.xlsx"


def present(  # noqa: PLR0917 - options, given by name
    results: Results,
    lang: Lang = "en",
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pptx", help="Your own presentation or template."),
    ] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Every chart as PNG and SVG, too.")
    ] = False,
    excel: Annotated[bool, typer.Option("--excel", help="The tables as a workbook, too.")] = False,
    province: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of a province's run of the same study."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder; default RESULTS.")
    ] = None,
) -> None:
    """Make slides of a comparison; pictures and a workbook too, if asked for."""
    with told(lang):
        from sim.archive import read_archive
        from sim.languages import language
        from sim.report.view import View
        from sim.words import Words

        code = language(lang)
        found = read_archive(results)
        office = found.scenarios[found.baseline].office
        view = View(found, Words(code, office.currency))
        totals = province_of(results, province, found, code)
        all_is_imported()
        files = _files(view, totals, template, pictures=pictures, excel=excel)
        for path in _written(out or results, files):
            typer.echo(path)


def _files(
    view: View,
    province: ProvinceTotals | None,
    template: Path | None,
    *,
    pictures: bool,
    excel: bool,
) -> dict[str, bytes]:
    """Return all files by name; pictures, which may fail for want of a browser, first."""
    from sim.present import images
    from sim.present.content import deck
    from sim.present.slides import draw
    from sim.present.template import presentation_expected
    from sim.present.template import template as opened

    looks = opened(template)
    drawn = images.images(view) if pictures else {}
    told = deck(view, province)
    with presentation_expected(template):
        files = {SLIDES: draw(told, looks, view.words)}
    if excel:
        from sim.present.workbook import workbook

        files[TABLES] = workbook(view, province)
    return files | {f"{images.FOLDER}/{name}": content for name, content in drawn.items()}


def _written(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Write all files aside, then put them in place; return what to say of them."""
    from tempfile import TemporaryDirectory

    from sim.errors import cannot_write
    from sim.present.images import FOLDER
    from sim.results import write_together

    prepare(folder)
    inside = {name: content for name, content in files.items() if "/" in name}
    try:
        with TemporaryDirectory(dir=folder, prefix=".unfinished.") as aside:
            ready: dict[str, bytes | Path] = {**files}
            for place, (name, content) in enumerate(inside.items()):
                ready[name] = Path(aside) / str(place)
                (Path(aside) / str(place)).write_bytes(content)
            if inside:
                (folder / FOLDER).mkdir(exist_ok=True)
            write_together(folder, ready)
    except OSError as error:
        raise cannot_write(folder, error) from None
    said = [f"{folder / name}" for name in files if "/" not in name]
    return said + ([f"{folder / FOLDER}"] if inside else [])
