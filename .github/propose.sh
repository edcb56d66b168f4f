#!/bin/sh
# Usage: propose.sh BRANCH TITLE BODY
# Commits what changed under errors/ to BRANCH and opens a pull request with the text in the file BODY, or renews the one
# that is open. Does nothing if nothing changed. Needs GH_TOKEN.
set -eu
cd "$(dirname "$0")/.."
branch=$1 title=$2 body=$3

git add --all errors
if git diff --cached --quiet; then
    echo "Nothing changed."
    exit
fi
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit --quiet --message "$title"
gh auth setup-git
git push --quiet --force origin "HEAD:refs/heads/$branch"
number=$(gh pr list --head "$branch" --state open --json number --jq '.[].number')
if [ -n "$number" ]; then
    gh api --silent --method PATCH "repos/{owner}/{repo}/pulls/$number" --field "body=@$body"
    echo "Pull request $number is renewed."
else
    gh pr create --head "$branch" --title "$title" --body-file "$body"
fi
