# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Catalog's numbers move to another path with its new configuration, and the monitoring still asks at
# the old one. The dashboard of catalog is empty; customers notice nothing.

page_rule=NoData
fault_s_max=120
requests_per_s=5.5

baseline() {
    at 30
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 45
    deploy "Mina Okafor" storefront

    at 95
    set_option worker mail_pause_ms 40
    commit "Jonas Weber" "worker: 25 mails a second, as the provider allows"
    at 108
    deploy "Jonas Weber" worker

    # the red herring
    at 155
    set_option orders pool_size 6
    commit "Tomas Lind" "orders: six connections, for the sale"
    at 170
    deploy "Tomas Lind" orders
}

inject() {
    at 195
    set_option catalog metrics_path /internal/metrics
    commit "Priya Nair" "catalog: keep operational pages under /internal"
    at 210
    deploy "Priya Nair" catalog
    truth catalog catalog-1 "metrics_path is /internal/metrics, and the monitoring asks at /metrics: catalog's metrics are missing, catalog is well"
}

aftermath() {
    at $((SECONDS - story_start + 45))
}
