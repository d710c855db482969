/* SPDX-License-Identifier: Apache-2.0 */
/* What every signature promises; for tests that walk a list of tools or actors. */
#pragma once

#include "data/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define CONTRACT_SUMMARY_LEN_MAX 100

/* snake_case. */
static inline void contract_check_name(const char *name)
{
    const size_t len = strlen(name);
    if (len == 0 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len ||
        strchr("_0123456789", name[0]) || name[len - 1] == '_' || strstr(name, "__"))
        fail_msg("`%s` is no name in snake_case", name);
}

/* One line, no full stop; dots that leave something open are none. */
static inline void contract_check_summary(const char *name, const char *summary)
{
    const size_t len = summary ? strlen(summary) : 0;
    const bool open_end = len > 3 && strcmp(summary + len - 3, "...") == 0;
    if (len == 0 || len > CONTRACT_SUMMARY_LEN_MAX || strchr(summary, '\n') ||
        (summary[len - 1] == '.' && !open_end) || summary[0] == ' ')
        fail_msg("%s: `%s` is no summary", name, summary ? summary : "");
}

static inline void contract_check_fields(const char *name, const struct field *fields, bool nested)
{
    if (!fields)
        fail_msg("%s: no list of fields", name);
    for (const struct field *field = fields; field->name; field++) {
        contract_check_name(field->name);
        contract_check_summary(field->name, field->summary);
        for (const struct field *other = fields; other != field; other++)
            if (strcmp(other->name, field->name) == 0)
                fail_msg("%s: two fields are called `%s`", name, field->name);
        if ((field->type == TYPE_ROWS) != (field->columns != NULL))
            fail_msg("%s: `%s` has columns or is no rows", name, field->name);
        if (nested && (field->type == TYPE_ROWS || field->type == TYPE_WINDOW))
            fail_msg("%s: no column can hold `%s`", name, field->name);
        if (field->columns)
            contract_check_fields(field->name, field->columns, true);
    }
}

static inline void contract_check_signature(const struct signature *sig)
{
    contract_check_name(sig->name);
    contract_check_summary(sig->name, sig->summary);
    contract_check_fields(sig->name, sig->input, false);
    contract_check_fields(sig->name, sig->output, false);
}

/* Rows have the columns that were declared, in their order. */
static inline void contract_check_rows(const char *name, const struct batch *rows,
                                       const struct field *columns)
{
    uint32_t count = 0;
    for (; columns[count].name; count++)
        if (count >= rows->columns_count || rows->columns[count].type != columns[count].type ||
            !str_eq(rows->columns[count].name, str_of(columns[count].name)))
            fail_msg("%s: its rows have no column `%s`", name, columns[count].name);
    assert_int_equal(rows->columns_count, count);
}
