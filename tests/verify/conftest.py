"""What tests of real runs share: this Python, and a folder of environments."""

import sys
from pathlib import Path

import pytest

from errorkb.verify.interpreters import find_interpreter
from errorkb.verify.runs import Interpreter


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    found = find_interpreter(f"{sys.version_info[0]}.{sys.version_info[1]}")
    assert found
    return found


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("environments")
