#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Records one incident of the shop as a bundle (docs/bundle.md).
#
#   [SCENARIO=checkout-errors] gym/record/record.sh [OUTDIR | OUT.tar.zst]
#
# Real processes on 127.0.0.1, ports 18080 to 18085 and 18032; five to nine minutes. Everything it
# writes was measured or logged by them; nothing is painted by hand. On exit it stops what it
# started and removes its temporary folder.
#
# Run by root, it takes a network namespace of its own, where the host lets it.
set -euo pipefail

if ((EUID == 0)) && [[ ! ${GYM_OWN_NETWORK:-} ]] && unshare -n true 2>/dev/null; then
    GYM_OWN_NETWORK=1 exec unshare -n "$0" "$@"
fi
if [[ ${GYM_OWN_NETWORK:-} ]]; then ip link set lo up; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shop_source=$here/shop
scenario=${SCENARIO:-checkout-errors}
out=${1:-$here/../../examples/incidents/$scenario}
export TZ=UTC LC_ALL=C GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

. "$here/need.sh"
. "$here/world.sh"
. "$here/story.sh"
. "$here/bundle.sh"
. "$here/scenarios/$scenario.sh"

need_all
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-gym.XXXXXX")
export HOME=$work # no one's own git or psql settings
unset XDG_CONFIG_HOME
trap world_stop EXIT
trap 'exit 130' INT TERM HUP

world_build
config_begin
world_start
story_begin
baseline           # of the scenario: innocent changes, for some minutes
inject             # of the scenario: the change that breaks it
alert_wait "$page_rule" "$fault_s_max"
aftermath          # of the scenario: what goes on until somebody looks
world_stop_load
bundle_write "$out"
