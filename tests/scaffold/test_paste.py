"""What a new record can be told by a pasted error."""

import pytest

from errorkb.catalog import load
from errorkb.match.notes import read_understanding
from errorkb.match.rules import RULES
from errorkb.paths import ERRORS
from errorkb.scaffold.paste import (
    LONGEST,
    Facts,
    clean_paste,
    find_package,
    find_version,
    follow_class,
    is_own_class,
    propose_slug,
    read_facts,
)

PACKAGES = load(ERRORS).packages

KEY_ERROR = """\
$ python shop.py
Traceback (most recent call last):
  File "/srv/shop.py", line 2, in <module>
    print(prices["pear"])
          ~~~~~~^^^^^^^^
KeyError: 'pear'
"""
IN_PANDAS = """\
Traceback (most recent call last):
  File "/srv/shop.py", line 3, in <module>
    frame["pear"]
  File "/venv/lib/python3.11/site-packages/pandas/core/frame.py", line 4102, in __getitem__
    indexer = self.columns.get_loc(key)
KeyError: 'pear'
"""
IN_WINDOWS = r"""
Traceback (most recent call last):
  File "C:\shop\app.py", line 3, in <module>
    requests.get("shop")
  File "C:\Python312\Lib\site-packages\requests\api.py", line 73, in get
    return request("get", url, params=params, **kwargs)
requests.exceptions.MissingSchema: Invalid URL 'shop': No scheme supplied. Perhaps you meant https://shop?
"""
THREAD = """\
Exception in thread Thread-1 (load):
Traceback (most recent call last):
  File "/usr/lib/python3.12/threading.py", line 1073, in _bootstrap_inner
    self.run()
ValueError: no shelf 7
"""
STATUS = """\
Traceback (most recent call last):
  File "/srv/shop.py", line 3, in <module>
    client.messages.create()
anthropic.RateLimitError: Error code: 429 - {'type': 'error'}
"""
UNKNOWN_PACKAGE = """\
Installing collected packages: shelf-kit
  Found existing installation: shelf-kit==1.4.0
Traceback (most recent call last):
  File "/srv/shop.py", line 3, in <module>
    shelf_kit.find(7)
shelf_kit.errors.NoShelf: no shelf has the number 7

Process finished with exit code 1
"""

PARAGRAPHS = """\
Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/werkzeug/local.py", line 519, in _get_current_object
    raise RuntimeError(unbound_message) from None
RuntimeError: Working outside of shop context.

This typically means that no shop is open.
See the documentation.
"""
BELOW = (
    "app.py:4: SettingWithCopyWarning: \n"
    "A value is trying to be set on a copy of a slice from a DataFrame\n\n"
    "See the caveats in the documentation: https://pandas.pydata.org\n"
    '  df["a"] = 1\n'
    "done\n"
)
NEVER_AWAITED = """\
/srv/app.py:9: RuntimeWarning: coroutine 'f' was never awaited
  f()
RuntimeWarning: Enable tracemalloc to get the object allocation traceback
"""

PASTES: dict[str, tuple[str, Facts, str]] = {
    "an exception of the language": (KEY_ERROR, Facts("raises", "KeyError", "'pear'"), "python"),
    "the same inside a library": (IN_PANDAS, Facts("raises", "KeyError", "'pear'", module="pandas", python="3.11"), "pandas"),
    "a library's own, on Windows": (
        IN_WINDOWS,
        Facts(
            "raises",
            "requests.exceptions.MissingSchema",
            "Invalid URL 'shop': No scheme supplied. Perhaps you meant https://shop?",
            module="requests",
            python="3.12",
        ),
        "requests",
    ),
    "in a thread": (THREAD, Facts("raises", "ValueError", "no shelf 7", where="thread", python="3.12"), "python"),
    "with an HTTP status": (
        STATUS,
        Facts("raises", "anthropic.RateLimitError", "Error code: 429 - {'type': 'error'}", http="429", module="anthropic"),
        "anthropic",
    ),
    "of a package that has no page": (
        UNKNOWN_PACKAGE,
        Facts(
            "raises",
            "shelf_kit.errors.NoShelf",
            "no shelf has the number 7",
            module="shelf_kit",
            versions={"shelf-kit": "1.4.0"},
        ),
        "shelf-kit",
    ),
    "the last line alone": ("ValueError: no shelf 7", Facts("raises", "ValueError", "no shelf 7"), "python"),
    "a class without a message": ("Traceback (most recent call last):\nStopIteration\n", Facts("raises", "StopIteration"), "python"),
    "a class of the standard library": (
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        Facts("raises", "json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)"),
        "python",
    ),
    "a warning": (
        "/srv/shop.py:7: DeprecationWarning: shelf() is deprecated, use rack()\n  shelf()\n",
        Facts("warns", "DeprecationWarning", "shelf() is deprecated, use rack()"),
        "python",
    ),
    "a message of paragraphs": (
        PARAGRAPHS,
        Facts("raises", "RuntimeError", PARAGRAPHS.partition("RuntimeError: ")[2].strip(), module="werkzeug", python="3.11"),
        "werkzeug",
    ),
    "the same without its traceback": (
        PARAGRAPHS.partition("from None\n")[2],
        Facts("raises", "RuntimeError", PARAGRAPHS.partition("RuntimeError: ")[2].strip()),
        "python",
    ),
    "a warning whose text begins on the next line": (
        BELOW,
        Facts(
            "warns",
            "SettingWithCopyWarning",
            "A value is trying to be set on a copy of a slice from a DataFrame\n\n"
            "See the caveats in the documentation: https://pandas.pydata.org",
        ),
        "python",
    ),
    "a warning without its source": (
        "/srv/shop.py:7: DeprecationWarning: shelf() is old\nuse rack()\n\nshelf 1\n",
        Facts("warns", "DeprecationWarning", "shelf() is old\nuse rack()"),
        "python",
    ),
    "a warning to which Python adds a line": (
        NEVER_AWAITED,
        Facts("warns", "RuntimeWarning", "coroutine 'f' was never awaited"),
        "python",
    ),
    "a warning that is called an error": (
        "app.py:4: ChainedAssignmentError: A value is set on a copy.\n\nSay it at once.\n  a[0][1] = 1\n",
        Facts("warns", "ChainedAssignmentError", "A value is set on a copy.\n\nSay it at once."),
        "python",
    ),
    "a program that explains itself": (
        "usage: shop.py [-h] count\nshop.py: error: argument count: invalid int value: 'two'\n",
        Facts("exits", "2", "shop.py: error: argument count: invalid int value: 'two'"),
        "python",
    ),
    "a signal": ("$ python shop.py\nSegmentation fault (core dumped)\n", Facts("signals", "SIGSEGV"), "python"),
    "nothing that looks like an error": ("the shop is open", Facts(), ""),
}  # fmt: skip


