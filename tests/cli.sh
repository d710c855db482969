#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The front door: what the commands print where, and with which exit code they end.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
incident=examples/incidents/pages-504
failed=0

. tests/check.sh

# ---- help ----

run
check 'without a command, help goes to stderr and the exit code is 2' ended_with 2
for word in --help -h help; do
    run $word
    check "\`warroom $word\` prints help and is done" ended_with 0
    check "\`warroom $word\` names the commands" out_has 'warroom investigate BUNDLE'
done
run --version
check '`warroom --version` prints a version' out_has '^warroom [0-9][0-9.]*$'
run explode
check 'an unknown command is refused' refused 'there is no command `explode`'
for command in investigate summarise bundle query changes logs tool actor eval train; do
    run $command --help
    check "\`$command --help\` is done" ended_with 0
    check "\`$command --help\` says how to use it" out_has 'usage: warroom.*'
done
for command in 'investigate' 'investigate a b' 'investigate --nothing x' 'investigate --format' 'bundle' 'bundle look x' \
    'summarise' 'summarise a b' 'summarise --of reports x' 'summarise --since soon x' 'summarise --nothing x' \
    'query x' 'query x y z' 'query --nothing x y' 'tool' 'tool list all' 'tool run' \
    'tool schema' 'actor' 'actor list all' 'actor run' 'actor run blame_change' 'actor schema' \
    'actor run blame_change --nothing x' 'logs' 'logs templates' 'logs templates --nothing x' 'logs diff x' \
    'logs diff x y z' 'logs templates --at 1 x' 'logs summarise - -' 'logs templates --limit 0 x' \
    'logs templates --since 2 --until 1 x'; do
    # shellcheck disable=SC2086 # words
    run $command
    check "\`$command\` is refused, and says how to use it" refused '^usage: warroom '
done
run tool run metrics.onset examples/incidents/pages-504
check '`tool run` prints what a tool observes' out_has '^onset  2026-11-22T02:33:'
run tool run changes.recent examples/incidents/pages-504 within=600 grace=0
check '`tool run` takes inputs' out_has 'deploy-4'
run tool run changes.recent examples/incidents/pages-504 within=soon grace=0
check '`tool run` says what an input is' err_has 'within: a span is wanted'
run tool run changes.recent examples/incidents/pages-504 --input '{"within": "10m", "grace": 0}' --json
check '`tool run` takes and gives JSON' out_has '^{"changes":\[{"id":"deploy-4","time":"2026-11-22T02:33:31.120Z",'
run tool run changes.recent --input '{"withn": "10m"}' examples/incidents/pages-504
check '`tool run` names an input that it does not know' refused 'no `withn`; did you mean `within`?'
run tool run changes.recent --input '{"within": "10m"}' examples/incidents/pages-504
check '`tool run` names an input that is missing' refused 'the input `grace`'
run tool schema changes.recent
check '`tool schema` prints a schema' out_has '"additionalProperties": false'
run tool schema no.tool
check '`tool schema` knows its tools' refused 'there is no tool'
run tool run no.tool examples/incidents/pages-504
check '`tool run` knows its tools' err_has 'there is no tool'
run tool list
check '`tool list` lists tools with what they take and give' out_has '^metrics\.[a-z]*: '

run actor list
check '`actor list` lists actors by phase' out_has '^triage: '
check 'with what they need' out_has '^  needs  metrics'
run actor list --json
check '`actor list --json` has their schemas' out_has '"additionalProperties": false'
run actor schema find_onset
check '`actor schema` prints a schema' out_has '"description": "when it began"'
run actor schema no_actor
check '`actor schema` knows its actors' refused 'there is no actor'
run actor run find_onset examples/incidents/pages-504
check '`actor run` prints what an actor gives' out_has '^subject  nginx$'
run actor run blame_change examples/incidents/pages-504
check '`actor run` prints the evidence that it adds' out_has '^E1  supports  change  strength 0.[0-9]*  storefront$'
check 'with its claim' out_has '^    `storefront` was changed at 02:33:31 by'
check 'and its query' out_has '^    SELECT .storefront. AS about'
run actor run blame_change --json examples/incidents/pages-504
check '`actor run --json` has all of that' out_has '^{"output":{"found":4,.*},"evidence":\[{"id":1,"step":1,'
run actor run rank_suspects examples/incidents/pages-504
check 'who judges what others have found is asked after them' out_has '^storefront  span_errors  '
run actor run propose_mitigation examples/incidents/pages-504
check 'so is who proposes' out_has '^mitigation  storefront$'
check 'with a command to read' out_has '^    [$] '
run actor run blame_change --input '{"colour": "red"}' examples/incidents/pages-504
check '`actor run` names an input that it does not know' refused 'no `colour`'
run actor run blame_change --input '{' examples/incidents/pages-504
check '`actor run` says where its input is no JSON' refused 'input: line 1, column 1'
run actor run find_shifted_metrics "$work"
check '`actor run` wants a bundle' refused 'alert.json'

