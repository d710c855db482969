# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# The shop's processes: built, started, restarted, stopped. Sourced by record.sh.

declare -A pid_of=()   # instance -> process id; only what we started is ever signalled
declare -A port_of=([storefront-1]=18081 [storefront-2]=18082 [catalog-1]=18083 [orders-1]=18084
    [worker-1]=18085)
declare -A instances_of=([storefront]="storefront-1 storefront-2" [catalog]=catalog-1
    [orders]=orders-1 [worker]=worker-1)
shop_instances="catalog-1 orders-1 worker-1 storefront-1 storefront-2" # in the order they start

# What a scenario may say of the world, before it begins.
past_orders=200000               # three years of them, each of three lines
declare -A memory_max_mb_of=()   # of an instance; calls for `need_cgroup memory`
declare -A cpu_max_percent_of=() # of an instance, in one CPU; calls for `need_cgroup cpu`
needs() { :; }                   # need_cgroup, need_own_network, need_command

say() { # progress, on stderr
    printf '%(%H:%M:%S)T %s\n' -1 "$*" >&2
}

now() {
    printf '%.3f\n' "$EPOCHREALTIME"
}

# What a supervisor would report, in the columns of events.jsonl.
event() { # TYPE REASON OBJECT MESSAGE
    jq -cn --argjson timestamp "$(now)" --arg type "$1" --arg reason "$2" --arg object "$3" \
        --arg message "$4" '{timestamp: $timestamp, type: $type, reason: $reason, object: $object,
        source: "supervisor", count: 1, message: $message}' >>"$work/events.jsonl"
}

world_build() {
    chmod 711 "$work" # the database's user has to pass through
    mkdir "$work"/{bin,run,log,tmp,out,live}
    local flags=(-std=gnu17 -O2 -D_GNU_SOURCE -Wall -Wextra)
    local libraries
    read -ra libraries <<<"$(pkg-config --cflags --libs libmicrohttpd libcurl libpq jansson)"
    cc "${flags[@]}" "$shop_source"/*.c -o "$work/bin/shop" "${libraries[@]}" -pthread -lm
    cc "${flags[@]}" "$here/watch.c" -o "$work/bin/watch" "${libraries[@]}" -lm
    cc "${flags[@]}" "$here/supervise.c" -o "$work/bin/supervise" "${libraries[@]}" -lm
    cc "${flags[@]}" "$here/rows.c" -o "$work/bin/rows" "${libraries[@]}"
}

# ---- PostgreSQL: will not run as root, so root lends it the system user `postgres` ----

as_database_user=()
if ((EUID == 0)); then
    as_database_user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi

database_start() {
    local data=$work/database secret=$work/run/secret password
    password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
    mkdir "$data"
    install -m 600 /dev/null "$secret"
    echo "$password" >"$secret"
    if ((EUID == 0)); then chown postgres: "$data" "$secret"; fi
    export PGPASSWORD=$password PGHOST=127.0.0.1 PGPORT=18032
    "${as_database_user[@]}" "$postgres_bin/initdb" -D "$data" -U owner -A scram-sha-256 \
        --pwfile="$secret" --no-locale -E UTF8 >"$work/log/initdb.log"
    "${as_database_user[@]}" tee -a "$data/postgresql.conf" >/dev/null <<-EOF
		listen_addresses = '127.0.0.1'
		port = 18032
		unix_socket_directories = ''
		max_connections = 40
		shared_buffers = 32MB
		max_parallel_workers_per_gather = 0
		log_line_prefix = '%n [%p] %q%u@%d %a '
		log_min_duration_statement = 300
		log_lock_waits = on
		deadlock_timeout = 1s
		log_connections = on
		log_timezone = 'UTC'
	EOF
    "${as_database_user[@]}" "$postgres_bin/postgres" -D "$data" </dev/null >"$work/log/postgres.log" 2>&1 &
    pid_of[postgres-1]=$!
    wait_until 20 "$postgres_bin/pg_isready" -q -U owner -d postgres
    "$postgres_bin/psql" -qX -U owner -d postgres -v ON_ERROR_STOP=1 -v password="$password" <<-'EOF'
		CREATE ROLE shop LOGIN PASSWORD :'password';
		CREATE ROLE monitor LOGIN PASSWORD :'password' IN ROLE pg_monitor;
		CREATE DATABASE shop OWNER shop;
	EOF
    PGOPTIONS='-c log_min_duration_statement=-1 -c role=shop' "$postgres_bin/psql" -qX -U owner \
        -d shop -v ON_ERROR_STOP=1 -v past_orders="$past_orders" -f "$shop_source/schema.sql" 2>/dev/null
    database_migrate
    event Normal Started process/postgres-1 "postgres-1 started, pid ${pid_of[postgres-1]}"
}

# Runs the migrations of the live configuration that have not been run, in the order of their names.
database_migrate() {
    local file
    mkdir -p "$work/run/migrated"
    for file in "$work"/live/postgres/*.sql; do
        if [[ -e $work/run/migrated/${file##*/} ]]; then continue; fi
        PGOPTIONS='-c role=shop' "$postgres_bin/psql" -qX -U owner -d shop -v ON_ERROR_STOP=1 -f "$file"
        touch "$work/run/migrated/${file##*/}"
        event Normal Migrated process/postgres-1 "migration ${file##*/} was run"
    done
}

