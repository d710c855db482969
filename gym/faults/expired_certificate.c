/* SPDX-License-Identifier: Apache-2.0 */
/* A renewal that puts last year's certificate in: signed by the right authority, for the right
 * host, and over. Who calls payment over TLS refuses it; its probe, which does not look, is glad.
 */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CONFIGURATION,
               "the certificate that payment was given had expired a day before");
    return COMMAND(world, err, world_path(world, "bin/shop"), "certificate",
                   world_path(world, "authority"), "payment", "127.10.0.18", "-86400",
                   world_path(world, "config/payment")) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Ken Ito",
                               .message = "payment: its certificate, renewed",
                           },
                           err);
}

const struct fault fault_expired_certificate = {
    .name = "expired_certificate",
    .group = "orchestration",
    .summary = "A service is given a certificate that has expired",
    .place = "payment",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
