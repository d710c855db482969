# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A nightly job is moved into a service that customers use. It locks all of the stock for as long
# as it runs; holds and orders wait for it, the pools fill, and customers get errors.

page_rule=NginxErrorRatioHigh
fault_s_max=150
requests_per_s=5.5

baseline() {
    at 35
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 50
    deploy "Priya Nair" catalog

    at 110
    echo "Ask in #shop-config before you touch nginx." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: whom to ask"

    at 170
    set_option nginx keepalive_timeout 30s
    commit "Jonas Weber" "nginx: keep idle customers' connections for 30 s"
    at 182
    deploy "Jonas Weber" nginx

    # the red herring: a timeout, and the last deploy on what customers see
    at 280
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 301
    deploy "Mina Okafor" storefront
}

inject() {
    at 325
    set_option orders reconcile_enabled true
    set_option orders reconcile_every_s 20
    commit "Jonas Weber" "orders: run stock reconciliation in-process before month end"
    at 345
    deploy "Jonas Weber" orders
    truth orders orders-1 "reconcile_enabled: orders holds row locks on all of stock while it reconciles, again and again"
}

aftermath() {
    local fired=$((SECONDS - story_start))
    at $((fired + 25))
    set_option catalog page_size 20
    commit "Priya Nair" "catalog: back to 20 products, 24 look crowded"
    at $((fired + 75))
}
