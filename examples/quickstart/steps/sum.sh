#!/bin/sh
# sum.sh SLICE BY: files and bytes of all that was cleaned so far, by package, licence or kind; the largest first.
set -eu
export LC_ALL=C
part=${1##*-}
part=${part%.csv}
if [ "$2" = kind ] && [ $((part % 3)) -eq 1 ] && [ "$FLOWLORD_ATTEMPT" -eq 0 ]; then
  echo "made to fail on purpose, to show a retry"
  exit 1
fi
case $2 in
package) column=1 ;;
licence) column=3 ;;
kind) column=4 ;;
*) echo "\"$2\" is not a column; use package, licence or kind" && exit 1 ;;
esac
mkdir -p tables
cat cleaned/*.csv | awk -F, -v column="$column" '
  { files[$column] += $5; bytes[$column] += $6 }
  END { for (each in files) printf "%s\t%d\t%.0f\n", each, files[each], bytes[each] }' |
  sort -t "$(printf '\t')" -k 3,3nr >"tables/$2.new"
mv "tables/$2.new" "tables/$2.tsv"
if [ "$2" = kind ]; then printf '{"meta": {"slice": "%s", "last": "yes"}}\n' "$1" >&3; fi
echo "by $2: $(wc -l <"tables/$2.tsv" | tr -d ' ') lines"
