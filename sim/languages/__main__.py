"""Bring catalogues up to date: ``python -m sim.languages update [LANGUAGE ...]``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from sim.languages import ENGLISH, catalogue_file, known_languages
from sim.languages.messages import texts

_HEAD: Final = """msgid ""
msgstr ""
"Project-Id-Version: onestop\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def updated(language: str, path: Path) -> tuple[bytes, list[str]]:
    """Return a catalogue's content for the texts there are now, and those not translated yet.

    Translations are kept; those of texts that are gone are left out.

    Parameters
    ----------
    language
        Its code.
    path
        Where it is, if it is there.
    """
    kept = read_po(io.BytesIO(path.read_bytes() if path.is_file() else b""), locale=None)
    fresh = Catalog()
    missing = []
    for text in sorted(texts().said):
        before = kept.get(text)
        said = str(before.string) if before is not None else ""
        fresh.add(text, said).flags.clear()  # of formats of other languages, wrongly guessed
        missing += [] if said else [text]
    body = io.BytesIO()
    write_po(body, fresh, width=100, omit_header=True, sort_output=True)
    return _HEAD.format(language=language).encode() + body.getvalue(), missing


def main(arguments: list[str]) -> None:
    """Write catalogues anew, those of all languages if none is named, and say what is missing."""
    if arguments[:1] != ["update"]:
        sys.exit("usage: python -m sim.languages update [LANGUAGE ...]")
    languages = arguments[1:]
    for language in languages or [code for code in known_languages() if code != ENGLISH]:
        path = catalogue_file(language)
        content, missing = updated(language, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sys.stdout.write(f"{path}: {len(missing)} without translation\n")
        sys.stdout.writelines(f"  {text!r}\n" for text in missing)


if __name__ == "__main__":
    main(sys.argv[1:])
