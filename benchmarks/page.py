"""How long a report takes to open, and how large it is: ``python benchmarks/page.py PAGE``."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import expect

from tests.browser import Opened, browser, opened

_ROUNDS: Final = 5
_TIMES: Final = """() => {
  const [opening] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { seen: paint.startTime, usable: opening.domContentLoadedEventEnd };
}"""
_UNDRAWN: Final = "[data-figure]:not(.js-plotly-plot):visible"


def main(path: Path) -> None:
    """Print the page's size, and medians of times from asking for it."""
    rounds = []
    with browser() as started:
        for _ in range(_ROUNDS):
            with opened(started, path) as shown:
                rounds.append(_times(shown))
    print(f"size: {path.stat().st_size / 1e6:.1f} MB")
    for what in rounds[0]:
        milliseconds = statistics.median(times[what] for times in rounds)
        print(f"{what}: {milliseconds / 1000:.2f} s (median of {_ROUNDS})")


def _times(shown: Opened) -> dict[str, float]:
    times: dict[str, Any] = shown.run(_TIMES)
    expect(shown.page.locator(_UNDRAWN)).to_have_count(0, timeout=60_000)
    return {
        "first text seen": times["seen"],
        "usable": times["usable"],
        "every chart drawn": shown.run("performance.now()"),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
