"""What tells whether a kept result is of the same inputs and versions."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from sim.identity import identity
from sim.provenance import provenance
from sim.study import Study

_FORMAT: Final = 2
_ABOUT_THE_RUN: Final = ("study", "baseline", "date", "command")


def fingerprint(study: Study) -> str:
    """Return a hash of all that an office's result is made from.

    These are who computes (versions, sources, arithmetic), the settings, the office in every
    scenario, and the content of the logs that it replays. What only changes how results are read
    is not in it: the baseline, what matters, titles of scenarios.

    Raises
    ------
    FileFaults
        If a reform does not fit the office.
    """
    said = provenance(study)
    made_from = {key: said[key] for key in said if key not in _ABOUT_THE_RUN}
    text = json.dumps({"format": _FORMAT, "by": identity(), **made_from}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
