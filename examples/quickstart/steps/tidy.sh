#!/bin/sh
# Removes the logs of commands after an hour, so that the disk does not fill. cut.sh replaces the slices in each round.
set -eu
[ -d logs ] || exit 0
find logs -type f -mmin +60 -exec rm -f {} +
# Only empty folders can be removed.
find logs -depth -mindepth 2 -type d -mmin +1440 -exec rmdir {} + 2>/dev/null || true
echo "$(find logs -type f | wc -l | tr -d ' ') logs kept"
