/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of sources share. */
#pragma once

#include "train/corpus/gather.h"

#include <stdio.h>

/* `source#number`, and the text as UTF-8. */
bool gather_give(struct gather *gather, enum document_kind kind, struct str source, uint32_t number,
                 struct str text, struct err *err);

/* A whole text, cut into documents. */
bool gather_prose(struct gather *gather, struct str source, struct str plain, struct err *err);
bool gather_code(struct gather *gather, struct str source, struct str text, struct err *err);
bool gather_log(struct gather *gather, struct str source, FILE *file, struct err *err);

bool gather_bundle(struct gather *gather, const char *path, struct err *err);
bool gather_otlp(struct gather *gather, const char *path, struct err *err);
bool gather_commits(struct gather *gather, const char *folder, struct err *err);

/* Lines that are put together up to the size of a document. */
struct pane {
    struct arena *arena;
    struct gather *gather;
    enum document_kind kind;
    struct str source;
    uint32_t number;
    char text[DOCUMENT_BYTES_MAX];
    size_t len;
};
bool pane_add(struct pane *pane, struct str line, struct err *err);
bool pane_end(struct pane *pane, struct err *err);
