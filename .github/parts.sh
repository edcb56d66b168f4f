#!/bin/sh
# Usage: parts.sh save FOLDER   copies what changed under errors/ into FOLDER, and lists what was removed
#        parts.sh put FOLDER    lays every part found in FOLDER, or in a folder of it, over errors/
# A part is what one job made: jobs hand each other parts, since a whole errors/ of one would undo another's.
set -eu
cd "$(dirname "$0")/.."
verb=$1 folder=$2
mkdir -p "$folder"

changed() { git diff --cached --name-only "$@" HEAD -- errors; }

case $verb in
save)
    git add --all errors
    changed --diff-filter=d | while read -r name; do
        mkdir -p "$folder/$(dirname "$name")"
        cp "$name" "$folder/$name"
    done
    removed=$(changed --no-renames --diff-filter=D)
    if [ -n "$removed" ]; then
        echo "$removed" >"$folder/removed.txt"
    fi
    git reset --quiet
    ;;
put)
    # What was removed goes first: another job may have made a file of that name anew.
    find "$folder" -type f -name removed.txt | sort | while read -r list; do
        while read -r name; do
            case $name in
            *..*) echo "not a file under errors/: $name" >&2 && exit 1 ;;
            errors/*) rm -f "$name" ;;
            *) echo "not a file under errors/: $name" >&2 && exit 1 ;;
            esac
        done <"$list"
    done
    find "$folder" -type f -path '*/errors/*' | sort | while read -r file; do
        name=errors/${file#*/errors/}
        mkdir -p "$(dirname "$name")"
        cp "$file" "$name"
    done
    ;;
esac
