/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which settings a diff changes from what to what. A diff is text from outside: of one at most
 * 256 kB are read, and at most DIFF_SETTINGS_MAX settings are told. Texts point into it.
 */
#pragma once

#include "base/str.h"

#define DIFF_BYTES_MAX ((size_t)256 << 10)
#define DIFF_SETTINGS_MAX 100

struct setting {
    struct str file;   /* as the diff names it; may be empty */
    struct str option; /* "pool_size" */
    struct str old;    /* empty: it was not there */
    struct str new;    /* empty: it is gone */
};

/* Settings whose value differs, in the order of the diff. Only files that look like configuration,
 * and lines of a diff that names no file. Returns how many. */
uint32_t diff_settings(struct str diff, struct setting settings[DIFF_SETTINGS_MAX]);

/* The same of words such as "pool_size: 4 -> 40" or "pool_size from 4 to 40". */
uint32_t diff_settings_in_words(struct str text, struct setting settings[DIFF_SETTINGS_MAX]);
