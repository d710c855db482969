/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes: what a server keeps lies on a file system of a size, WORK/volumes/SERVICE, as on a disk
 * of its own, so that it can be full or fail. Where the host mounts nothing for us they are
 * folders.
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

/* Makes and mounts them; nothing runs yet. They go with the world's mounts. */
MUST_CHECK bool volumes_open(struct world *world, struct err *err);

const char *volume_path(struct world *world, const char *service);

/* Writes a file `name` that takes all that is free. */
MUST_CHECK bool volume_fill(struct world *world, const char *service, const char *name,
                            long long *bytes, struct err *err);

/* As the kernel makes a file system after errors of its disk, and back. */
MUST_CHECK bool volume_writable(struct world *world, const char *service, bool writable,
                                struct err *err);

/* False: `service` has no volume of its own. Any thread. */
bool volume_bytes(const struct world *world, const char *service, long long *all, long long *free);
