# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The key of sessions is stretched six thousand times as long, for an audit. Each page costs a fifth
# of a second of CPU time, and the storefronts may use no more than 40 % of a CPU each.

page_rule=NginxLatencyHigh
fault_s_max=150
requests_per_s=5.5
cpu_max_percent_of=([storefront-1]=40 [storefront-2]=40)

needs() {
    need_cgroup cpu
}

baseline() {
    at 30
    set_option nginx keepalive_timeout 30s
    commit "Jonas Weber" "nginx: keep idle customers' connections for 30 s"
    at 42
    deploy "Jonas Weber" nginx

    at 95
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 108
    deploy "Jonas Weber" orders

    # the red herring: heavier pages
    at 150
    set_option catalog page_size 40
    commit "Priya Nair" "catalog: 40 products on the home page"
    at 165
    deploy "Priya Nair" catalog
}

inject() {
    at 190
    set_option storefront session_rounds 120000000
    commit "Mina Okafor" "storefront: stretch session keys as the audit asks"
    at 205
    deploy "Mina Okafor" storefront
    truth storefront "" "session_rounds is 120000000: signing a session takes a fifth of a second of CPU time, and both storefronts are at their CPU limit"
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
