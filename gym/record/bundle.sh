# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# From what the processes wrote to the files of a bundle (docs/bundle.md). Sourced by record.sh.

DETAIL_MAX=2000 # bytes of a commit's diff

# The first folder of what a commit touches is the service it is about, if there is just one.
commit_row() { # ID
    local files services
    files=$(git_config show --format= --name-only "$1")
    services=$(grep / <<<"$files" | cut -d/ -f1 | sort -u || true)
    if [[ $services == *$'\n'* ]]; then services=; fi
    jq -cn --arg id "$1" --argjson timestamp "$(git_config show -s --format=%ct "$1")" \
        --arg service "$services" --arg author "$(git_config show -s --format=%an "$1")" \
        --arg message "$(git_config show -s --format=%s "$1")" --arg files "$files" \
        --arg detail "$(git_config show --format= --unified=0 "$1" | head -c "$DETAIL_MAX")" \
        '{id: $id, timestamp: $timestamp, service: $service, kind: "commit", author: $author,
        message: $message, files: ($files | split("\n")), detail: $detail}'
}

changes_write() {
    local id
    {
        for id in $(git_config log --format=%H); do
            commit_row "$(git_config rev-parse --short=8 "$id")"
        done
        cat "$work/deploys.jsonl"
    } | jq -cs 'sort_by(.timestamp)[]'
}

logs_write() {
    local instance
    {
        "$work/bin/rows" nginx-access nginx nginx-1 <"$work/log/nginx-access.log"
        "$work/bin/rows" nginx-error nginx nginx-1 <"$work/log/nginx-error.log"
        "$work/bin/rows" postgres postgres postgres-1 <"$work/log/postgres.log"
        for instance in $shop_instances; do
            "$work/bin/rows" stderr "${instance%-*}" "$instance" <"$work/log/$instance.log"
        done
    } | sort -s -t: -k2,2n # by time; each row begins {"timestamp":
}

# Who calls whom is what the configuration says, now or as it was shipped; the addresses in it are
# looked up by port.
topology_write() {
    local -A service_at=([18081]=storefront [18082]=storefront [18083]=catalog [18084]=orders [18032]=postgres)
    local service port
    echo caller,callee
    for service in nginx storefront catalog orders worker; do
        for port in $(sed -n 's/.*\(server 127\.0\.0\.1:\|_url = .*:\|db_port = \)\([0-9]\+\).*/\2/p' \
            "$work/live/$service/$service.conf" "$shop_source/config/$service/$service.conf"); do
            echo "$service,${service_at[$port]:-127.0.0.1:$port}"
        done
    done | sort -u
}

# The same rows give the same bytes, whoever packs them and when.
pack() { # FOLDER ARCHIVE
    (cd "$1" && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - -- *) |
        zstd -q -19 -f -o "$2"
}

bundle_write() { # FOLDER, or an archive NAME.tar.zst
    local raw=$work/out bundle=$work/bundle
    mkdir "$bundle"
    jq --arg rule "$page_rule" -s 'map(select(.name == $rule))[0]' "$raw/alerts.jsonl" >"$bundle/alert.json"
    jq --arg rule "$page_rule" -s 'map(select(.name == $rule))[0].id as $id | map(select(.id != $id))' "$raw/alerts.jsonl" >"$bundle/alerts.json"
    cp "$raw/metrics.csv" "$raw/state.jsonl" "$raw"/otlp-*.jsonl "$work/truth.json" "$bundle/"
    jq -cs 'sort_by(.timestamp)[]' "$work/events.jsonl" >"$bundle/events.jsonl"
    logs_write >"$bundle/logs.jsonl"
    changes_write >"$bundle/changes.jsonl"
    topology_write >"$bundle/topology.csv"

    if [[ $1 == *.tar.zst ]]; then
        mkdir -p "$(dirname "$1")"
        pack "$bundle" "$1"
    else
        mkdir -p "$1"
        install -m 644 "$bundle"/* "$1/"
    fi
    cat "$work/log/load.log" >&2
    say "$(du -sh --apparent-size "$1" | cut -f1) in $1"
}
