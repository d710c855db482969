# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A migration drops an index that "nobody uses". Catalog asks for the sales of each product it shows,
# and now reads all order lines there have ever been to tell them.

page_rule=NginxLatencyHigh
fault_s_max=150
requests_per_s=5.5
past_orders=1500000

baseline() {
    at 25
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 40
    deploy "Jonas Weber" orders

    at 90
    echo 'CREATE INDEX mails_order ON mails (order_id);' >"$work/config/postgres/002-mails-by-order.sql"
    commit "Jonas Weber" "postgres: find an order's mails by an index"
    at 105
    deploy "Jonas Weber" postgres

    # the red herring: more work for the backend that will be slow
    at 150
    set_option catalog page_size 30
    commit "Priya Nair" "catalog: 30 products on the home page"
    at 165
    deploy "Priya Nair" catalog
}

inject() {
    at 190
    echo 'DROP INDEX order_lines_sku;' >"$work/config/postgres/003-unused-index.sql"
    commit "Tomas Lind" "postgres: drop order_lines_sku, only the nightly reconciliation used it"
    at 205
    deploy "Tomas Lind" postgres
    truth postgres postgres-1 "the index order_lines_sku is gone: each SELECT sold of catalog reads all of order_lines"
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
