/* SPDX-License-Identifier: Apache-2.0 */
/* What ends an ailment of a database, as SQL for psql. */
#pragma once

#include "actor/remedy.h"
#include "case/call.h"

/*
 * False: the evidence is about none. The command is empty where a name of it is none that SQL takes
 * as it stands.
 */
bool ailment_remedy(struct call *call, const struct evidence *because, struct remedy *out);
