"""The browser, for the tests that look at pages made for them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from sites import launch


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launch(chromium) as browser:
        yield browser
