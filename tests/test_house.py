"""The rules of the house: the tools that check them, and those that no tool checks."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from errorkb.paths import ROOT

LINT_IMPORTS = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]

TOOLS = {
    "ruff check": [sys.executable, "-m", "ruff", "check", "--quiet"],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "--diff"],
    "mypy": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "lint-imports": [*LINT_IMPORTS, "--no-logo", "--no-cache"],
    "records": [sys.executable, "scripts/lint.py"],
}


@pytest.mark.parametrize("command", TOOLS.values(), ids=TOOLS)
def test_a_tool_finds_nothing(command: list[str]) -> None:
    result = run(command, ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    paths = {"PYTHONPATH": str(folder / "scripts"), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=paths, capture_output=True, text=True, check=False)


def test_functions_stop_at_40_lines_and_modules_at_250() -> None:
    assert list(find_long(ROOT)) == []


def find_long(root: Path) -> Iterator[str]:
    for path in sorted((root / "scripts").rglob("*.py")):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        if text.count("\n") > 250:
            yield f"{name}: {text.count(chr(10))} lines, at most 250"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 40:
                    yield f"{name}:{node.lineno}: {node.name} has {lines} lines, at most 40"


def test_what_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/fits.py").write_text("def fits():\n" + "    pass\n" * 39 + "x = 1\n" * 210)
    assert list(find_long(tmp_path)) == []
    (tmp_path / "scripts/long.py").write_text("def long():\n" + "    pass\n" * 40 + "x = 1\n" * 210)
    assert list(find_long(tmp_path)) == [
        "scripts/long.py: 251 lines, at most 250",
        "scripts/long.py:1: long has 41 lines, at most 40",
    ]


def test_no_module_is_called_utils() -> None:
    assert not [*(ROOT / "scripts").rglob("util*.py"), *(ROOT / "scripts").rglob("helper*.py")]


# What must turn a tool red: the file to add to the package, its text, and what the tool must say.
FORBIDDEN = {
    "sibling": (
        "lint-imports",
        {"lint/__init__.py": "from errorkb import match\n", "match/__init__.py": ""},
        "errorkb.lint is not allowed to import errorkb.match",
    ),
    "upwards": (
        "lint-imports",
        {"prose.py": "from errorkb import catalog\n", "catalog.py": ""},
        "errorkb.prose is not allowed to import errorkb.catalog",
    ),
    "room without a place": ("lint-imports", {"attic.py": ""}, "errorkb.attic"),
    "yaml": ("lint-imports", {"lint/rules.py": "import yaml\n"}, "errorkb.lint.rules -> yaml"),
    "yaml in verify": ("lint-imports", {"verify/lock.py": "import yaml\n"}, "errorkb.verify.lock -> yaml"),
    "jinja2": ("lint-imports", {"match/index.py": "import jinja2\n"}, "errorkb.match.index -> jinja2"),
    "subprocess": ("lint-imports", {"site/git.py": "import subprocess\n"}, "errorkb.site.git -> subprocess"),
    "asyncio's subprocess": (
        "ruff check",
        {"match/a.py": '"""Doc."""\nimport asyncio\n\nRUN = asyncio.create_subprocess_exec\n'},
        "TID251 `asyncio.create_subprocess_exec` is banned: only errorkb.verify runs programs",
    ),
    "clock": (
        "ruff check",
        {"site/now.py": '"""Doc."""\nimport datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n'},
        "TID251 `datetime.datetime.now` is banned: no clock here: same input, same bytes",
    ),
    "time": (
        "ruff check",
        {"lint/now.py": '"""Doc."""\nimport time\n'},
        "TID251 `time` is banned: no clock here: same input, same bytes",
    ),
    "environment": (
        "ruff check",
        {"wording.py": '"""Doc."""\nimport os\n\nHOME = os.environ["HOME"]\n'},
        "TID251 `os.environ` is banned: no environment here: a command reads it and passes the value",
    ),
    "printing": ("ruff check", {"lint/report.py": '"""Doc."""\nprint("found")\n'}, "T201 `print` found"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "files", "said"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_breach_turns_the_tool_red(tool: str, files: dict[str, str], said: str, tmp_path: Path) -> None:
    package = tmp_path / "scripts/errorkb"
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for name in ("__init__.py", "problems.py", *(name.split("/")[0] + "/__init__.py" for name in files if "/" in name)):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("")
    options = ["--output-format=concise"] if tool == "ruff check" else []
    assert said not in run(TOOLS[tool] + options, tmp_path).stdout

    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    result = run(TOOLS[tool] + options, tmp_path)
    assert result.returncode == 1
    assert said in result.stdout
