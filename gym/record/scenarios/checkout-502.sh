# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A timeout is written with its unit, where a bare number is wanted: the service says so and ends at
# start, whenever the supervisor starts it again. Pages are fine, nobody can pay.

page_rule=ProcessRestarting
fault_s_max=120
requests_per_s=5.5

baseline() {
    at 30
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 45
    deploy "Mina Okafor" storefront

    at 95
    echo "Deploys of orders replace it: it must not run twice." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: how orders is deployed"

    at 130
    set_option worker mail_pause_ms 40
    commit "Jonas Weber" "worker: 25 mails a second, as the provider allows"
    at 142
    deploy "Jonas Weber" worker

    # the red herring: catalog is what most pages come from
    at 170
    set_option catalog page_size 30
    commit "Priya Nair" "catalog: 30 products on the home page"
    at 182
    deploy "Priya Nair" catalog
}

inject() {
    at 195
    set_option orders statement_timeout_ms 4s
    commit "Jonas Weber" "orders: statement timeout in seconds, easier to read"
    at 210
    deploy "Jonas Weber" orders replacing
    truth orders orders-1 "statement_timeout_ms is '4s' where a number is wanted: orders ends at start with exit code 2, again and again"
}

aftermath() {
    at $((SECONDS - story_start + 70))
}
