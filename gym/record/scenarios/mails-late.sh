# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The worker is to pause for 5 s when the mail provider refuses; it is given that pause after every
# mail. Orders come faster than that, and the queue grows. Nothing fails.

page_rule=QueueOld
fault_s_max=180
requests_per_s=6

baseline() {
    at 30
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 45
    deploy "Priya Nair" catalog

    at 95
    set_option nginx keepalive_timeout 30s
    commit "Jonas Weber" "nginx: keep idle customers' connections for 30 s"
    at 110
    deploy "Jonas Weber" nginx

    # the red herring: orders is what fills the queue
    at 155
    set_option orders pool_size 6
    commit "Tomas Lind" "orders: six connections, for the sale"
    at 170
    deploy "Tomas Lind" orders
}

inject() {
    at 190
    set_option worker mail_pause_ms 5000
    commit "Jonas Weber" "worker: give the mail provider 5 s when it refuses"
    at 205
    deploy "Jonas Weber" worker
    truth worker worker-1 "mail_pause_ms is 5000: the worker sends a mail every 5 s, and orders come every second"
}

aftermath() {
    at $((SECONDS - story_start + 45))
}
