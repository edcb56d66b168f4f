"""What GitHub reads: workflows that can do little, forms, owners, marks. No network: the checkers bring their schemas."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from errorkb.catalog import load
from errorkb.paths import ERRORS, ROOT
from errorkb.site.foot import Settings, render_foot

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
OWN = re.compile(
    r"(make|python scripts/[a-z_]+\.py|sh (\.github|scripts)/[a-z_]+\.sh|sudo sh scripts/system_packages\.sh)( |$)"
)
# What a step may run besides the project's own commands, and why.
OTHERS = {
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0": "only the machine's owner can allow the sandbox",
}
# Who may write what: by workflow and job. All others read the repository at most.
WRITERS = {
    ("nightly", "propose"): {"contents", "pull-requests", "issues"},
    ("evidence", "propose"): {"contents", "pull-requests"},
    ("pages", "publish"): {"pages", "id-token"},
}
SCHEMAS = {
    "workflows": ("vendor.github-workflows", WORKFLOWS),
    "forms": ("vendor.github-issue-forms", FORMS),
    "chooser": ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    "time limits": ("custom.github-workflows-require-timeout", WORKFLOWS),
}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def list_jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            yield path.stem, name, job


def list_steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for workflow, job, content in list_jobs():
        for number, step in enumerate(content["steps"], 1):
            yield f"{workflow}, {job}, step {number}", step


def check(*command: str) -> None:
    """Run a tool of the project's environment; it must find nothing."""
    tool = Path(sys.executable).parent / command[0]
    result = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("schema", "paths"), SCHEMAS.values(), ids=SCHEMAS)
def test_files_are_as_their_schema_says(schema: str, paths: list[Path]) -> None:
    assert paths
    check("check-jsonschema", "--builtin-schema", schema, *map(str, paths))


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    check("zizmor", "--offline", "--no-progress", "--quiet", ".github")


def test_there_are_the_workflows_that_the_documentation_speaks_of() -> None:
    assert [path.stem for path in WORKFLOWS] == ["evidence", "nightly", "pages", "pull-request"]


def test_a_step_runs_only_the_projects_own_commands() -> None:
    found = {
        place: line
        for place, step in list_steps()
        for line in step.get("run", "").splitlines()
        if line not in OTHERS and (not OWN.match(line) or re.search(r"[;&|`]|\$\(", line))
    }
    assert found == {}
    assert set(OTHERS) <= {step.get("run") for _, step in list_steps()}, "an exemption that nothing needs"


def test_a_step_runs_a_file_that_is_there() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    files = set(re.findall(r"(?:scripts|\.github)/[a-z_]+\.(?:py|sh|md)\b", text))
    assert len(files) > 5
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_nothing_that_others_write_gets_into_a_command() -> None:
    assert [place for place, step in list_steps() if "${{" in step.get("run", "")] == []
    assert [path.name for path in WORKFLOWS if "pull_request_target" in path.read_text(encoding="utf-8")] == []


def test_an_action_is_pinned_by_the_hash_of_a_commit_with_its_version_beside_it() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
            pin = re.fullmatch(r"(actions/[a-z-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", line)
            assert pin, line
            pins.setdefault(pin[1], set()).add(pin[2])
    assert "actions/checkout" in pins
    assert {name: hashes for name, hashes in pins.items() if len(hashes) > 1} == {}


def test_a_checkout_leaves_no_token_behind() -> None:
    checkouts = [step for _, step in list_steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def test_only_named_jobs_may_write_and_they_run_no_snippet() -> None:
    writers = {}
    for workflow, name, job in list_jobs():
        rights = {right for right, level in job["permissions"].items() if level == "write"}
        if rights:
            writers[workflow, name] = rights
            commands = [step["run"] for step in job["steps"] if "run" in step]
            assert [command for command in commands if not command.startswith("sh .github/")] == []
    assert writers == WRITERS
    assert [path.name for path in WORKFLOWS if read(path)["permissions"] != {}] == []


def test_the_token_is_given_only_to_steps_that_write() -> None:
    with_token = {place for place, step in list_steps() if "token" in str(step.get("env", {}))}
    assert with_token == {"nightly, propose, step 4", "nightly, propose, step 5", "evidence, propose, step 4"}
    assert [path.name for path in WORKFLOWS if "secrets." in path.read_text(encoding="utf-8")] == []


def test_where_records_are_run_every_python_that_they_name_is_installed() -> None:
    named = {release.python for home in load(ERRORS).packages.values() for release in home.package.releases}
    jobs = [job for _, _, job in list_jobs() if any("verify.py" in step.get("run", "") for step in job["steps"])]
    assert len(jobs) == 3
    for job in jobs:
        setup = next(step for step in job["steps"] if "setup-python" in step.get("uses", ""))
        assert set(setup["with"]["python-version"].split()) >= named
        assert set(OTHERS) <= {step.get("run") for step in job["steps"]}


def test_the_parts_of_a_night_are_as_many_as_they_are_said_to_be() -> None:
    job = read(GITHUB / "workflows" / "nightly.yml")["jobs"]["verify"]
    command = next(step["run"] for step in job["steps"] if "--shard" in step.get("run", ""))
    count = re.search(r'--shard "\$PART/(\d+)"', command)
    assert count
    assert job["strategy"]["matrix"]["part"] == list(range(1, int(count[1]) + 1))


def test_every_package_has_an_owner_and_no_line_is_left_over() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owned = [line.split() for line in lines if line.startswith("/errors/")]
    assert [place for place, *owners in owned if not owners or not all(owner.startswith("@") for owner in owners)] == []
    assert [place for place, *_ in owned] == [f"/errors/{name}/" for name in load(ERRORS).packages]


def test_the_text_of_a_pull_request_has_five_lines() -> None:
    assert len((GITHUB / "pull_request_template.md").read_text(encoding="utf-8").splitlines()) == 5


def test_what_is_made_by_commands_is_marked_as_generated() -> None:
    names = {
        "errors/python/none-subscript.evidence.json": "set",
        "errors/anthropic/locks/2.12.0.txt": "set",
        "errors/schema.json": "set",
        "requirements-dev.txt": "set",
        "errors/python/none-subscript.yaml": "unspecified",
        "errors/python/package.yaml": "unspecified",
    }
    command = ["git", "check-attr", "linguist-generated", "--", *names]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert dict(re.findall(r"^(.*): linguist-generated: (.*)$", result.stdout, re.MULTILINE)) == names


def test_links_of_a_page_fill_in_a_field_that_the_form_has() -> None:
    catalog = load(ERRORS)
    entry = catalog.entries["anthropic/authentication-error"]
    foot = render_foot(catalog, entry, Settings("https://example.com/o/r"), f"{entry.id}/")
    assert foot.contribution
    for link, form in ((foot.contribution.add_note, "note.yml"), (foot.contribution.report, "wrong.yml")):
        fields = parse_qs(urlsplit(link).query)
        assert (fields["template"], fields["page"]) == ([form], [entry.id])
        ids = {item.get("id") for item in read(GITHUB / "ISSUE_TEMPLATE" / form)["body"]}
        assert set(fields) - {"template", "title"} <= ids
