"""Flags → the surroundings of a record's program."""

import pytest

from errorkb.scaffold.world import list_texts, parse_world

FILES = {"a.ini": b"x = 1\n", "elf": b"\xff\xfe"}


def test_every_flag_has_its_key() -> None:
    given = {
        "env": ["A=1", "B=x=y"],
        "arg": ["--port", "abc"],
        "file": ["data/a.ini=a.ini"],
        "server": ["api.example.com=sample/down"],
        "service": ["redis"],
        "requires": ["python-dotenv"],
    }
    world = {
        "env": {"A": "1", "B": "x=y"},
        "args": ["--port", "abc"],
        "files": {"data/a.ini": "x = 1\n"},
        "servers": {"api.example.com": "sample/down"},
        "services": ["redis"],
        "packages": ["python-dotenv"],
    }
    assert parse_world(given, FILES.__getitem__) == (world, "")
    assert list_texts(world) == ["--port abc", "1", "x=y", "x = 1\n"]


def test_what_is_not_given_is_left_out() -> None:
    assert parse_world({"env": [], "arg": ()}, FILES.__getitem__) == ({}, "")
    assert list_texts({}) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("env", "A", "--env: must be NAME=VALUE, was 'A'"),
        ("env", "=1", "--env: must be NAME=VALUE, was '=1'"),
        ("env", "A=sk-abc123def456ghi789jkl", "--env: it holds what looks like a key: write test-key-good or test-key-bad in its place"),
        ("file", "x=elf", "--file: elf: a file of a program must be text in UTF-8"),
        ("service", "mongo", "--service: `broken.services.0` must be one of postgresql, redis, redis-with-password, was 'mongo'"),
    ],
)  # fmt: skip
def test_a_flag_that_cannot_be_taken_is_named(name: str, value: str, said: str) -> None:
    assert parse_world({name: [value]}, FILES.__getitem__) == ({}, said)
