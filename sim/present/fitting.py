"""How much room texts take, so that none overflows its box on a slide.

Widths are those of Arial, Helvetica or Liberation Sans, whatever fonts this machine has; another
font is taken to be wider and taller. Lengths are in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

_WIDTHS: Final = {
    191: "'",
    222: "ijl‘’",
    278: " !,./:;I[\\]ftı",
    334: "()-`r“”·›{}|",
    389: '•"*°',
    500: "Jcksvxyz^",
    556: "#$0123456789?L_abdeghnopquđ–«»€₫≤≥",
    611: "+<=>~−×FTZßø",
    669: "ơư&ABEKPSVXY",
    722: "CDHNRUwĐ",
    778: "GOQØ",
    889: "%æMmƯƠ",
    1015: "Wœ—…→‰@",
}
"""Thousandths of the size, of characters that have the same or a little less."""
_WIDEST: Final = 1015
_BOLD: Final = 1.15
_LINE: Final = 1.2
_NARROW: Final = ("arial", "helvetica", "liberation sans", "calibri", "carlito")
_MARGIN: Final = 1.04
"""Room left over, since no two programs set a line alike."""


@dataclass(frozen=True)
class Face:
    """How wide and tall a font is, against Arial."""

    wide: float = 1.0
    tall: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """A size in points at which paragraphs fit, and what is left of them."""

    size: float
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class FittedGrid:
    """A size at which a table fits, its rows, the widths of columns and the heights of rows."""

    size: float
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]


def face_of(font: str) -> Face:
    """Return how much room a font needs; unknown ones are taken to be large."""
    name = font.casefold()
    if not name or name.startswith(_NARROW):
        return Face(1.0, 1.05 if name.startswith("cal") else 1.0)
    return Face(1.2, 1.15)


@cache
def _character(character: str) -> int:
    for width, characters in _WIDTHS.items():
        if character in characters:
            return width
    plain = unicodedata.normalize("NFD", character)[0]
    return _character(plain) if plain != character else _WIDEST


def width(text: str, size: float, *, bold: bool = False, face: Face = Face()) -> float:
    """Return how long a line of text is."""
    thousandths = sum(map(_character, unicodedata.normalize("NFC", text)))
    return thousandths / 1000 * size * (_BOLD if bold else 1) * face.wide * _MARGIN


def lines(
    text: str, size: float, room: float, *, bold: bool = False, face: Face = Face()
) -> list[str]:
    """Return the lines of a text in a box so wide; words wider than it are broken."""
    found = []
    for part in text.split("\n"):
        line = ""
        for word in _words(part, lambda t: width(t, size, bold=bold, face=face) <= room):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size, bold=bold, face=face) > room:
                found.append(line)
                longer = word
            line = longer
        found.append(line)
    return found


def _words(text: str, fits: Callable[[str], bool]) -> list[str]:
    pieces: list[str] = []
    for word in text.split(" "):
        rest = word
        while len(rest) > 1 and not fits(rest):
            cut = next((n for n in range(len(rest) - 1, 1, -1) if fits(rest[:n])), 1)
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def height(
    paragraphs: Sequence[str],
    size: float,
    room: float,
    *,
    apart: float = 0.0,
    bold: bool = False,
    face: Face = Face(),
) -> float:
    """Return how tall paragraphs are in a box so wide, `apart` times the size between them."""
    count = sum(len(lines(text, size, room, bold=bold, face=face)) for text in paragraphs)
    return (count * _LINE * face.tall + apart * max(len(paragraphs) - 1, 0)) * size


def fit(
    paragraphs: Sequence[str],
    box: tuple[float, float],
    sizes: tuple[int, int],
    *,
    more: Callable[[int], str] | None = None,
    apart: float = 0.0,
    bold: bool = False,
    face: Face = Face(),
) -> Fitted:
    """Return paragraphs at the largest size at which they fit a box.

    Where they do not even fit at the smallest, the last ones are left out and their number is
    said; one paragraph alone is cut at a word.

    Parameters
    ----------
    paragraphs
        The texts.
    box
        Width and height.
    sizes
        The largest and the smallest.
    more
        What is said of so many left out.
    apart, bold, face
        As in :func:`height`.
    """

    def fits(texts: Sequence[str], size: float) -> bool:
        return height(texts, size, box[0], apart=apart, bold=bold, face=face) <= box[1]

    largest, smallest = sizes
    for size in range(largest, smallest - 1, -1):
        if fits(paragraphs, size):
            return Fitted(size, tuple(paragraphs))
    for kept in range(len(paragraphs) - 1, 0, -1):
        texts = [*paragraphs[:kept], *([more(len(paragraphs) - kept)] if more else [])]
        if fits(texts, smallest):
            return Fitted(smallest, tuple(texts))
    return Fitted(smallest, (cut(paragraphs[0], lambda text: fits([text], smallest)),))


def cut(text: str, fits: Callable[[str], bool]) -> str:
    """Return as many words of a text as fit, with an ellipsis; at least a letter."""
    if fits(text):
        return text
    words = text.split(" ")
    for kept in range(len(words) - 1, 0, -1):
        shorter = " ".join(words[:kept]).rstrip(" ,;:.") + "…"
        if fits(shorter):
            return shorter
    kept = next((n for n in range(len(words[0]) - 1, 0, -1) if fits(words[0][:n] + "…")), 1)
    return words[0][:kept] + "…"


def fit_grid(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    box: tuple[float, float],
    sizes: tuple[int, int],
    *,
    pad: tuple[float, float],
    most_lines: int = 5,
    more: Callable[[int], str] | None = None,
    face: Face = Face(),
) -> FittedGrid:
    """Return a table at the largest size at which it fits a box.

    Cells are cut after some lines; where it does not fit at the smallest size, the last rows are
    left out and their number is said.

    Parameters
    ----------
    header, rows
        Texts of the cells.
    box
        Width and height.
    sizes
        The largest and the smallest.
    pad
        Margins of a cell: both sides together, above and below together.
    most_lines
        Of a cell.
    more
        What is said of so many left out, in a row of its own.
    face
        Of the font.
    """
    largest, smallest = sizes
    for size in range(largest, smallest - 1, -1):
        made = _grid(header, rows, box[0], size, pad, most_lines, face)
        if sum(made.heights) <= box[1] and not _iscut(rows, made.rows):
            return made
    for kept in range(len(rows), 0, -1):
        left = len(rows) - kept
        said = [[more(left), *[""] * (len(header) - 1)]] if left and more else []
        made = _grid(header, [*rows[:kept], *said], box[0], smallest, pad, most_lines, face)
        if sum(made.heights) <= box[1]:
            return made
    return _grid(header, rows[:1], box[0], smallest, pad, 1, face)


def _iscut(rows: Sequence[Sequence[str]], fitted: Sequence[Sequence[str]]) -> bool:
    return any(tuple(a) != tuple(b) for a, b in zip(rows, fitted, strict=True))


def _grid(  # noqa: PLR0917
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    room: float,
    size: float,
    pad: tuple[float, float],
    most_lines: int,
    face: Face,
) -> FittedGrid:
    widths = _column_widths([header, *rows], room, size, pad[0], face)

    def fits(text: str, column: int) -> bool:
        space = widths[column] - pad[0]
        return len(lines(text, size, space, bold=True, face=face)) <= most_lines

    def tall(cells: Sequence[str]) -> float:
        each = (
            len(lines(text, size, widths[column] - pad[0], bold=True, face=face))
            for column, text in enumerate(cells)
        )
        return max(each) * size * _LINE * face.tall + pad[1]

    kept = tuple(
        tuple(cut(text, lambda t, c=column: fits(t, c)) for column, text in enumerate(cells))  # type: ignore[misc]
        for cells in rows
    )
    return FittedGrid(size, kept, widths, (tall(header), *map(tall, kept)))


def _column_widths(
    cells: Sequence[Sequence[str]], room: float, size: float, pad: float, face: Face
) -> tuple[float, ...]:
    """Return widths by what stands in the columns; none is narrower than its longest word.

    What is left is shared by the root of what each would take in one line.
    """
    columns = list(zip(*cells, strict=True))

    def longest(texts: Sequence[str]) -> float:
        return max(width(text, size, bold=True, face=face) for text in texts) + pad

    words = [longest([word for text in column for word in text.split(" ")]) for column in columns]
    whole = [longest(column) for column in columns]
    least = [min(word, room / 3) for word in words]
    if sum(whole) <= room:
        spare = (room - sum(whole)) / len(columns)
        return tuple(each + spare for each in whole)
    if sum(least) >= room:
        return tuple(each * room / sum(least) for each in least)
    wish = [(w - s) ** 0.75 if w > s else 0.0 for w, s in zip(whole, least, strict=True)]
    spare = room - sum(least)
    return tuple(s + spare * each / sum(wish) for s, each in zip(least, wish, strict=True))
