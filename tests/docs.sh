#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the documents say is so: commands run and print the lines that are shown, links lead
# somewhere, and the columns of docs/bundle.md are those of the tables.
#   tests/docs.sh WARROOM WARROOM_EVAL, from the root of the source
set -eu
warroom=$(readlink -f "$1")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

complain() {
    echo "$1"
    bad=1
}

# ---- commands: blocks marked ```console, lines that start with "$ warroom" ----

mkdir "$work/bin" "$work/run" "$work/said"
ln -s "$warroom" "$work/bin/warroom"
ln -s "$root/examples" "$work/run/examples"

# One folder a command: `command`, `where`, and `want` with the lines that must be printed.
cat > "$work/extract.awk" <<'AWK'
    FNR == 1 { inside = 0; shown = "" }
    /^```/ { inside = !inside && $0 ~ /^```console/; shown = ""; next }
    !inside { next }
    /^\$ / { shown = "" }
    /^\$ warroom( |$)/ {
        shown = sprintf("%s/%03d", out, ++count)
        print substr($0, 3) > (shown ".command")
        print FILENAME ":" FNR > (shown ".where")
        printf "" > (shown ".want")
        next
    }
    shown != "" && $0 !~ /\.\.\./ { sub(/[ \t]+$/, ""); if ($0 != "") print > (shown ".want") }
AWK
awk -v out="$work/said" -f "$work/extract.awk" README.md docs/*.md

commands=0
for command in "$work"/said/*.command; do
    [ -f "$command" ] || continue
    commands=$((commands + 1))
    said=${command%.command}
    where=$(cat "$said.where")
    code=0
    (cd "$work/run" && PATH="$work/bin:$PATH" timeout 120 sh "$command") \
        </dev/null >"$said.out" 2>&1 || code=$?
    if [ "$code" -gt 1 ]; then
        complain "$where: exit code $code: $(cat "$command")"
        sed 's/^/    /' "$said.out" | head -n 5
        continue
    fi
    sed 's/[[:blank:]]*$//' "$said.out" > "$said.lines"
    while IFS= read -r line; do
        grep -Fxq -e "$line" "$said.lines" ||
            complain "$where: it does not print (any more): $line"
    done < "$said.want"
done
[ "$commands" -gt 0 ] || complain "README.md: no command was found to run"

# ---- the tutorial: its blocks marked ```sh run in one shell, in their order, and print what the ```text behind them shows ----

mkdir "$work/tutorial" "$work/home"
ln -s "$root/examples" "$work/tutorial/examples"
# The script tells where each block begins, and how it ended; beside it a line for each that must be printed: WHERE, tab, LINE.
cat > "$work/tutorial.awk" <<'AWK'
    FNR == 1 { print "server=; trap '[ -z \"$server\" ] || kill \"$server\" 2>/dev/null' EXIT" > script }
    /^```$/ { if (inside == "sh") print "echo \"@ended $?\"" > script; inside = ""; next }
    /^```/ { inside = substr($0, 4) }
    /^```sh$/ { where = FILENAME ":" FNR; print "echo \"@block " where "\"" > script; next }
    inside == "sh" { print > script }
    inside == "text" && !/^```/ && $0 !~ /\.\.\./ && NF { print where "\t" $0 > want }
AWK
awk -v script="$work/tutorial.sh" -v want="$work/tutorial.want" -f "$work/tutorial.awk" docs/TUTORIAL.md
(cd "$work/tutorial" && PATH="$work/bin:$PATH" HOME="$work/home" timeout 120 sh -u "$work/tutorial.sh") \
    </dev/null >"$work/tutorial.raw" 2>&1 || complain "docs/TUTORIAL.md: it did not come to its end"
sed 's/[[:blank:]]*$//' "$work/tutorial.raw" > "$work/tutorial.out"
awk '/^@block / { where = $2 } /^@ended / && $2 > 1 { print where ": exit code " $2 }' "$work/tutorial.out" > "$work/odd"
while IFS="$(printf '\t')" read -r where line; do
    awk -v where="$where" '/^@block / { on = $2 == where } on' "$work/tutorial.out" | grep -Fxq -e "$line" ||
        echo "$where: it does not print (any more): $line" >> "$work/odd"
done < "$work/tutorial.want"
if [ -s "$work/odd" ]; then
    cat "$work/odd"
    bad=1
fi

# ---- relative links of all Markdown files, outside of code ----

for file in $(find . \( -name 'build*' -o -name '.?*' \) -prune -o -name '*.md' -print | sort); do
    folder=$(dirname "$file")
    awk '/^```/ { code = !code; next } code { next }
         { gsub(/`[^`]*`/, "")
           while (match($0, /\]\([^)[:blank:]]+/)) {
               print substr($0, RSTART + 2, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }' \
        "$file" > "$work/links"
    while IFS= read -r link; do
        case $link in
        *://* | mailto:* | '#'*) continue ;;
        esac
        [ -e "$folder/${link%%#*}" ] || complain "$file: the link to $link leads nowhere"
    done < "$work/links"
done

# ---- tables and columns: docs/bundle.md between its markers, against the program ----

awk '/<!-- columns -->/ { on = 1; next } /<!-- \/columns -->/ { on = 0 }
     on && /^\| `/ {
         split($0, cell, "|"); table = cell[2]; gsub(/[` ]/, "", table)
         n = split(cell[3], column, ","); for (i = 1; i <= n; i++) {
             gsub(/[` ]/, "", column[i]); print table "." column[i] } }' docs/bundle.md |
    sort > "$work/told"
example=$(find examples/incidents -name alert.json | sort | head -n 1)
"$warroom" query "$(dirname "$example")" \
    "SELECT table_name || '.' || column_name AS c FROM information_schema.columns" |
    sed '1d; s/[[:blank:]]*$//' | sort > "$work/there"
[ -s "$work/told" ] || complain "docs/bundle.md: there is no list of columns between the markers"
comm -23 "$work/told" "$work/there" | sed 's/^/docs\/bundle.md tells of a column that is not there: /' > "$work/odd"
comm -13 "$work/told" "$work/there" | sed 's/^/docs\/bundle.md does not tell of the column /' >> "$work/odd"
if [ -s "$work/odd" ]; then
    cat "$work/odd"
    bad=1
fi

# ---- the gallery: each shipped incident is in it ----

for bundle in examples/incidents/*; do
    name=${bundle##*/}
    grep -q "](${name%.tar.zst}.png)" docs/gallery/README.md || complain "docs/gallery/README.md does not show $name: scripts/gallery.sh draws it"
done

# ---- commands: each has a row in docs/commands.md ----

for command in $("$warroom" --help | sed -n 's/^  warroom \([a-z]*\) .*/\1/p'); do
    grep -q '^|.*`warroom '"$command"'[ `]' docs/commands.md || complain "docs/commands.md has no row for warroom $command"
done

exit $bad
