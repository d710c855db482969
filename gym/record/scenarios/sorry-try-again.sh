# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The worker is given 48 threads with a connection each. PostgreSQL has 37 to give; when catalog and
# orders renew theirs, they find none left.

page_rule=NginxErrorRatioHigh
fault_s_max=180
requests_per_s=5.5

baseline() {
    at 25
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 40
    deploy "Mina Okafor" storefront

    at 85
    echo "Pools: see postgres before you make one larger." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: pools"

    # the red herrings: they open connections more often, as they should
    at 110
    set_option catalog connection_lifetime_s 40
    set_option orders connection_lifetime_s 40
    commit "Priya Nair" "catalog, orders: renew connections every 40 s, for the failover test"
    at 120
    deploy "Priya Nair" catalog
    at 135
    deploy "Priya Nair" orders
}

inject() {
    at 190
    set_option worker threads 48
    commit "Jonas Weber" "worker: 48 threads, mails must not wait at month end"
    at 205
    deploy "Jonas Weber" worker
    truth worker worker-1 "threads is 48: the worker holds all of PostgreSQL's connections, and catalog and orders cannot renew theirs"
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
