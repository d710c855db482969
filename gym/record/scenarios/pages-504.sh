# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A timeout is given in the wrong unit: both storefronts give up on backends that are well. The
# backends do the work all the same, so they look busy and healthy.

page_rule=NginxErrorRatioHigh
fault_s_max=150
requests_per_s=5.5

baseline() {
    at 40
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 62
    deploy "Jonas Weber" orders

    at 130
    echo "Timeouts end in _ms and mean it." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: units"

    at 190
    set_option nginx proxy_connect_timeout 500ms
    commit "Tomas Lind" "nginx: half a second is enough to connect on one host"
    at 204
    deploy "Tomas Lind" nginx

    # the red herring: a deploy of the backend that most pages come from
    at 250
    set_option catalog page_size 30
    commit "Priya Nair" "catalog: 30 products on the home page"
    at 270
    deploy "Priya Nair" catalog
}

inject() {
    at 285
    set_option storefront backend_timeout_ms 1
    commit "Mina Okafor" "storefront: give up on slow backends after 1 s"
    at 300
    deploy "Mina Okafor" storefront
    truth storefront "" "backend_timeout_ms is 1: storefront gives up on catalog and orders after a millisecond, not a second"
}

aftermath() {
    at $((SECONDS - story_start + 60))
}
