/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/compare.h"

#include <assert.h>

static double real_of(const struct value *value)
{
    return value->type == TYPE_REAL ? value->real : (double)value->integer;
}

/* Below, at or above zero, as left is before, like or after right. */
static int order_of(const struct value *left, const struct value *right)
{
    if (left->type == TYPE_TEXT)
        return str_compare(left->text, right->text);
    if (left->type == TYPE_BOOL)
        return (left->truth > right->truth) - (left->truth < right->truth);
    if (left->type == TYPE_REAL || right->type == TYPE_REAL)
        return (real_of(left) > real_of(right)) - (real_of(left) < real_of(right));
    return (left->integer > right->integer) - (left->integer < right->integer);
}

bool compare_values(const struct value *left, enum comparator comparator, const struct value *right)
{
    const int order = order_of(left, right);
    switch (comparator) {
    case COMPARE_EQ:
        return order == 0;
    case COMPARE_NE:
        return order != 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_LE:
        return order <= 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_GE:
        return order >= 0;
    case COMPARE_TRUTH:
        break; /* a bool by itself is not compared with anything */
    }
    assert(false);
    return false;
}
