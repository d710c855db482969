#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom gym`: a world comes up and goes away whole, also when it is killed at any point of its life.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d /tmp/warroom-gym-test-XXXXXX)
chmod 711 "$work" # PostgreSQL runs as a user of its own
worlds=$work/worlds
failed=0
. tests/check.sh

if [ ! -x "${warroom}-gym" ]; then
    echo 'skipped: warroom-gym is not built; scripts/gym_setup.sh installs what it needs'
    rm -rf "$work"
    exit 77
fi
mkdir -m 711 "$worlds"
export WARROOM_GYM_WORLDS="$worlds"
end() { "$warroom" gym down >/dev/null 2>&1; chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"; }
trap end EXIT
trap 'exit 1' INT TERM

"$warroom" gym status >"$work/status"
lacking=
for thing in git shop postgres redis nginx prometheus alertmanager isolation; do
    grep -q "^$thing  *yes" "$work/status" || lacking="$lacking $thing"
done

run gym faults --json
check 'faults are listed, the control among them' out_has '"nothing"'
run gym run no-such-scenario --out "$work/never"
check 'a scenario that is not there is named' err_has 'no-such-scenario'
run gym record --al --out "$work/never"
check 'record takes no option that it does not know' err_has 'means nothing here'
printf 'fault nothing\nplce cart-1\n' >"$work/wrong.scenario"
run gym run "$work/wrong.scenario" --out "$work/never"
check 'a line that says nothing is shown' err_has 'plce cart-1'

if [ -n "$lacking" ]; then
    echo "skipped the rest: this host lacks$lacking"
    finish
    exit $?
fi

# Nothing of ours: folders, mounts, cgroups, processes.
ids=
remember() { ids="$ids $(ls "$worlds" | grep -v lock)"; }
nothing_left() {
    [ -z "$(ls "$worlds" | grep -v lock)" ] || { ls "$worlds" >"$work/err"; return 1; }
    ! grep -q "$worlds" /proc/mounts || return 1
    for id in $ids; do
        for folder in /sys/fs/cgroup/*/warroom-gym-"$id"; do
            [ ! -e "$folder" ] || { echo "$folder is left" >"$work/err"; return 1; }
        done
        for process in /proc/[0-9]*; do
            if grep -q -s -a -F "$worlds/$id" "$process/cmdline"; then
                tr '\0' ' ' <"$process/cmdline" >"$work/err"
                return 1
            fi
        done
    done
}

# Ten points, from before its folder is made to when customers come in.
for point in 0.02 0.1 0.3 0.6 1 1.7 2.5 4 6 9; do
    "$warroom" gym run nothing --out "$work/never" >/dev/null 2>&1 &
    runner=$!
    sleep "$point"
    remember
    kill -9 "$runner" 2>/dev/null
    wait "$runner" 2>/dev/null
    run gym down
    check "killed after $point s, down finds all of it" nothing_left
done

# Many scenarios are recorded by a process each, which must not go on beside who is started next.
"$warroom" gym record nothing --out "$work/recorded" >/dev/null 2>&1 &
runner=$!
sleep 4
remember
kill -9 "$runner"
wait "$runner" 2>/dev/null
for _ in $(seq 600); do
    nothing_left && break
    sleep 0.1
done
check 'a record that is killed takes its world with it' nothing_left
check 'and leaves nothing that looks like a recording' sh -c "[ -z \"\$(ls '$work/recorded')\" ]"

# The keeper itself, rather than who started it
"$warroom" gym run nothing --out "$work/never" >/dev/null 2>&1 &
runner=$!
sleep 4
remember
keeper=$(sed -n 's/^keeper \([0-9]*\) .*/\1/p' "$worlds"/*/journal)
kill -9 "$keeper"
wait "$runner"
check 'with its keeper killed, who started it removes all of it' nothing_left

# A whole life
timeout 150 "$warroom" gym up --load 2 >"$work/out" 2>"$work/err"
code=$?
remember
check 'the shop comes up' ended_with 0
run gym status
check 'and is shown' out_has 'is up'
keeper=$(sed -n 's/.*keeper is process //p' "$work/out")
page() { nsenter -t "$keeper" -n curl -s -m 5 -o "$work/page" -w '%{http_code}' http://127.10.0.10:8080/ | grep -q 200; }
check 'customers get their page' page
outside() { ! nsenter -t "$keeper" -n ip route get 192.0.2.1; }
check 'nothing in it reaches another machine' outside
kill -9 "$keeper"
run gym up --nonsense
check 'an option that is none is named' err_has nonsense
run gym down
check 'after a kill of one that was up, nothing is left' nothing_left

# Without root the kernel ends nothing but the keeper's own children; the others stand in the journal
as_nobody() {
    setpriv --reuid=nobody --regid=nogroup --clear-groups \
        env HOME="$work/nobody" WARROOM_GYM_WORLDS="$work/nobody" "$warroom" gym "$@"
}
nothing_runs() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/cwd" 2>/dev/null) in
        "$work/nobody"/*) tr '\0' ' ' <"$process/cmdline" >"$work/err"; return 1 ;;
        esac
    done
    [ -z "$(ls "$work/nobody" | grep -v lock)" ]
}
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && install -d -o nobody "$work/nobody" &&
    as_nobody status >/dev/null 2>&1; then
    as_nobody run nothing --out "$work/nobody/never" >"$work/out" 2>&1 &
    runner=$!
    waited=0
    while [ $waited -lt 60 ] && ! grep -q 'requests a second' "$work/out"; do
        sleep 1
        waited=$((waited + 1))
    done
    check 'without root, the shop comes up as well' grep -q 'requests a second' "$work/out"
    kill -9 "$(sed -n 's/^keeper \([0-9]*\) .*/\1/p' "$work/nobody"/*/journal)"
    wait "$runner"
    as_nobody down >/dev/null 2>&1
    check 'and when its keeper is killed, down finds all of it' nothing_runs
else
    echo 'skipped without root: this host has no user nobody who may run us'
fi
finish
