# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The storefronts' ports are "moved" at the front door only: nginx knocks where nobody listens, and
# the storefronts wait in vain, in the best of health.

page_rule=NginxErrorRatioHigh
fault_s_max=120
requests_per_s=5.5

baseline() {
    at 25
    set_option catalog page_size 24
    commit "Priya Nair" "catalog: 24 products on the home page"
    at 40
    deploy "Priya Nair" catalog

    at 90
    set_option nginx keepalive_timeout 30s
    commit "Jonas Weber" "nginx: keep idle customers' connections for 30 s"
    at 105
    deploy "Jonas Weber" nginx

    at 140
    echo "Ports are handed out in the wiki, page Ports." >>"$work/config/README.md"
    commit "Tomas Lind" "readme: where ports come from"

    # the red herring: the last deploy of what answers customers
    at 165
    set_option storefront backend_timeout_ms 2500
    commit "Mina Okafor" "storefront: wait 2.5 s for backends rather than 3 s"
    at 180
    deploy "Mina Okafor" storefront
}

inject() {
    at 200
    edit nginx/nginx.conf 's/127.0.0.1:1808\([12]\)/127.0.0.1:1818\1/'
    commit "Tomas Lind" "nginx: storefronts at their ports of the new plan"
    at 215
    deploy "Tomas Lind" nginx
    truth nginx nginx-1 "nginx's upstream has ports 18181 and 18182, where no storefront listens: they serve on 18081 and 18082"
}

aftermath() {
    at $((SECONDS - story_start + 40))
}
