"""The languages in which people are told what was found: a catalogue of texts for each.

A catalogue is a file ``sim/locale/LANGUAGE/LC_MESSAGES/onestop.po``; a further language needs
nothing else. English texts stand in the program and need none.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from sim.errors import PlannerError
from sim.said import ENGLISH, listed, phrase, sentences
from sim.wording import nearest

__all__ = ["ENGLISH", "catalogue", "catalogue_file", "known_languages", "language"]

FOLDER: Final = Path(__file__).parents[1] / "locale"
_CATALOGUE: Final = "LC_MESSAGES/onestop.po"


def known_languages() -> list[str]:
    """Return the codes of all languages, English first."""
    found = FOLDER.glob(f"*/{_CATALOGUE}")
    return [ENGLISH, *sorted({path.parents[1].name for path in found} - {ENGLISH})]


def language(code: str) -> str:
    """Return the code of a language that is known.

    Raises
    ------
    PlannerError
        If it is not.
    """
    known = known_languages()
    if code in known:
        return code
    hint = nearest(code, known, listed=False)
    text = phrase(
        "--lang: expected one of {known}, found {found}.", known=listed(known), found=repr(code)
    )
    raise PlannerError(sentences(text, hint))


def catalogue_file(code: str) -> Path:
    """Return where the texts of a language are."""
    return FOLDER / code / _CATALOGUE


@cache
def catalogue(code: str) -> NullTranslations:
    """Return the texts of a language; where there is none, texts stay English."""
    path = catalogue_file(code)
    if not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=None, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
