#!/bin/sh
# Sees to the system packages that some tests need. Root: installs what is missing. Anybody else: names it, with the
# command. It never fails: what needs a missing package is counted as skipped by the tests, and as failed where CI is set.
set -u

system=${SYSTEM_ROOT:-} # the tests name a folder instead
missing=
need() { # need PACKAGE WHY TEST…
    package=$1 why=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing="$missing $package"
    echo "Missing: $package ($why)"
}
library() { ls /lib*/"$1" /usr/lib*/"$1" /lib/*/"$1" /usr/lib/*/"$1" 2>/dev/null | grep -q .; }
postgresql() { ls "$system"/usr/lib/postgresql/*/bin/postgres; }
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

need chromium "tests of pages in a real browser" browser
need bubblewrap "tests that run snippets in the sandbox" command -v bwrap
need libseccomp2 "tests that run snippets in the sandbox" library libseccomp.so.2
need postgresql "records about a real PostgreSQL" postgresql
need redis-server "records about a real Redis" command -v redis-server

# The servers run on demand and in the sandbox only: installing them makes no cluster and starts nothing, and neither
# does the next start of the machine.
policy=$system/usr/sbin/policy-rc.d
clusters=$system/etc/postgresql-common/createcluster.d
install_quietly() { # install_quietly PACKAGE…
    case " $* " in *" postgresql "*)
        mkdir -p "$clusters"
        printf '# Written by the error knowledge base, which needs the programs and no cluster.\n%s\n' \
            "create_main_cluster = false" >"$clusters/errorkb.conf" ;;
    esac
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" || return
    case " $* " in *" redis-server "*) systemctl disable redis-server 2>/dev/null || true ;; esac
}

if [ -z "$missing" ]; then
    echo "System packages: all there."
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing …"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # several words on purpose
    install_quietly $missing >/dev/null ||
        echo "apt-get could not install$missing: what needs them does not run."
else
    echo "What needs them does not run. To install them on Debian or Ubuntu: sudo apt-get install$missing"
fi
exit 0
