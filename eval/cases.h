/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds incidents whose truth is known: folders that hold alert.json and truth.json, and packed
 * bundles (eval/packed.h) that hold truth.json.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

struct eval_case {
    struct str path;
    struct str set; /* the name of the folder that the case's folder is in */
    struct str id;  /* the name of the case's folder, or of the packed bundle */
};

struct eval_cases {
    struct arena *arena;
    struct eval_case *items;
    uint32_t count;
    uint32_t room;
};

struct eval_cases cases_new(struct arena *arena);

/* Adds what lies below `folder`, or `folder` itself if it is one. To find nothing is no error. */
MUST_CHECK bool cases_find(struct eval_cases *cases, const char *folder, struct err *err);

/* By path; one that was found twice stays once. */
void cases_sort(struct eval_cases *cases);

/* Reads a small file whole; of a packed case truth.json only. */
MUST_CHECK bool cases_read_file(struct arena *arena, struct str folder, const char *name,
                                struct str *out, struct err *err);
