#!/bin/sh
# Writes report.txt and report.html from the three tables, each complete or not at all.
set -eu
export LC_ALL=C
rm -f report.new report.html.new
awk -F'\t' -v now="$(date '+%Y-%m-%d %H:%M:%S')" -v text=report.new -v page=report.html.new '
  function escaped(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); return s }
  function megabytes(n) { return sprintf("%.2f MB", n / 1000000) }
  BEGIN {
    print "What is installed here, as of " now >text
    print "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>What is installed here</title>" >page
    print "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}" >page
    print "table{border-collapse:collapse;width:100%}td{padding:.1rem .6rem .1rem 0}.n{text-align:right;white-space:nowrap}" >page
    print ".bar{width:50%}.bar div{background:#3b76b4;height:.8rem;min-width:1px}</style>" >page
    print "<h1>What is installed here</h1><p>As of " now ".</p>" >page
  }
  FNR == 1 {
    if (by != "") print "</table>" >page
    by = FILENAME
    sub(/.*\//, "", by)
    sub(/\.tsv$/, "", by)
    largest = $3
    printf "\nBy %s\n", by >text
    print "<h2>By " by "</h2><table>" >page
  }
  FNR <= 12 {
    bar = ""
    for (i = 0; i < int(30 * $3 / largest + 0.5); i++) bar = bar "#"
    printf "  %-40s %6d files %12s  %s\n", $1, $2, megabytes($3), bar >text
    printf "<tr><td>%s<td class=n>%d files<td class=n>%s", escaped($1), $2, megabytes($3) >page
    printf "<td class=bar><div style=\"width:%.1f%%\"></div>\n", 100 * $3 / largest >page
  }
  END { print "</table></html>" >page }' tables/kind.tsv tables/licence.tsv tables/package.tsv
mv report.new report.txt
mv report.html.new report.html
echo "written: $PWD/report.html (and report.txt beside it)"
