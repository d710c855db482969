# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Nothing is broken. A newsletter brings customers for a minute, the shop serves them all, and an
# alert with a narrow threshold pages somebody. There were changes before, as always.

page_rule=NginxRequestsHigh
fault_s_max=90
requests_per_s=5.5

baseline() {
    at 30
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 45
    deploy "Mina Okafor" storefront

    at 95
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 108
    deploy "Jonas Weber" orders

    at 160
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 175
    deploy "Priya Nair" catalog
}

inject() {
    at 215
    happens crowd_start 13 60
    truth "" "" "nothing is broken: a newsletter brought three times the usual customers for a minute, and all were served"
}

aftermath() {
    at $((SECONDS - story_start + 75))
}
