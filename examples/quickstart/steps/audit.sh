#!/bin/sh
# audit.sh SLICE: exit code 4 (alert) for a package beyond 20 MB, 3 (warn) for a licence that a person should review.
set -eu
export LC_ALL=C
awk -F, '
  { bytes[$1] += $6; licence[$1] = $3 }
  END {
    for (each in bytes) {
      count += 1
      if (bytes[each] > 20000000) large = large sprintf(" %s (%d MB)", each, bytes[each] / 1000000)
      if (licence[each] !~ /^(MIT|ISC|0BSD|BSD-[23]-Clause)$/) other = other " " each " (" licence[each] ")"
    }
    if (large != "") { print "larger than 20 MB:" large; exit 4 }
    if (other != "") { print "review the licence of:" other; exit 3 }
    printf "%d packages, nothing to report\n", count
  }' "cleaned/$1"
