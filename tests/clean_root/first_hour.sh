# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What a new user does on a machine that has systemd, from the first start to the purge. tests/clean_root.sh boots a
# root with it as /test/first_hour.sh, beside check.sh, former.deb (installed), new.deb and incident.tar.zst.
set -u
work=/test/work
warroom=/usr/bin/warroom
ledger=/var/lib/warroom/ledger.db
failed=0
. /test/check.sh

# ask METHOD PATH [BODY]: what the server answers, in $work/out; there is no curl on such a machine
ask() {
    head="$1 $2 HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n${token:+Authorization: Bearer $token\r\n}"
    printf '%b' "${head}Content-Length: ${#3}\r\n\r\n" >"$work/request"
    printf '%s' "$3" >>"$work/request"
    timeout 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/8080; cat $work/request >&3; cat <&3" >"$work/out" 2>"$work/err"
}
# until_out PATTERN METHOD PATH: asks until the answer has it, for at most 20 s
until_out() {
    for _ in $(seq 100); do
        ask "$2" "$3" '' && out_has "$1" && return 0
        sleep 0.2
    done
    return 1
}
is_active() { systemctl is-active --quiet warroom; }
# property NAME VALUE: of the unit, as systemd knows it
property() { [ "$(systemctl show -P "$1" warroom)" = "$2" ]; }
fires() { ask POST /webhook/alertmanager "{\"version\": \"4\", \"status\": \"firing\", \"alerts\": [{\"status\": \"firing\", \"labels\": {\"alertname\": \"$1\", \"service\": \"shop\"}, \"startsAt\": \"2026-11-22T02:03:04Z\"}]}"; }
token=

# ---- the unit, as it is installed ----
check 'the unit is started with the configuration of the package' systemctl enable --quiet --now warroom
check 'it answers' until_out '200 OK' GET /readyz
check 'it has no rights of root' sh -c '! grep -q "^Uid:.0" /proc/$(systemctl show -P MainPID warroom)/status'
check 'and no capability' grep -q '^CapBnd:.0*$' "/proc/$(systemctl show -P MainPID warroom)/status"
check 'an alert is taken' fires PagesSlow
check 'with 202' out_has '202 Accepted'
check 'and is investigated' until_out '"state":"done"' GET /api/v1/incidents
id=$(sed -n 's/.*"id":"\([0-9a-f-]*\)".*/\1/p' "$work/out")
ask GET "/api/v1/incidents/$id/report?format=text" ''
check 'its report is there' out_has '^PagesSlow on shop'
$warroom doctor --config /etc/warroom/warroom.yaml --data /var/lib/warroom >"$work/out" 2>"$work/err"
check 'the doctor finds the server' out_has '^ok  *\(port\|listen\|server\)'
check 'and nothing that is wrong' sh -c "! grep ^wrong $work/out"
journalctl -q -u warroom -o cat >"$work/out" 2>"$work/err"
check 'its log is in the journal' out_has 'listening at'
check 'it has warned of nothing' sh -c "! grep -e level=warning -e level=error $work/out"
sed 's/^ExecStart=.*/ExecStart=-\/usr\/bin\/warroom doctor/; s/^Restart=.*/Type=oneshot/; s/^StateDirectory=.*/StateDirectory=doctor/' \
    /usr/lib/systemd/system/warroom.service >/etc/systemd/system/doctor.service
systemctl daemon-reload
systemctl start doctor
journalctl -q -u doctor -o cat >"$work/out" 2>"$work/err"
check 'the doctor, under what the unit forbids, can shut in' out_has '^ok  *sandbox '

# ---- somebody is let in, and the package is upgraded ----
token=$($warroom token add ada --scope read,investigate,feedback --ledger "$ledger" 2>/dev/null | grep -o 'wr_[A-Za-z0-9_-]*')
check 'a token is made' test -n "$token"
check 'it lets in while the server runs' until_out '200 OK' GET /api/v1/incidents
before=$(systemctl show -P MainPID warroom)
check 'the package is upgraded' dpkg -i /test/new.deb
check 'the server runs again' is_active
check 'with the new program' sh -c "[ $before != \$(systemctl show -P MainPID warroom) ]"
check 'what was there before is there' until_out "$id" GET /api/v1/incidents
check 'and a further alert is taken' fires CheckoutFails
check 'with 202' out_has '202 Accepted'
$warroom token list --ledger "$ledger" >"$work/out" 2>"$work/err"
check 'and so is the token' out_has ada

# ---- what systemd says of the unit ----
systemd-analyze verify --man=no warroom.service >"$work/out" 2>"$work/err"
check 'systemd has nothing to say against the unit' is_quiet
score=$(systemd-analyze security --no-pager --offline=true warroom.service 2>/dev/null | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
echo "        exposure of 10: $score"
check 'it leaves at most 2 of 10 exposed' awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 2) }'

# ---- the end ----
check 'it is ended' systemctl stop warroom
check 'by a signal that it answers with 0' property ExecMainStatus 0
check 'and not killed' property Result success
systemctl start warroom
check 'the package is removed' dpkg -r warroom
check 'the server is gone' sh -c '! systemctl is-active --quiet warroom'
check 'the data stay' test -s "$ledger"
check 'and the configuration' test -s /etc/warroom/warroom.yaml
check 'it is purged' dpkg -P warroom
find / -xdev \( -path /proc -o -path /test -o -path /sys -o -path /run -o -path /tmp -o -path /var/lib/apt -o -path /var/log \) -prune -o -name '*warroom*' -print >"$work/out"
check 'nothing of it is left' test ! -s "$work/out"
cat "$work/out"
finish
