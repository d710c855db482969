# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A bad link: of the packets from and to catalog's port, one in ten is lost on its way. Nobody has
# changed anything that would explain it, though there were changes, as always. The kernel drops
# the packets (nftables, by a die) and sends them again; who cannot connect in time gives up.

page_rule=NginxErrorRatioHigh
fault_s_max=150
requests_per_s=5.5

needs() {
    need_own_network
    need_command nft nftables
}

baseline() {
    at 30
    set_option orders pool_wait_ms 1500
    commit "Jonas Weber" "orders: wait 1.5 s for a connection, as long as catalog should"
    at 45
    deploy "Jonas Weber" orders

    at 100
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 115
    deploy "Priya Nair" catalog

    # the red herring: a shorter patience, not long before
    at 160
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 172
    deploy "Mina Okafor" storefront
}

inject() {
    at 205
    happens packets_lose 18083 10
    truth catalog catalog-1 "the link of catalog loses a tenth of the packets between it and the storefronts, each way; no change did that"
}

aftermath() {
    at $((SECONDS - story_start + 45))
}
