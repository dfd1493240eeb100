"""Who computes: versions, sources and arithmetic, which must be the same wherever a study runs."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from sim.errors import PlannerError
from sim.provenance import versions
from sim.said import listed, phrase

Identity = dict[str, str]


_SOURCES: Final = phrase("onestop-sim's sources")
_ARITHMETIC: Final = phrase("the processor's arithmetic")
_SAID: Final = {name: name for name in (_SOURCES, _ARITHMETIC)}
"""Names that are told in the reader's language; others are those of packages."""


@cache
def identity() -> Identity:
    """Return all that results depend on beside their inputs, by name."""
    return versions() | {
        _SOURCES: _sources(),
        _ARITHMETIC: _arithmetic(),
    }


def differences(theirs: Identity, ours: Identity) -> list[str]:
    """Return a phrase for each part in which two identities differ."""
    found = []
    for name in sorted(theirs.keys() | ours.keys()):
        there, here = (each.get(name) or phrase("none") for each in (theirs, ours))
        if there != here:
            part = _SAID.get(name, name)
            found.append(
                phrase("{part} {theirs} there, {ours} here", part=part, theirs=there, ours=here)
            )
    return found


def refuse_others(sender: Identity) -> None:
    """Refuse to work for a sender with other versions, since results would differ.

    Raises
    ------
    PlannerError
        Which names every difference.
    """
    if found := differences(identity(), sender):
        raise PlannerError(
            phrase(
                "A worker on {machine} would give other results: {differences}. "
                "Install the same versions on every machine.",
                machine=platform.node(), differences=listed(found, "; "),
            )
        )  # fmt: skip


def _sources() -> str:
    """Return a hash of this package's modules."""
    digest = hashlib.blake2b(digest_size=6)
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _arithmetic() -> str:
    """Return a hash of what elementary functions give here.

    numpy chooses their code by the processor; the last bit can differ from machine to machine.
    """
    from scipy.special import betainc, ndtri, pdtr

    x = np.linspace(0.001, 0.999, 997)
    values = [
        np.exp(x), np.log(x), np.power(x, 1.7), np.sin(x), np.sqrt(x), np.cumsum(x),
        ndtri(x), pdtr(np.floor(20 * x), 9.5), betainc(3.5, 2.0, x),
    ]  # fmt: skip
    return hashlib.blake2b(np.array(values).tobytes(), digest_size=6).hexdigest()
