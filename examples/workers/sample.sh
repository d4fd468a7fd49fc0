#!/bin/sh
# Takes one sample of this machine's load: the task comes as variables, the last line of output becomes the message.
#   FLOWLORD_INFO_DAY   the day the task is about, from the template `?day={yyyy}-{mm}-{dd}`
#   $1                  the folder to write to
set -eu

file="$1/load-${FLOWLORD_INFO_DAY:?the template must set day}.csv"
mkdir -p "$1"

if [ ! -r /proc/loadavg ]; then
  echo "this machine has no /proc/loadavg"
  exit 3 # `warn`, by exit_codes in flowlord.toml
fi

read -r one five fifteen _ < /proc/loadavg
printf '%s,%s,%s\n' "$one" "$five" "$fifteen" >> "$file"

# A JSON line on file descriptor 3 reports more than an exit code: the meta goes with the task's result.
# With `require` or `inherit_meta` in the workflow, the next step builds on it.
printf '{"msg":"load %s","meta":{"file":"%s"}}\n' "$one" "$file" >&3
