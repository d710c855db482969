/* SPDX-License-Identifier: Apache-2.0 */
/* What the files print*.c share, and nobody else needs. */
#pragma once

#include "kube/print.h"

#define ITEMS_MAX 500 /* of any array or mapping of an object; what is beyond is left out */

struct printing {
    struct arena *arena;
    const json_t *json;
    struct buf out;
};

struct str text_at(struct printing *it, const json_t *json, const char *path);

/* "Name:  value", `indent` blanks to the right; nothing where there is no value. */
void put_line(struct printing *it, int indent, const char *name, struct str value);
void put_at(struct printing *it, int indent, const char *name, const char *path);

/* "a=b,c=d" of a mapping; "<none>" where it is empty. */
struct str pairs_text(struct printing *it, const json_t *mapping);

/* Pairs, and the expressions behind them: "app=api,tier in (a,b)". */
struct str selector_text(struct printing *it, const json_t *selector);

/* "a, b" of an array of texts. */
struct str joined(struct printing *it, const json_t *array, const char *path);

void print_pod(struct printing *it);
void print_workload(struct printing *it);

void print_policy(struct printing *it);
void print_ingress(struct printing *it);
