"""What the queues, teams and procedures of records are called in an office file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 40
_LETTERS: Final = str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ß": "ss", "ø": "o"})


def slug(label: str) -> str:
    """Return an id that an office file can bear: ``P: Dowody osobiste`` is ``p_dowody_osobiste``.

    Parameters
    ----------
    label
        As the records have it, in any language.
    """
    plain = unicodedata.normalize("NFKD", label.translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")
    return text[:_LONGEST].rstrip("_") or "queue"


def slugs(labels: Sequence[str]) -> dict[str, str]:
    """Return an id for each label, no two the same, whatever order the labels come in."""
    found: dict[str, str] = {}
    for label in sorted(set(labels)):
        name, number = slug(label), 2
        while name in found.values():
            name, number = f"{slug(label)[: _LONGEST - 3]}_{number}", number + 1
        found[label] = name
    return found
