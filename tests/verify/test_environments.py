"""What of locks and environments can be told without a network."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from errorkb.verify.environments import make_lock, name_environment, prepare_environment, render_instant
from errorkb.verify.runs import Interpreter

INTERPRETER = Interpreter(executable="/x/bin/python3.11", prefix="/x", version="3.11.7", banner="3.11.7")


@pytest.mark.parametrize(
    ("as_of", "instant"),
    [("2026-11-24", "2026-11-25T00:00:00Z"), ("2026-12-31", "2027-01-01T00:00:00Z")],
)
def test_the_whole_day_counts_in_utc(as_of: str, instant: str) -> None:
    assert render_instant(as_of) == instant


def test_nothing_required_is_a_lock_of_one_comment() -> None:
    assert make_lock([], "3.11", "2026-11-24") == "# For Python 3.11, as of 2026-11-24.\n"


def test_lock_python_and_date_name_an_environment() -> None:
    names = {
        name_environment(lock, python, as_of)
        for lock in ("a", "b")
        for python in ("3.11", "3.12")
        for as_of in ("2026-11-23", "2026-11-24")
    }
    assert len(names) == 8
    assert name_environment("a", "3.11", "2026-11-24") == name_environment("a", "3.11", "2026-11-24")


def test_an_environment_that_is_made_is_found_again(tmp_path: Path) -> None:
    name = name_environment("a", "3.11", "2026-11-24")
    (tmp_path / name).mkdir()
    assert prepare_environment("a", INTERPRETER, "2026-11-24", tmp_path) == name


SAYS_WHAT_IT_IS_TOLD = f"""#!{sys.executable}
import os
names = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS", "SSL_CERT_FILE", "UV_CONSTRAINT")
print(", ".join(f"{{name}}={{os.environ[name]}}" for name in names if name in os.environ))
"""


@pytest.mark.parametrize(
    ("environ", "store", "told"),
    [
        ({}, True, "UV_SYSTEM_CERTS=true"),
        ({}, False, ""),
        ({"UV_SYSTEM_CERTS": "false"}, True, "UV_SYSTEM_CERTS=false"),
        ({"UV_NATIVE_TLS": "false"}, True, "UV_NATIVE_TLS=false"),
        ({"SSL_CERT_FILE": "/x", "UV_CONSTRAINT": "/y"}, True, "UV_SYSTEM_CERTS=true, SSL_CERT_FILE=/x"),
    ],
)
def test_uv_trusts_whom_the_system_trusts_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str], store: bool, told: str
) -> None:
    (tmp_path / "uv").write_text(SAYS_WHAT_IT_IS_TOLD, encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setattr("uv.find_uv_bin", lambda: str(tmp_path / "uv"))
    monkeypatch.setattr("errorkb.verify.environments.TRUSTED", [tmp_path / ("uv" if store else "none")])
    for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS", "SSL_CERT_FILE", "UV_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    lock = make_lock(["six"], "3.11", "2026-11-24")
    assert lock == f"# For Python 3.11, as of 2026-11-24.\n{told}\n"
