"""A real browser for tests: it opens pages, and notes what they ask for and complain of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: Final = (1366, 768)
PHONE: Final = (390, 844)


@dataclass
class Opened:
    """A page in the browser.

    Attributes
    ----------
    page
        Playwright's.
    complaints
        What it wrote to the console, and its errors.
    requests
        Addresses it asked for, but for the page itself; nothing was answered.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def run(self, script: str) -> Any:
        """Return what a script says in the page."""
        return self.page.evaluate(script)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; skips the test where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(_NAMES)})")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield started
        started.close()


@contextmanager
def opened(
    started: Browser, path: Path, size: tuple[int, int] = DESKTOP, **settings: Any
) -> Iterator[Opened]:
    """Open a file in a window of its own, which is given no other file and no network."""
    viewport = {"width": size[0], "height": size[1]}
    context = started.new_context(viewport=viewport, **settings)  # type: ignore[arg-type]
    shown = Opened(context.new_page())

    def answer(route: Route) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            shown.requests.append(route.request.url)
            route.abort()

    shown.page.route("**/*", answer)
    shown.page.on("console", lambda said: shown.complaints.append(said.text))
    shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    shown.page.on("dialog", lambda dialog: shown.complaints.append(dialog.message))
    shown.page.goto(path.as_uri())
    yield shown
    context.close()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, each with where."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]
