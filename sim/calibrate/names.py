"""What the queues, teams and procedures of records are called in an office file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from sim.records.columns import LETTERS

_LONGEST: Final = 40
_LONGEST_CODE: Final = 8


def slug(label: str) -> str:
    """Return an id that an office file can bear: ``P: Dowody osobiste`` is ``p_dowody_osobiste``.

    Parameters
    ----------
    label
        As the records have it, in any language.
    """
    plain = unicodedata.normalize("NFKD", label.translate(LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")
    return text[:_LONGEST].rstrip("_") or "queue"


def slugs(labels: Sequence[str]) -> dict[str, str]:
    """Return an id for each label, no two the same, whatever order the labels come in.

    The code before a colon is enough where all labels have one of their own.
    """
    every = sorted(set(labels))
    codes = {label: code_of(label) for label in every}
    short = all(codes.values()) and len(set(codes.values())) == len(codes)
    found: dict[str, str] = {}
    for label in every:
        base = codes[label] if short else slug(label)
        name, number = base, 2
        while name in found.values():
            name, number = f"{base[: _LONGEST - 3]}_{number}", number + 1
        found[label] = name
    return found


def code_of(label: str) -> str:
    """Return the id of a short code before a colon, ``p`` of ``P: Passports``; else nothing."""
    code, colon, rest = label.partition(":")
    if not colon or not rest.strip() or len(code.strip()) > _LONGEST_CODE:
        return ""
    return slug(code) if re.search(r"[^\W_]", code) else ""
