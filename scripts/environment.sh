#!/bin/sh
# Usage: environment.sh LOCK
# Installs LOCK (requirements.txt or requirements-dev.txt) into .venv, which it makes if need be. Does nothing if .venv
# holds it already: a copy of the lock, put there last, says so.
set -eu
umask 022
cd "$(dirname "$0")/.."
lock=$1

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    without_venv=
    for python in python3.13 python3.12 python3.11 python3; do
        works "$python" || continue
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
        without_venv=$python
    done
    if [ -n "$without_venv" ]; then
        echo "$without_venv has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then repeat." >&2
    else
        echo "No Python 3.11 or newer found as python3.13, python3.12, python3.11 or python3: install one, then repeat." >&2
    fi
    exit 1
}

# An environment without a copy of a lock was made by hand, or making it was interrupted.
if ! works .venv/bin/python || ! ls .venv/requirements*.txt >/dev/null 2>&1; then
    find_python
    echo "Making the environment .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv
fi
if ! cmp -s "$lock" ".venv/$lock"; then
    echo "Installing the $(grep -c '==' "$lock") packages of $lock into .venv (up to a minute) …"
    rm -f ".venv/$lock"
    PIP_USER=0 .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" ".venv/$lock.new"
    mv ".venv/$lock.new" ".venv/$lock"
fi
touch ".venv/$lock"
