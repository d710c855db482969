/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The incident bundle: one folder, or one .tar.zst, that holds an incident (docs/bundle.md).
 *
 * Only files of known names are opened, and truth.json is none of them. A file that cannot be read
 * is an entry in the ledger of the case and a gap; only alert.json must be there.
 */
#pragma once

#include "case/casefile.h"

struct telemetry;

struct bundle {
    struct str path; /* as the user gave it */
    struct str
        folder; /* where the files lie; a private folder for an archive, gone with the arena */
    const char *const
        *tables_out; /* of source/table.h, to be left empty; ends with NULL; NULL: none */
};

/* Opens the folder or unpacks the archive. */
MUST_CHECK bool bundle_open(struct arena *arena, struct str path, struct bundle *out,
                            struct err *err);

/* How much there is to read, in the folder itself. */
int64_t bundle_bytes(const struct bundle *bundle);

MUST_CHECK bool bundle_read_alert(const struct bundle *bundle, struct arena *arena,
                                  struct alert *out, struct err *err);

/*
 * A file whose form another layer knows. ERR_NOT_FOUND: there is none; any other error: it is no
 * plain file, or larger than that.
 */
MUST_CHECK bool bundle_read_text(const struct bundle *bundle, struct arena *arena, const char *name,
                                 size_t bytes_max, struct str *out, struct err *err);

/*
 * Reads all files into the tables of the store, which it makes. Each file gets an entry in the
 * ledger; one that is broken gets a gap too. Sets casefile->data and the declared topology.
 */
MUST_CHECK bool bundle_load(const struct bundle *bundle, struct telemetry *telemetry,
                            struct casefile *casefile, struct err *err);