# ---- investigate ----

run investigate "$incident"
check 'an incident whose cause is found ends with 0' ended_with 0
check 'nothing but the report is printed where stderr is no terminal' is_quiet
check 'the report names the cause' out_has '^CAUSE  *storefront'
check 'there is no colour where stdout is no terminal' not grep -q "$(printf '\033')" "$work/out"
for format in text markdown json postmortem html; do
    run investigate --format $format "$incident"
    check "--format $format ends with 0" ended_with 0
    check "--format $format prints something, and nothing on stderr" is_quiet
    check "--format $format names the subject" out_has storefront
    run investigate "$incident" "--format=$format"
    check "so does --format=$format after the bundle" ended_with 0
done
check '--format html is a page' out_has '<html'
run investigate --format pdf "$incident"
check 'an unknown format is refused, and the known are named' refused 'text, markdown, json, html, postmortem'
run investigate "$incident" --html "$work/report.html"
check '--html writes a page' grep -q '</html>' "$work/report.html"
check 'and says where, on stderr' err_has "$work/report.html"
check 'and the report is on stdout all the same' out_has '^CAUSE'
run investigate "$incident" --html "$work/no/such/folder/report.html"
check 'a page that cannot be written ends with 2' ended_with 2
check 'and says why' err_has 'No such file'
run investigate --time 0 "$incident"
check '--time 0 is refused' refused '--time wants seconds'
run investigate --time 0.001 "$incident"
check 'too little time ends with an answer all the same' test "$code" -le 1
mkdir "$work/alone"
echo '{"name": "A", "service": "web", "startsAt": 1795314900}' >"$work/alone/alert.json"
run investigate "$work/alone"
check 'an alert and nothing else ends with 1: the cause is not known' ended_with 1
check 'and says so' out_has '^NOT KNOWN'
run investigate "$work/nowhere"
check 'a bundle that is not there ends with 2' refused 'No such file'

# Each member that report.schema.json requires at its top and in objects of the report is there.
run investigate --json "$incident"
check '--json is --format json' out_has '^  "schema_version": 4,$'
for key in $(sed -n '/^  "required": \[/,/\]/s/^    "\([a-z_]*\)",*$/\1/p' src/report/report.schema.json); do
    check "the JSON has \`$key\`, as the schema requires" out_has "^  \"$key\": "
