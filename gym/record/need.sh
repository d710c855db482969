# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# What the recorder needs, checked before anything starts; sourced by record.sh.

postgres_bin=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
missing=()

need_command() { # COMMAND PACKAGE
    command -v "$1" >/dev/null || missing+=("$2")
}

need_library() { # PKG-CONFIG-NAME PACKAGE
    pkg-config --exists "$1" 2>/dev/null || missing+=("$2")
}

need_free_port() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        echo "record.sh: port $1 on 127.0.0.1 is in use" >&2
        exit 1
    fi
}

# A network that only the shop has: faults of the network stay in it, and other recordings too.
need_own_network() {
    if [[ ! ${GYM_OWN_NETWORK:-} ]]; then
        echo "record.sh: $scenario needs a network namespace of its own: be root" >&2
        exit 1
    fi
}

need_cgroup() { # CONTROLLER of cgroup v1
    if [[ ! -w /sys/fs/cgroup/$1/cgroup.procs ]]; then
        echo "record.sh: $scenario needs the $1 controller of cgroup v1, and to be root" >&2
        exit 1
    fi
}

need_all() {
    PATH=$PATH:/usr/sbin
    needs # of the scenario
    need_command cc gcc
    need_command pkg-config pkg-config
    need_command git git
    need_command jq jq
    need_command zstd zstd
    need_command curl curl
    need_command setpriv util-linux
    need_command nginx nginx-light
    need_command "$postgres_bin/initdb" postgresql-15
    need_library libmicrohttpd libmicrohttpd-dev
    need_library libcurl libcurl4-openssl-dev
    need_library libpq libpq-dev
    need_library jansson libjansson-dev
    if ((${#missing[@]})); then
        echo "record.sh: missing; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
        echo "record.sh: to keep these from starting services, put an executable" \
            "/usr/sbin/policy-rc.d that exits 101 there while you install" >&2
        exit 1
    fi
    for port in 18080 18081 18082 18083 18084 18085 18032; do
        need_free_port "$port"
    done
}
