# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A rolling deploy has reached the first of two storefronts, with two digits of an address swapped.
# That one answers errors, the other one is fine; customers get either.

page_rule=NginxErrorRatioHigh
fault_s_max=120
requests_per_s=5.5

baseline() {
    at 30
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 45
    deploy "Priya Nair" catalog

    at 95
    set_option storefront session_rounds 25000
    commit "Mina Okafor" "storefront: 25000 rounds for sessions"
    at 110
    deploy "Mina Okafor" storefront

    # the red herring: nginx is what balances over them
    at 150
    set_option nginx proxy_connect_timeout 500ms
    commit "Tomas Lind" "nginx: half a second is enough to connect on one host"
    at 165
    deploy "Tomas Lind" nginx
}

inject() {
    at 190
    set_option storefront catalog_url http://127.0.0.1:18038
    commit "Mina Okafor" "storefront: addresses of the backends, all in one place"
    at 205
    deploy "Mina Okafor" storefront storefront-1
    truth storefront storefront-1 "catalog_url of storefront-1 has port 18038, not 18083: a rolling deploy has reached one of two replicas"
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