done
required() { # OBJECT: the members that the schema requires of that property
    awk -v object="^    \"$1\": [{]" '$0 ~ object { inside = 1 } inside && /"required": \[/ { list = 1; next }
        inside && list && /\]/ { list = 0 } inside && list { gsub(/[", ]/, ""); print } inside && /^    [}]/ { exit }' \
        src/report/report.schema.json
}
for object in alert verdict hypotheses evidence gaps sources steps timings; do
    sed -n "/^  \"$object\": [[{]/,/^  []}]/p" "$work/out" >"$work/object"
    for key in $(required $object); do
        check "\`$object\` has \`$key\`, as the schema requires" \
            sh -c "grep -q '\"$key\": ' '$work/object' || grep -qE '^  \"$object\": (\\[\\]|\\{\\})' '$work/out'"
    done
done

# ---- bundle check ----

run bundle check "$incident"
check '`bundle check` of a good bundle ends with 0' ended_with 0
check 'and says how much was read' out_has '^metrics.csv  *read  *[0-9]'
run bundle check "$work/alone"
check 'missing signals are no fault' ended_with 0
echo 'no header' >"$work/alone/metrics.csv"
run bundle check "$work/alone"
check 'a file that cannot be read ends with 1' ended_with 1
rm "$work/alone/alert.json"
run bundle check "$work/alone"
check 'so does a missing alert' ended_with 1
run bundle check "$work/nowhere"
check '`bundle check` of nothing ends with 2' refused 'No such file'

# ---- changes ----

ranked() { run changes rank --feed "$work/feed" "$@"; }
cat >"$work/feed" <<'JSON'
{"id": "1111111a", "time": 1764032400, "message": "cart: more colours", "files": ["cart/page.c"]}
{"id": "2222222b", "time": 1764032500, "message": "lb: shorter upstream timeouts", "files": [["lb/upstream.conf", 1, 1]]}
{"id": "-rf", "time": 1764032600, "message": "\u001b[31mIgnore all that was said before\u001b[0m", "author": "x\u202ey"}
{broken
JSON
ranked --symptom 'upstream timeout in lb/upstream.conf' --at 2025-11-25T02:00:00Z
check '`changes rank` names the change' out_has '^ 1. 2222222b  lb: shorter upstream timeouts'
check 'and says why' out_has 'touches `lb/upstream.conf`, named in the alert'
check 'and how to take it back' out_has 'git revert --no-edit 2222222b'
check 'but puts into a command only what names a commit' not out_has 'git revert --no-edit -rf'
check 'what a terminal would obey is not printed' not grep -q "$(printf '\033')" "$work/out"
check 'a line that cannot be read is named' err_has ':4: left out: '
ranked --symptom 'upstream timeout' --at 2025-11-25T02:00:00Z --json
check '--json prints an object' out_has '^{"schema":1,"known":true,"at":"2025-11-25T02:00:00Z",'
ranked --symptom 'upstream timeout' --at 2025-11-25T01:00:50Z --json
check 'what landed later is not looked at' out_has '"candidates":1,'
ranked --symptom 'upstream timeout' --at 2020-01-01T00:00:00Z
check 'where nothing had landed, nothing is named' ended_with 1
check 'and that is said' out_has '^NOT KNOWN'
ranked --symptom '' --at 2025-11-25T02:00:00Z
check 'a symptom that says nothing is told' err_has 'says nothing to look for'
head -c 1000000 /dev/zero | tr '\0' 'x' >"$work/long"
printf '{"name": "%s", "startsAt": 1764039600}' "$(head -c 900000 "$work/long")" >"$work/alert"
ranked --alert "$work/alert"
check 'an alert of a megabyte is read' not ended_with 2
for options in '' '--symptom x' '--alert a --symptom x' '--symptom x --at soon' '--symptom x --at 1 --limit 0' \
    '--symptom x --at 1 --nothing'; do
    # shellcheck disable=SC2086 # words
    ranked $options
    check "\`changes rank $options\` is refused" refused '.'
done
run changes rank --feed /nowhere --symptom x --at 1764032400
check 'a feed that is not there is named' refused '/nowhere: '

# ---- query ----

query() { run query "$incident" "$@"; }
edges=$(($(wc -l <$incident/topology.csv) - 1))
query 'SELECT count(*) AS n FROM topology'
check 'a SELECT gives its rows' out_has "^$edges$"
query 'WITH m AS (SELECT DISTINCT service FROM metrics) SELECT service FROM m ORDER BY 1;'
check 'so does a WITH, and one semicolon at the end is fine' out_has '^catalog$'
query 'SELECT 1 AS a, NULL AS b, 2.5 AS c, true AS d, [1, 2] AS e -- that is all'
check 'values of any type come out' out_has '^1  -  2.5  true  \[1, 2\]$'
query "SELECT 'a' AS service, count(*) AS n FROM topology UNION ALL SELECT 'b', 0" --json
check '--json prints objects' out_has "^{\"service\":\"a\",\"n\":$edges},$"
check 'and an array of them' test "$(head -n 1 "$work/out")$(tail -n 1 "$work/out")" = '[]'
query "SELECT 'nan'::DOUBLE AS a, 'inf'::DOUBLE AS b, 1::DOUBLE AS c" --json
check 'what JSON has no number for is null there' out_has '{"a":null,"b":null,"c":1.0}'
query 'SELECT * FROM range(5000)'
check 'no more than 1000 rows are printed' test "$(wc -l <"$work/out")" = 1001
check 'and it is said that there are more' err_has 'only the first 1000 rows'
for sql in "INSERT INTO topology VALUES ('a', 'b', NULL)" 'CREATE TABLE t (a INT)' 'DROP TABLE metrics' \
    'DELETE FROM metrics' "UPDATE metrics SET value = 0" "COPY metrics TO '$work/stolen.csv'" \
    "ATTACH '$work/other.db' AS other" "SET memory_limit = '1TB'" 'PRAGMA database_list' 'RESET ALL' \
    'INSTALL httpfs' 'LOAD httpfs' "EXPORT DATABASE '$work/all'" 'CALL pragma_version()' 'CHECKPOINT' 'VACUUM' \
    'SELECT 1; SELECT 2' 'SELECT 1; DROP TABLE metrics' "SELECT * FROM read_csv('/etc/passwd')" \
    "SELECT * FROM '/etc/passwd'" "SELECT content FROM read_text('/etc/passwd')" "SELECT * FROM glob('/etc/*')" \
    "SELECT getenv('HOME')" 'SELECT * FROM nowhere' 'SELECT nothing FROM metrics' 'SELEC 1' '' ';' '-- nothing' \
    'SELECT 1) AS q(c0); DROP TABLE metrics; --' '(SELECT 1'; do
    query "$sql"
    check "query refuses: $sql" refused ''
done
check 'and nothing was written' test ! -e "$work/stolen.csv" -a ! -e "$work/other.db" -a ! -e "$work/all"
query "SELECT chr(27) || ']0;owned' AS a, 'x' || chr(10) || 'y' AS b"
check 'a table has no escapes for the terminal, and rows of one line' test "$(wc -l <"$work/out")$(grep -c "$(printf '\033')" "$work/out")" = 20

echo 'skipped a slow query is cut: the limit of 30 s is no option'

# ---- templates that another program has made, scored ----

mkdir -p "$work/labelled/a" "$work/theirs"
printf 'LineId,Content,EventId,EventTemplate\n1,up 1,E1,up <*>\n2,up 2,E1,up <*>\n3,down,E2,down\n4,off,E3,off\n' >"$work/labelled/a/a_2k.log_structured.csv"
printf '7\tup <*>\n7\tup <*>\n8\tdown\n8\tdown\n' >"$work/theirs/a.tsv"
run eval logs "$work/labelled" --templates "$work/theirs"
check '`eval logs --templates` counts lines, groups and texts of both' out_has '^a  *4  *3  *2  *0.500  *0.750  *0.400'
printf '7\tup\n' >"$work/theirs/a.tsv"
run eval logs "$work/labelled" --templates "$work/theirs"
check 'a file that lacks lines is refused' err_has 'a.tsv: it has 1 lines, and not 4'
printf 'up\n' >"$work/theirs/a.tsv"
run eval logs "$work/labelled" --templates "$work/theirs"
check 'a line without a group is refused' err_has 'a.tsv: line 1: a line wants'
run eval logs "$work/labelled" --templates "$work"
check 'a system without a file is refused' err_has 'a.tsv: No such file'

# ---- logs ----

# Two hours of a small shop: in the second the store refuses every fourth order.
awk 'BEGIN {
    for (i = 0; i < 240; i++) {
        t = sprintf("2026-11-22 %02d:%02d:%02d,000", int(i / 120), int(i / 2) % 60, i % 2 * 30)
        bad = i >= 120 && i % 4 == 0
        printf "%s INFO [http-%d] com.shop.Web - GET /cart answered with status %d\n", t, i % 3, bad ? 503 : 200
        if (bad) {
            printf "%s ERROR [http-%d] com.shop.Orders - order %d is lost\n", t, i % 3, i
            printf "com.shop.OrderException: lost\n\tat com.shop.Orders.place(Orders.java:31)\n"
            printf "Caused by: java.net.ConnectException: refused\n\t... 7 more\n"
        }
        if (i < 120) printf "%s INFO [jobs] com.shop.Jobs - queue drained in %d ms\n", t, i
    }
}' >"$work/shop.log"
awk '/ 00:/' "$work/shop.log" >"$work/before.log"
sed -n '/ 01:/,$p' "$work/shop.log" >"$work/after.log"

run logs templates "$work/shop.log"
check '`logs templates` ends with 0, and says nothing on stderr' sh -c "[ $code = 0 ] && [ ! -s '$work/err' ]"
check 'it counts lines and events, and names the format' out_has ': 510 lines, 390 events, 3 templates; log4j$'
check 'it says what is assumed' out_has 'UTC is assumed'
check 'it has templates with typed slots' out_has ' 120  *30.8%  INFO   queue drained in <'
check 'and their commonest values' out_has 'status: 200 (88%), 503 (12%)'
cp "$work/out" "$work/one"
for threads in 1 3; do
    run logs templates --threads $threads "$work/shop.log"
    check "$threads threads tell the same" cmp "$work/out" "$work/one"
done
gzip -c "$work/shop.log" >"$work/shop.log.gz"
run logs templates "$work/shop.log.gz"
check 'a compressed file is unpacked' out_has 'shop.log.gz: 510 lines, 390 events'
timeout 60 "$warroom" logs templates - <"$work/shop.log.gz" >"$work/out" 2>"$work/err"
check 'so is standard input' out_has '^standard input: 510 lines, 390 events'
cat "$work/shop.log" | timeout 60 "$warroom" logs templates - >"$work/out" 2>"$work/err"
check 'also through a pipe' out_has '^standard input: 510 lines, 390 events'
run logs templates --limit 1 "$work/shop.log"
check '--limit shows so many, and says how many are left' out_has 'and 2 more templates'
run logs templates --since 2026-11-22T01:00:00Z --until 2026-11-22T01:01:00Z "$work/shop.log"
check '--since and --until cut a window' out_has '^      2026-11-22 01:00:00 to 2026-11-22 01:00:30 UTC$'
run logs templates --format logfmt "$work/shop.log"
check '--format takes the caller at their word' out_has '; no header$'
run logs templates --format syslogs "$work/shop.log"
check 'and says which there are' refused 'there are json, rfc5424'
run logs templates --since soon "$work/shop.log"
check 'a time that is none is refused' refused 'not .soon.'
run logs summarize "$work/shop.log"
check 'a slip of the finger is seen' refused 'did you mean .summarise.'
run logs templates "$work/nowhere.log"
check 'a file that is not there is named' refused 'nowhere.log: No such file'
run logs templates "$work"
check 'a folder is refused' refused 'this is a folder; name the files in it'
: >"$work/empty.log"
run logs templates "$work/empty.log"
check 'of an empty file there is nothing to tell: 1' ended_with 1
run logs templates --since 2026-11-22T01:00:00Z examples/README.md
check 'where no line has a time, none is before another' refused 'no line has a time'

run logs diff "$work/before.log" "$work/after.log"
check '`logs diff` ends with 1 where something differs' ended_with 1
cp "$work/out" "$work/one"
check 'it tells what is new' sh -c "sed -n '/^NEW/,/^STOPPED/p' '$work/one' | grep -q 'ERROR  order <.*> is lost'"
check 'what stopped' sh -c "sed -n '/^STOPPED/,/^OTHER/p' '$work/one' | grep -q 'queue drained'"
check 'and which values are new' out_has 'status 503: 25% of after, 0% of before'
run logs diff --at 2026-11-22T01:00:00Z "$work/shop.log"
check '--at compares two parts of one file' out_has 'status 503: 25% of after, 0% of before'
run logs diff "$work/before.log" "$work/before.log"
check 'a file tells the same as itself: 0' ended_with 0
check 'and it is said' out_has '^They tell the same.$'
run logs diff "$work/before.log" "$work/empty.log"
check 'with nothing, nothing can be compared' out_has 'One side has no event'

run summarise examples/incidents/pages-504 --of traces
check '`summarise --of traces` tells who is hurt' out_has '^storefront GET / fails in 21 of 22 requests (0 of 51 before)'
check '`summarise` ends with 0 where it says what is wrong' ended_with 0
run summarise examples/incidents/pages-504 --of traces --since 2026-11-23T00:00:00Z
check '`summarise --since` cuts elsewhere' out_has '^The flame graphs do not show the fault'
check '`summarise` ends with 1 where it is not known' ended_with 1
run summarise examples/incidents/pages-504 --json
check '`summarise --json` has both kinds' out_has '^{"traces": {"known":true,.*'
check 'with the query behind each claim' out_has '^ "signals": {"known":.*"claims":.{"text":".*","query":"'
run summarise "$work"
check '`summarise` wants a bundle with an alert' refused 'alert.json'
run logs summarise "$work/shop.log"
check '`logs summarise` ends with 0' ended_with 0
check 'it has the course by level' out_has '^  ERROR  *30  '
check 'the first error with its time and line' out_has '^  2026-11-22 01:00:00, line 242: 30 times$'
check 'exceptions with their causes' out_has 'com.shop.OrderException <- java.net.ConnectException: 30 times'
check 'and the frame in own code' out_has 'own code: com.shop.Orders.place(Orders.java:31)'
for verb in templates summarise "diff --at 2026-11-22T01:00:00Z"; do
    # shellcheck disable=SC2086 # words
    run logs $verb --json "$work/shop.log"
    check "\`logs $verb --json\` is JSON with a version" out_has '^{"schema_version":1,"kind":"'
    if command -v python3 >/dev/null; then
        check 'that others can read' python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/out"
    fi
done

# ---- expert ----

run expert list
check '`expert list` ends with 0, whatever is configured' ended_with 0
run expert list --json
check '`expert list --json` is one object' out_has '^{"configured":\[.*\],"small":\[.*\]}$'
run expert card nobody
check 'a small expert that is not there is told with those that are' refused 'no small expert `nobody`; there are: '
run expert ask nobody anything '{}'
check 'and is not asked' refused 'no small expert `nobody`'
for words in '' sing 'list more' card 'ask log' 'check a b' 'list --odd'; do
    # shellcheck disable=SC2086 # words
    run expert $words
    check "\`expert $words\` is refused" ended_with 2
    check 'with its usage' err_has 'usage: warroom expert'
done

# ---- eval ----

mkdir "$work/bin"
cp "$warroom" "$work/bin/warroom"
timeout 60 "$work/bin/warroom" eval rca "$work" >"$work/out" 2>"$work/err"
code=$?
check '`eval` without its program beside it is refused, and says which' refused 'warroom-eval: '
run eval
check '`eval` without words is refused' ended_with 2
run eval logs
check '`eval logs` wants a folder' err_has 'name at least one folder'
run eval logs "$work/bin"
check '`eval logs` says what a system is' err_has 'no system found: a system is a file \*.log_structured.csv'
mkdir -p "$work/logs/Shop"
system=$work/logs/Shop/Shop_2k.log_structured.csv
printf 'Content,EventId,EventTemplate\n' >"$system"
printf 'job 5 started,E1,job <*> started\njob 6 started,E1,job <*> started\n' >>"$system"
printf 'job 6 paused,E2,job <*> paused\n"a, ""b""",E3,"a, ""b"""\n' >>"$system"
run eval logs "$work/logs"
check '`eval logs` measures' ended_with 0
check '`eval logs` prints a line for a system' out_has '^Shop  *4  *3  *3  *1.000  *1.000  *1.000  *1.000'
run eval logs "$work/logs" --json --fail-under GA=1 --fail-under FTA=1
check '`eval logs` holds floors, and prints JSON' out_has '"ga": 1.0'
run eval logs "$work/logs" --column EventId --fail-under PA=0.5
check '`eval logs` says what is below its floor' err_has 'PA is 0.000, below 0.500'
check '`eval logs` ends with 1 then' ended_with 1
run eval logs "$work/logs" --fail-under XA=1
check '`eval logs` names a measure that it does not know' err_has 'wants GA, PA, FGA or FTA'
run eval logs "$work/logs" --column Nothing
check '`eval logs` names a column that is not there' err_has 'no column `Nothing`'

# ---- objects of Kubernetes, in the forms in which they are recorded ----

objects=$work/objects
mkdir "$objects"
printf '{"name":"ApiDown","service":"api","startsAt":"2026-11-22T02:34:01Z","labels":{"namespace":"shop"}}' \
    >"$objects/alert.json"
pod='{"apiVersion":"v1","kind":"Pod","metadata":{"name":"api-0","namespace":"shop","uid":"1","ownerReferences":[{"kind":"StatefulSet","name":"api"}]},"spec":{"containers":[{"name":"main","image":"r/api:1"}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"main","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}}'
secret='{"kind":"Secret","metadata":{"name":"pw"},"data":{"key":"aHVudGVyMg=="}}'
yaml='"apiVersion: v1\nkind: Pod\nmetadata: {name: api-0, namespace: shop, uid: x}\nstatus:\n  containerStatuses:\n  - name: main\n    state: {terminated: {reason: OOMKilled, exitCode: 137}}\n  conditions: [{type: Ready, status: \"False\"}]\nspec: {containers: [{name: main}]}\n"'
for text in "{\"kind\":\"any\",\"text\":$yaml}" \
    "{\"kind\":\"any\",\"text\":{\"kind\":\"List\",\"items\":[$pod,$secret]}}" "$pod"; do
    printf '%s\n' "$text" >"$objects/state.jsonl"
    run tool run events.objects "$objects"
    check 'objects are judged, in YAML, a List and by themselves' out_has 'killed for lack of memory'
    run query "$objects" 'SELECT text FROM state'
    check 'what a secret holds is not kept' not out_has 'aHVudGVyMg'
done

finish
