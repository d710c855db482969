#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom doctor`: what is well, what should be changed and what is wrong is told apart, each with what to do; it shows no
# secret and changes nothing.
#   tests/doctor.sh WARROOM STAND_IN, from the root of the source
set -u
warroom=$(readlink -f "$1")
stand_in=$(readlink -f "$2")
work=$(mktemp -d)
pids=
trap 'for pid in $pids; do kill "$pid"; done 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
. tests/check.sh
unset WARROOM_CONFIG XDG_DATA_HOME
export HOME="$work/home"
mkdir "$HOME" "$work/told"
cd "$work" || exit 1

says() { grep -q -- "^$1  *$2  *.*$3" "$work/out"; } # says STATE ABOUT PATTERN

"$stand_in" >port &
pids="$pids $!"
waits_for . port || exit 1
port=$(cat port)
git init -q -b main repo
echo 'pool_size: 40' >repo/stock.yaml
git -C repo add -A
git -C repo -c user.name=kim -c user.email=kim@example.org commit -q -m 'A pool for stock'

# ---- without anything ----

run doctor
check 'without a file nothing is wrong' ended_with 0
check 'but nothing is asked either, and it says how to begin' says warning configuration 'config init'
check 'the folder would be made' says ok data 'home/.local/share/warroom will be made'
check 'and was not' test ! -e "$HOME/.local"
check 'libraries are tried' says ok libmicrohttpd .
check 'and the database' says ok DuckDB 'v[0-9]'
check 'what shuts in a child is tried, or what is missing is said' grep -q 'sandbox' out

# ---- all is well ----

cat >warroom.yaml <<END
sources:
  lines: {kind: loki, url: "http://127.0.0.1:$port"}
  code: {kind: git, path: "$work/repo"}
serve: {listen: "127.0.0.1:0", data: "$work/data"}
notify:
  wiki: {kind: file, path: "$work/told"}
  hook: {kind: webhook, url: "http://user:hush1@127.0.0.1:$port/hush2"}
END
run doctor
check 'where all answer nothing is wrong' ended_with 0
check 'a source is asked, and how long it took is told' says ok 'source lines' 'rows in .*the first answer after .*the newest from .* ago'
check 'a repository is read' says ok 'source code' 'rows in'
check 'a folder can be written' says ok 'notify wiki' 'can be written'
check 'a webhook is connected to' says ok 'notify hook' "127.0.0.1:$port takes connections; nothing was sent"
check 'and what its address hides is not shown' sh -c '! grep -q hush out err'
check 'messages would have no link' says warning page_url 'no link'
check 'without a token this machine is served' says ok tokens 'nobody else'
run doctor --json
check 'the same for a program' out_has '^\[{"state":"ok","about":"configuration","text":"'
check 'to the end' out_has '"}\]$'

# ---- what is wrong ----

run doctor --config none.yaml
check 'a file that is named and not there' refused none.yaml
run doctor --colour
check 'an option that is not there' refused 'not known'
printf 'sources:\n  lines: {kind: loki, ulr: "http://127.0.0.1:1"}\n' >wrong.yaml
run doctor --config wrong.yaml
check 'a file that is wrong is exit code 1' ended_with 1
check 'with its place' says wrong configuration 'wrong.yaml: 2:'
check 'and the rest is looked at' says ok DuckDB .

cat >down.yaml <<END
sources:
  down: {kind: prometheus, url: "http://127.0.0.1:1", key: "env:STAND_IN_KEY"}
  page: {kind: prometheus, url: "http://127.0.0.1:$port/html"}
serve: {listen: "127.0.0.1:$port", data: "$work/file", behind_proxy: true}
notify:
  mail: {kind: email, to: a@example.org, from: b@example.org, server: "smtp://127.0.0.1:1"}
  wiki: {kind: file, path: "$work/nowhere"}
page_url: http://127.0.0.1:1
END
echo text >file
STAND_IN_KEY=very-hush run doctor --config down.yaml
check 'what is down is exit code 1' ended_with 1
check 'a source that is down' says wrong 'source down' 'is the server running'
check 'one that is a page' says wrong 'source page' HTML
check 'a mail server that is down' says wrong 'notify mail' '127.0.0.1:1: .*is the server running'
check 'a folder that is not there' says wrong 'notify wiki' nowhere
check 'a port that another has' says wrong listen 'set serve.listen'
check 'a folder that is a file' says wrong data 'no folder'
check 'behind a proxy a token is wanted' grep -q '^warning *tokens .*warroom token add\|^wrong *ledger' out
check 'a page that is not there' says warning page_url 'cannot be reached'
check 'a key is not shown' sh -c '! grep -q very-hush out err'

mkdir data
chmod 755 data
echo 'this is no ledger, and long enough to be looked at as one: it is text' >data/ledger.db
run doctor
check 'a ledger that is none' says wrong ledger 'no ledger'
check 'and a folder that others look into' says warning data 'chmod 700'
check 'are left as they are' grep -q 'this is no ledger' data/ledger.db
rm -r data

# ---- a server that runs ----

"$warroom" serve --config warroom.yaml 2>log &
pids="$pids $!"
check 'a server starts' waits_for 'listening at' log
taken=$(sed -n 's,.*listening at http://127.0.0.1:\([0-9]*\)/.*,\1,p' log)
sed -i "s/127.0.0.1:0/127.0.0.1:$taken/" warroom.yaml
run doctor
check 'beside it nothing is wrong' ended_with 0
check 'for it is ours' says ok listen 'a server of ours answers'
check 'and its ledger is read' says ok ledger 'data/ledger.db, version [0-9]'
run token add ada --ledger data/ledger.db
run doctor
check 'with a token it is still ours' says ok listen 'a server of ours answers'
check 'and the token is counted' says ok tokens '1;'
finish
