#!/bin/sh
# Keeps the disk from filling: the commands' output is kept for an hour. Slices are replaced in each round by cut.sh.
set -eu
[ -d logs ] || exit 0
find logs -type f -mmin +60 -exec rm -f {} +
# Only folders that are empty by now can go.
find logs -depth -mindepth 2 -type d -mmin +1440 -exec rmdir {} + 2>/dev/null || true
echo "$(find logs -type f | wc -l | tr -d ' ') logs kept"