def read(text: str) -> Facts:
    understood = read_understanding(text)
    return read_facts(text, understood.exception, understood.message, understood.package, RULES["signals"])


@pytest.mark.parametrize(("text", "facts", "package"), PASTES.values(), ids=PASTES)
def test_what_a_paste_says(text: str, facts: Facts, package: str) -> None:
    found = read(clean_paste(text))
    assert found == Facts(**{**vars(facts), "versions": facts.versions or {}})
    assert find_package(found, PACKAGES) == package


AFTERWARDS = (
    "Process finished with exit code 1",
    "[Finished in 0.3s with exit code 1]",
    "(venv) anna@shop:~/jobs$ python jobs.py",
    "$ ",
    r"(venv) PS C:\jobs> python jobs.py",
    r"C:\jobs>",
    ">>> ",
    "In [3]: jobs",
    "2026-11-24 10:00:00 stopped",
    "INFO:     Shutting down",
    "/srv/jobs.py:3: UserWarning: late",
)


@pytest.mark.parametrize("line", AFTERWARDS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_what_a_terminal_prints_afterwards_is_no_message(line: str, between: str) -> None:
    header = "Traceback (most recent call last):\n"
    assert read(f"{header}KeyError: no\n\nsuch $ key{between}{line}\n").message == "no\n\nsuch $ key"


INSTALLED = {
    "/venv/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA": ("requests", "2.31.0"),
    r"C:\venv\Lib\site-packages\shelf_kit-1.4.dist-info": ("shelf-kit", "1.4"),
    "/opt/lib/python3.8/site-packages/old-0.3-py3.8.egg/old.py": ("old", "0.3"),
    "requests[socks]==2.31.0": ("requests", "2.31.0"),
    "Name: Shelf.Kit\nVersion: 1.4rc1\nSummary: shelves": ("shelf-kit", "1.4rc1"),
    "if requests == 2.31.0 then": ("requests", ""),
    "a ==1.b.x": ("a", ""),
}


@pytest.mark.parametrize(("text", "expected"), INSTALLED.items(), ids=range(len(INSTALLED)))
def test_the_installed_release(text: str, expected: tuple[str, str]) -> None:
    assert find_version(read(text), expected[0]) == expected[1]


def test_a_distribution_with_extras_is_the_same_distribution() -> None:
    assert find_version(read("httpx==0.28.1"), "httpx[http2]") == "0.28.1"


def test_of_a_long_paste_the_end_is_read_and_controls_are_taken_out() -> None:
    text = clean_paste("x" * 50 + "\n" + "a\x07b\x1b\u202e\u2028\n" * LONGEST + "KeyError: 'a'\r\n")
    assert len(text) <= LONGEST
    assert text.startswith("a b   \n")
    assert text.endswith("\nKeyError: 'a'\n")


@pytest.mark.parametrize(
    ("name", "kind", "slug"),
    [
        ("anthropic.AuthenticationError", "raises", "authentication-error"),
        ("json.decoder.JSONDecodeError", "raises", "json-decode-error"),
        ("HTTP2Error", "raises", "http2-error"),
        ("_private_Error", "raises", "private-error"),
        ("2", "exits", "exit-code-2"),
        ("SIGSEGV", "signals", "sigsegv"),
    ],
)
def test_the_name_of_the_file(name: str, kind: str, slug: str) -> None:
    assert propose_slug(name, kind) == slug  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frame", "said", "package"),
    [
        ("", "pandas.errors.SettingWithCopyWarning", "pandas"),
        ("werkzeug", "flask.NoShop", "flask"),
        ("werkzeug", "RuntimeError", "werkzeug"),
        ("", "json.JSONDecodeError", "python"),
        ("", "shelf_kit.NoShelf", "shelf-kit"),
    ],
)
def test_the_package_is_that_of_the_class_which_is_said(frame: str, said: str, package: str) -> None:
    assert find_package(follow_class(Facts("raises", "X", module=frame), said), PACKAGES) == package


def test_a_class_is_the_packages_own_by_its_module() -> None:
    assert is_own_class("requests.exceptions.MissingSchema", ("requests",))
    assert not is_own_class("urllib3.exceptions.Error", ("requests",))
    assert not is_own_class("KeyError", ("KeyError",))
