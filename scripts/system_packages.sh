#!/bin/sh
# Sees to the system packages that some tests need. Root: installs what is missing. Anybody else: names it, with the
# command. It never fails: what needs a missing package is counted as skipped by the tests, and as failed where CI is set.
set -u

missing=
need() { # need PACKAGE WHY TEST…
    package=$1 why=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing="$missing $package"
    echo "Missing: $package ($why)"
}
library() { ls /lib*/"$1" /usr/lib*/"$1" /lib/*/"$1" /usr/lib/*/"$1" 2>/dev/null | grep -q .; }
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

need chromium "tests of pages in a real browser" browser
need bubblewrap "tests that run snippets in the sandbox" command -v bwrap
need libseccomp2 "tests that run snippets in the sandbox" library libseccomp.so.2

if [ -z "$missing" ]; then
    echo "System packages: all there."
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing …"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # several words on purpose
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null ||
        echo "apt-get could not install$missing: what needs them does not run."
else
    echo "What needs them does not run. To install them on Debian or Ubuntu: sudo apt-get install$missing"
fi
exit 0
