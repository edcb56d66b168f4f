#!/bin/sh
# Usage: report.sh FOLDER
# Opens an issue for each file of FOLDER: its first line is the title, the rest is the text. An open issue with the same
# title is left as it is. Needs GH_TOKEN.
set -eu
cd "$(dirname "$0")/.."

for file in "$1"/*.md; do
    [ -e "$file" ] || continue
    TITLE=$(head -n 1 "$file")
    export TITLE
    number=$(gh issue list --state open --limit 1000 --json number,title --jq 'map(select(.title == env.TITLE))[0].number // empty')
    if [ -n "$number" ]; then
        echo "Issue $number is open: $TITLE"
    else
        tail -n +2 "$file" | gh issue create --title "$TITLE" --body-file -
    fi
done
