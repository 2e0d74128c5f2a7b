"""Desks that run and a Chromium that visits them. All of it ends with this folder's tests.

`desk` is one demo organisation that the tests share: each opens cases of its own and leaves the clock alone but
forward. `desk_of_ones_own` starts from the same organisation as it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, desks
from tests.browser.backstage import Backstage
from tests.browser.desks import Desk
from tests.browser.visitor import Visitor
from tests.conftest import not_to_be_had

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True, slots=True)
class Made:
    """The running desk, and a copy of its organisation as it was made."""

    desk: Desk
    original: Path


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = chromium.program()
    if executable is None:
        not_to_be_had(f"There is none of {', '.join(chromium.NAMES)} on PATH.")
    with chromium.launched(executable) as launched:
        yield launched


@pytest.fixture(scope="package")
def made(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Made after the browser is known to be there: without it there is nobody to visit the desk."""
    original = tmp_path_factory.mktemp("original")
    with desks.made(tmp_path_factory.mktemp("desk")) as desk:
        desks.copy(desk.folder, original)
        yield Made(desk, original)


@pytest.fixture
def desk(made: Made) -> Desk:
    return made.desk


@pytest.fixture
def desk_of_ones_own(made: Made, tmp_path: Path) -> Iterator[Desk]:
    desks.copy(made.original, tmp_path)
    with desks.running(tmp_path) as desk:
        yield desk


@pytest.fixture
def backstage(desk: Desk) -> Iterator[Backstage]:
    with Backstage.of(desk) as backstage:
        yield backstage


@pytest.fixture
def visit(browser: Browser, desk: Desk) -> Iterator[Callable[..., Visitor]]:
    """`visit("zhang.min", language="en")`: that person at a browser of their own, logged in by one click."""
    with ExitStack() as stack:
        yield lambda login=None, **how: stack.enter_context(Visitor.at(browser, desk.address, login, **how))


@pytest.fixture
def visit_ones_own(browser: Browser, desk_of_ones_own: Desk) -> Iterator[Callable[..., Visitor]]:
    with ExitStack() as stack:
        yield lambda login=None, **how: stack.enter_context(Visitor.at(browser, desk_of_ones_own.address, login, **how))
