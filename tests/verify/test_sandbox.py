"""The command of bubblewrap, word by word."""

from pathlib import Path

import pytest

from errorkb.model.server import StubHost
from errorkb.verify.runs import Interpreter, Run
from errorkb.verify.sandbox import World, build_command, describe_system, render_hosts

RUN = Run(
    key="k",
    arguments=["app.py", "--port", "abc"],
    files={"app.py": "print(1)\n", "data/.env": "A=b\n"},
    env={"API_KEY": "test-key-good"},
    python="3.11",
    environment="e",
    hosts={"api.example.com": StubHost(tls="valid", rules=[])},
)
PREFIX = "/opt/python/3.11.7"


def make_world(prefix: str = PREFIX, report: int | None = None) -> World:
    interpreter = Interpreter(executable=f"{prefix}/bin/python3.11", prefix=prefix, version="3.11.7", banner="3.11.7")
    system = ("--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib")
    return World(interpreter, "/e/site-packages", ("certifi/cacert.pem",), system, b"PEM", b"BPF", report)


def build(run: Run = RUN, world: World | None = None) -> tuple[list[str], list[bytes]]:
    held: list[bytes] = []

    def hold(content: bytes) -> int:
        held.append(content)
        return 100 + len(held) - 1

    return build_command(run, world or make_world(), hold), held


def test_the_whole_command() -> None:
    command, held = build()
    mib = 1024 * 1024
    expected = f"""
        bwrap --unshare-user --unshare-ipc --unshare-pid --unshare-uts --unshare-cgroup
        --uid 1000 --gid 1000 --hostname sandbox --die-with-parent --new-session --disable-userns --cap-drop ALL
        --clearenv --setenv PATH /usr/local/bin:/usr/bin:/bin --setenv HOME /home/user --setenv LANG C.UTF-8
        --setenv API_KEY test-key-good
        --ro-bind /usr /usr --symlink usr/lib /lib
        --ro-bind {PREFIX} /usr/local --ro-bind {PREFIX} {PREFIX}
        --ro-bind /e/site-packages /usr/local/lib/python3.11/site-packages
        --ro-bind-data 100 /usr/local/lib/python3.11/site-packages/certifi/cacert.pem
        --proc /proc --dev /dev
        --perms 0444 --file 101 /etc/passwd --perms 0444 --file 102 /etc/group
        --perms 0444 --file 103 /etc/nsswitch.conf --perms 0444 --file 104 /etc/hosts
        --perms 0444 --file 105 /etc/ssl/certs/ca-certificates.crt
        --symlink /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem
        --symlink /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/cert.pem
        --symlink /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt
        --perms 1777 --size {128 * mib} --tmpfs /tmp --perms 1777 --size {64 * mib} --tmpfs /home/user
        --perms 1777 --size {64 * mib} --tmpfs /dev/shm --perms 1777 --size {64 * mib} --tmpfs /app
        --perms 0644 --file 106 /app/app.py --perms 0644 --file 107 /app/data/.env
        --remount-ro /dev --remount-ro / --chdir /app --seccomp 108 -- python3.11 app.py --port abc
    """
    assert command == expected.split()
    assert held[0] == b"PEM"
    assert held[4] == b"127.0.0.1 localhost sandbox\n127.0.0.1 api.example.com\n"
    assert held[6:] == [b"print(1)\n", b"A=b\n", b"BPF"]


def test_an_observed_run_differs_by_the_observer_alone() -> None:
    pristine, _ = build()
    observed, _ = build(world=make_world(report=7))
    added = [word for word in observed if word not in pristine]
    assert added[:3] == ["PYTHONPATH", "/run/observer", "ERRORKB_OBSERVER"]
    assert "/run/observer/sitecustomize.py" in added


def test_a_path_of_the_programs_own_comes_after_the_observers() -> None:
    command, _ = build(RUN.model_copy(update={"env": {"PYTHONPATH": "/app/lib"}}), make_world(report=7))
    assert command[command.index("PYTHONPATH") + 1] == "/run/observer:/app/lib"


def test_the_systems_python_gets_a_virtual_environment() -> None:
    command, held = build(world=make_world(prefix="/usr"))
    words = " ".join(command)
    assert "--symlink /usr/bin/python3.11 /usr/local/bin/python3.11" in words
    assert "--remount-ro /usr/local" in words
    assert held[0] == b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", "a\0b"])
def test_a_file_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a path below /app"):
        build(RUN.model_copy(update={"files": {name: ""}}))


@pytest.mark.parametrize("name", ["a b", "a\n1.2.3.4 b", "", "-a", "A.com"])
def test_what_is_no_host_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a host name"):
        render_hosts([name])


def test_links_and_folders_of_the_root_are_shown_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "lib64").mkdir()
    (tmp_path / "bin").symlink_to("usr/bin")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/ld.so.cache").touch()
    expected = "--ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /lib64 /lib64"
    assert describe_system(tmp_path) == (*expected.split(), "--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache")
