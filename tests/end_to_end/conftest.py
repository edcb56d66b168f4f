"""The site of the project's records, built once, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from errorkb.paths import ERRORS
from sites import launch, render_folder, run_builder, serve, write_project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_builder(write_project(tmp_path_factory.mktemp("site"), render_folder(ERRORS)))


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    with serve(built) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launch(chromium) as browser:
        yield browser
