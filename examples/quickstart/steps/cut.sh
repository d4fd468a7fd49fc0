#!/bin/sh
# Cuts the next slice: six of the packages that are installed here, the largest first, each with its files by extension.
# When all are cut, the next round begins an hour after this one began, and replaces its files.
# After a kill it cuts the same slice into the same file again: `position` is written last.
set -eu
export LC_ALL=C
root=$(cd "$(dirname "$0")/../../.." && pwd)
packages=${PACKAGES:-$root/node_modules}
# Installed as a package, Flowlord is itself in the folder of the packages.
[ -d "$packages" ] || packages=$(dirname "$root")

list_packages() {
  cd "$packages"
  for each in */package.json @*/*/package.json; do
    [ ! -f "$each" ] || du -sk "${each%/package.json}/"
  done | sort -rn | awk '{ sub(/\/$/, "", $2); print $2 }'
}

# The value of that key in a package.json, or "none".
field() {
  awk -F'"' -v key="$1" '
    $2 == key && NF >= 5 { value = $4; gsub(/,/, " ", value); exit }
    END { print (value == "" ? "none" : value) }' "$2"
}

mkdir -p slices
round=1 next=1
[ ! -f position ] || read -r round next <position
if [ -f packages.list ] && [ "$next" -gt "$(wc -l <packages.list)" ]; then
  if [ -z "$(find packages.list -mmin +60)" ]; then
    echo "all $(wc -l <packages.list | tr -d ' ') packages are cut; the next round begins an hour after this one began"
    exit 0
  fi
  rm -rf slices/* cleaned tables packages.list
  round=$((round + 1)) next=1
  echo "$round $next" >position
fi
if [ ! -f packages.list ]; then
  (list_packages) >packages.new
  mv packages.new packages.list
fi

total=$(wc -l <packages.list)
last=$((next + 5))
[ "$last" -le "$total" ] || last=$((total))
slice=round-$round-part-$(((next + 5) / 6)).csv
sed -n "$next,${last}p" packages.list | while read -r name; do
  about=$packages/$name/package.json
  find "$packages/$name/" -type f -exec wc -c {} + |
    awk -v package="$name,$(field version "$about"),$(field license "$about")" '
      NF == 2 && $2 == "total" { next }
      {
        file = $0
        sub(/.*\//, "", file)
        extension = match(file, /.\.[A-Za-z0-9]+$/) ? substr(file, RSTART + 2) : ""
        files[extension] += 1
        bytes[extension] += $1
      }
      END { for (each in files) print package "," each "," files[each] "," bytes[each] }'
done >slice.new
mv slice.new "slices/$slice"
echo "$round $((last + 1))" >position.new
mv position.new position
echo "$slice: packages $next to $last of $((total))"
# The path of the file, in the meta of the result: so the tasks that it starts belong to the same run.
printf '{"meta": {"output": "%s"}}\n' "$(pwd -P)/slices/$slice" >&3
