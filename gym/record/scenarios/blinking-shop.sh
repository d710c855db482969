# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A cache is given more memory than its process may have. It fills as visitors come, the kernel kills
# the process at its limit, the supervisor starts it again, and it fills again. Each time, customers
# find the shop closed for some seconds.

page_rule=ProcessRestarting
fault_s_max=240
requests_per_s=8
memory_max_mb_of=([catalog-1]=64)

needs() {
    need_cgroup memory
}

baseline() {
    at 30
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 45
    deploy "Jonas Weber" orders

    at 100
    set_option nginx proxy_connect_timeout 500ms
    commit "Tomas Lind" "nginx: half a second is enough to connect on one host"
    at 112
    deploy "Tomas Lind" nginx

    at 150
    echo "Whoever changes a limit says why." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: limits"
}

inject() {
    at 175
    set_option catalog cache_max_mb 2048
    commit "Priya Nair" "catalog: keep pages for all visitors of a day"
    at 190
    deploy "Priya Nair" catalog
    truth catalog catalog-1 "cache_max_mb is 2048 in a process that may have 64 MiB: the cache grows until the kernel kills catalog, again and again"

    # the red herring: a deploy after the fault has begun, before anybody sees it
    at 205
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 212
    deploy "Mina Okafor" storefront
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
