#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# warroom.yaml from outside: it is found, checked, begun and explained, and docs/config.md has the keys
# that the program has.
#   tests/config.sh WARROOM, from the root of the source
set -u
warroom=$(readlink -f "$1")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
. "$root/tests/check.sh"
unset WARROOM_CONFIG

# ---- the table of docs/config.md is the list of the program ----

"$warroom" config explain | sed '/^$/,$d' |
    awk '{ standard = $2 == "-" ? "" : $2; $1 = $1 "|" standard "|"; $2 = ""; print }' |
    sed 's/|  */|/g; s/  */ /g' > "$work/there"
awk '/<!-- keys -->/ { on = 1 } /<!-- \/keys -->/ { on = 0 } on && /^\| `/' docs/config.md |
    sed 's/^| //; s/ |$//; s/ *| */|/g; s/`//g' > "$work/told"
check 'the manual has all keys, their standards and what they mean' diff "$work/there" "$work/told"
check 'and there are some' test -s "$work/told"

run config check examples/warroom.yaml
check 'the example is right' ended_with 0
check 'as it stands' is_quiet
check 'four lines' test "$(grep -vc '^#' examples/warroom.yaml)" -le 4

# ---- begun, found and checked ----

cd "$work"
run config check
check 'without a file all is as standard' ended_with 0
check 'which is said' out_has 'all is as standard'
run config init
check 'a file is begun' ended_with 0
check 'for its owner alone' test "$(stat -c %a warroom.yaml)" = 600
run config init
check 'and never in the place of another' refused 'exists'
run config check
check 'it is found where one stands, and right' out_has '^warroom.yaml: 0 sources'
check 'without a word of warning' is_quiet

printf 'sources:\n  prometheus: {url: "http://127.0.0.1:9090"}\n  shop: {kind: git, path: /srv/shop}\nserve: {listen: "[::1]:9"}\n' > four.yaml
run config check four.yaml
if grep -q '^git:' <<GIT
$("$warroom" config explain sources)
GIT
then
    check 'four lines are enough' out_has 'four.yaml: 2 sources, 0 to be told; it listens at \[::1\]:9'
fi
WARROOM_CONFIG=$work/four.yaml
export WARROOM_CONFIG
printf 'serve: {lisen: x}\n' > "$WARROOM_CONFIG"
run config check
check 'the environment names one, and a wrong key its place and the right one' \
    refused 'four.yaml: 1:16: .*serve.lisen.*serve.listen'
printf 'sources: {prometheus: {ulr: "http://127.0.0.1:9090"}}\n' > "$WARROOM_CONFIG"
run config check
check 'so does one of a source' refused '1:29: .*url'
printf 'notify: {oncall: {kind: pigeon}}\n' > "$WARROOM_CONFIG"
run config check
check 'and a kind of telling that is not there' refused 'pigeon'
printf 'webhooks: {token: abc}\n' > "$WARROOM_CONFIG"
chmod 644 "$WARROOM_CONFIG"
run config check
check 'a secret in the file is taken' ended_with 1
check 'with a warning' err_has 'webhooks.token: it stands in the file'
check 'and one of who may read it' err_has 'chmod 600'
printf 'serve: {listen: "0.0.0.0:8080"}\n' > "$WARROOM_CONFIG"
run config check
check 'others do not come in without TLS' refused 'serve.tls.certificate'
head -c 300000 /dev/zero | tr '\0' '#' > "$WARROOM_CONFIG"
run config check
check 'a huge file is refused' refused 'at most'
head -c 1000 /dev/urandom > "$WARROOM_CONFIG"
run config check
check 'bytes that are no text are refused' ended_with 2
rm "$WARROOM_CONFIG"
run config check
check 'a file that is named must be there' refused 'No such file'
run config check --strict
check 'options are refused' refused 'options'
run config explain serve.lisen
check 'a key that is not there is told with the one that is' refused 'serve.listen'
finish
