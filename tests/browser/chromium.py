"""The Chromium of this machine, steered by Playwright; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: No sound of its own: what a browser does for its maker is no part of a test.
QUIET = (
    "--disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-quic "
    "--no-first-run"
).split()


def program() -> str | None:
    """Where Chromium is, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    # As root Chromium has no sandbox to offer.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*QUIET, *as_root])
        try:
            yield browser
        finally:
            browser.close()
