"""The bins in which values are counted: as many to each power of two."""

from __future__ import annotations

from typing import Final

BITS: Final = 12
"""A bin is 2**-12 as wide as its values are large, or 1; below 2**13 every value has its own."""
GROUP: Final = 44
"""Values are below 2**44 milliseconds, five centuries."""
