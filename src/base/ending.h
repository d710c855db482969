/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process ends that cannot go on: with a sentence, exit code 2, and without the private
 * folders that it has made. Those hold telemetry, and nobody else would remove them.
 */
#pragma once

#include <stddef.h>

#define ENDING_FOLDERS_MAX 64 /* a server reads some bundles at once; further ones are not noted   \
                               */

/*
 * A folder that is removed with the files in it (not with folders in it) if the process ends before
 * ending_forget(). Forked processes that share it leave it alone. A path that is too long is not
 * noted.
 */
void ending_note(const char *folder);
void ending_forget(const char *folder);

/*
 * From here on signals that end the process remove what was noted, and then end it as they would.
 * One that is ignored stays so. Other handlers may be set later, and are then asked instead.
 */
void ending_heed_signals(void);

/* "warroom: out of memory: WHO wanted 4096 bytes more". Needs no memory itself. */
_Noreturn void ending_out_of_memory(const char *who, size_t bytes);

/* The same for a reason that is no number of bytes. */
_Noreturn void ending_because(const char *reason);