wait_until() { # SECONDS COMMAND...
    local deadline=$((SECONDS + $1))
    shift
    until "$@" 2>/dev/null; do
        if ((SECONDS > deadline)); then
            echo "record.sh: in vain: $*" >&2
            return 1
        fi
        sleep 0.1
    done
}

# ---- the shop ----

# The folders of cgroup v1 that hold an instance to its limits, one a line; made when first asked.
cgroups_of() { # INSTANCE
    local folder name=${work##*/}-$1
    if [[ ${memory_max_mb_of[$1]:-} ]]; then
        folder=/sys/fs/cgroup/memory/$name
        mkdir -p "$folder"
        echo $((memory_max_mb_of[$1] * 1024 * 1024)) >"$folder/memory.limit_in_bytes"
        echo "$folder"
    fi
    if [[ ${cpu_max_percent_of[$1]:-} ]]; then
        folder=/sys/fs/cgroup/cpu/$name
        mkdir -p "$folder"
        echo 100000 >"$folder/cpu.cfs_period_us"
        echo $((cpu_max_percent_of[$1] * 1000)) >"$folder/cpu.cfs_quota_us"
        echo "$folder"
    fi
}

# Under a supervisor, which starts it again when it ends unasked and tells the events of its life.
shop_start() { # INSTANCE
    local instance=$1 service=${1%-*} cgroups
    readarray -t cgroups < <(cgroups_of "$instance")
    rm -f "$work/out/$instance.ready"
    "$work/bin/supervise" "$instance" "$work/run/$instance.unit" "$work/events.jsonl" \
        "$work/log/$instance.log" "${cgroups[@]}" -- "$work/bin/shop" "$service" "$instance" \
        "${port_of[$instance]}" "$work/live/$service/$service.conf" \
        "$(cat "$work/live/$service/version")" "$work/out" </dev/null 2>>"$work/log/supervise.log" &
    pid_of[$instance]=$!
}

ready_wait() { # INSTANCE: the ready file tells that it listens
    wait_until 10 test -s "$work/out/$1.ready"
}

# Until a process is gone, 15 s at most, and then it is made to go.
gone_wait() { # PID
    local step
    for ((step = 0; step < 150; step++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    say "pid $1 does not stop; killed"
    kill -KILL "$1" 2>/dev/null || true
}

process_stop() { # PID
    kill "$1" 2>/dev/null || return 0
    gone_wait "$1"
    wait "$1" || true # its supervisor has told how it ended
}

shop_restart() { # INSTANCE: a successor on the same port first, so that nobody finds the door closed
    local old=${pid_of[$1]}
    shop_start "$1"
    ready_wait "$1"
    process_stop "$old"
}

shop_replace() { # INSTANCE: the old one goes first, and nobody looks whether the new one serves
    process_stop "${pid_of[$1]}"
    shop_start "$1"
}

nginx_start() {
    nginx -p "$work/" -e log/nginx-error.log -c live/nginx/nginx.conf -g 'daemon off;' </dev/null \
        >>"$work/log/nginx.log" 2>&1 &
    pid_of[nginx-1]=$!
    wait_until 10 test -s "$work/run/nginx.pid"
    event Normal Started process/nginx-1 "nginx-1 started, pid ${pid_of[nginx-1]}"
}

nginx_reload() {
    nginx -t -q -p "$work/" -e log/nginx-error.log -c live/nginx/nginx.conf 2>>"$work/log/nginx.log"
    kill -HUP "${pid_of[nginx-1]}"
    event Normal Reloaded process/nginx-1 "nginx-1 reloaded its configuration"
}

# ---- everything ----

world_start() {
    say "database"
    database_start
    say "shop"
    local instance
    for instance in $shop_instances; do
        shop_start "$instance"
        ready_wait "$instance"
    done
    nginx_start
    load_start
    watch_start
}

load_start() {
    "$work/bin/shop" load http://127.0.0.1:18080 "$requests_per_s" 1200 "${SEED:-1}" \
        </dev/null >"$work/log/load.log" 2>&1 &
    pid_of[load]=$!
}

crowd_start() { # REQUESTS_PER_S SECONDS: customers beside the usual ones
    "$work/bin/shop" load http://127.0.0.1:18080 "$1" "$2" "$((${SEED:-1} + 1))" \
        </dev/null >"$work/log/crowd.log" 2>&1 &
    pid_of[crowd]=$!
}

# Of all TCP packets from and to a port, as a bad link would lose them: the kernel drops them by a
# die, and its TCP sends them again. Only in a network of our own.
packets_lose() { # PORT PERCENT
    nft -f - <<-EOF
		table inet link {
		    chain receive {
		        type filter hook input priority 0
		        tcp sport $1 numgen random mod 100 < $2 drop
		        tcp dport $1 numgen random mod 100 < $2 drop
		    }
		}
	EOF
}

watch_start() {
    local instance
    {
        echo "nginx nginx-1 nginx $work/run/nginx.pid http://127.0.0.1:18080/nginx_status"
        for instance in $shop_instances; do
            echo "${instance%-*} $instance shop $work/run/$instance.unit" \
                "http://127.0.0.1:${port_of[$instance]}/metrics"
        done
        echo "postgres postgres-1 postgres $work/database/postmaster.pid -"
        echo "host host-1 host - -"
    } >"$work/targets"
    wait_until 10 test -s "$work/log/nginx-access.log" # the load has come through
    "$work/bin/watch" "$work/targets" "$work/out" "$work/log/nginx-access.log" </dev/null \
        >"$work/log/watch.log" 2>&1 &
    pid_of[watch]=$!
}

# The end of the recording is no part of the incident: the monitoring ends first, then no more
# customers come, those inside are served, and what the shop has to say of them is flushed.
world_stop_load() {
    local name
    for name in watch crowd load; do
        if [[ ! ${pid_of[$name]:-} ]]; then continue; fi
        kill "${pid_of[$name]}" 2>/dev/null || true
        gone_wait "${pid_of[$name]}"
        unset "pid_of[$name]"
    done
    sleep 7
}

world_stop() {
    trap - EXIT
    local instance pid
    for instance in "${!pid_of[@]}"; do
        pid=${pid_of[$instance]}
        # PostgreSQL waits for its clients on TERM; INT makes it end their sessions
        kill -s "$([[ $instance == postgres-1 ]] && echo INT || echo TERM)" "$pid" 2>/dev/null || true
    done
    for pid in "${pid_of[@]}"; do
        gone_wait "$pid"
    done
    rmdir /sys/fs/cgroup/{memory,cpu}/"${work##*/}"-* 2>/dev/null || true
    if [[ ${KEEP_WORK:-} ]]; then say "kept $work"; else rm -rf "$work"; fi
}
