"""A real headless Chromium, the system's own, for the pages that the grader makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def start() -> Iterator[Browser]:
    """For a module's fixture. Without Chromium its tests are skipped, and fail where that must not happen (CI=true)."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        fail = os.environ.get("CI") == "true"
        (pytest.fail if fail else pytest.skip)("no Chromium here: .ci/install-system-packages installs it")
    with sync_playwright() as playwright:
        # In containers there are often no user namespaces for Chromium's own sandbox; it opens nothing but our pages.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page in the browser, and what it did that a page of ours must not do."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", lambda message: self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._note(request.url, address))

    def _dismiss(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, asked: str, address: str) -> None:
        if asked != address:
            self.trouble.append(f"request: {asked[:100]}")


@contextmanager
def opened(browser: Browser, file: Path, ready: str = "body", **context: Any) -> Iterator[Opened]:
    """The file in a page of its own; ``ready``: what there is once its scripts are done. Nothing may go wrong in it."""
    address = file.as_uri()
    with browser.new_context(**context) as own:
        seen = Opened(own.new_page(), address)
        seen.page.goto(address)
        seen.page.wait_for_selector(ready, state="attached")
        yield seen
        assert seen.trouble == []


def faults(page: Page) -> list[str]:
    """The serious and critical accessibility faults that axe-core finds, each with the first place."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}; {each['nodes'][0]['failureSummary']}"
        for each in violations
        if each["impact"] in ("serious", "critical")
    ]
