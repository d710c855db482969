# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Orders asks for mails of a kind that the worker has no template for. The worker fails at the first
# of them, again and again, and all mails wait behind it. Who fails is not who was changed.

page_rule=QueueOld
fault_s_max=150
requests_per_s=6

baseline() {
    at 30
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 45
    deploy "Priya Nair" catalog

    at 95
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 110
    deploy "Mina Okafor" storefront

    # the red herring: the worker is what will fail
    at 155
    set_option worker mail_pause_ms 40
    commit "Jonas Weber" "worker: 25 mails a second, as the provider allows"
    at 170
    deploy "Jonas Weber" worker
}

inject() {
    at 190
    set_option orders mail_kind seasonal
    commit "Mina Okafor" "orders: the seasonal mail for the next weeks"
    at 205
    deploy "Mina Okafor" orders
    truth orders orders-1 "mail_kind is seasonal: orders queues mails that the worker has no template for, and all mails wait behind the first"
}

aftermath() {
    at $((SECONDS - story_start + 45))
}
