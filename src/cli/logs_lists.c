/* SPDX-License-Identifier: Apache-2.0 */
/* The orders in which the lists of `warroom logs` stand. All are total. */
#include "cli/logs.h"

#include "base/arena.h"

#include <stdlib.h>

static int by_count(const void *a, const void *b, void *of)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct survey_template *templates = of;
    const uint64_t count_x = templates[x].counts[0] + templates[x].counts[1];
    const uint64_t count_y = templates[y].counts[0] + templates[y].counts[1];
    if (count_x != count_y)
        return count_x > count_y ? -1 : 1;
    return (x > y) - (x < y);
}

uint32_t *logs_by_count(const struct logs_told *told)
{
    const uint32_t count = told->survey->templates_count;
    uint32_t *order = arena_push_many(told->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_count, told->survey->templates);
    return order;
}

static int by_first_error(const void *a, const void *b, void *of)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct survey_template *templates = of;
    const struct survey_first *one = &templates[x].first_error, *two = &templates[y].first_error;
    if (one->has_time && two->has_time && one->time_ns != two->time_ns)
        return one->time_ns < two->time_ns ? -1 : 1;
    if (one->file != two->file)
        return one->file < two->file ? -1 : 1;
    if (one->number != two->number)
        return one->number < two->number ? -1 : 1;
    return (x > y) - (x < y);
}

uint32_t *logs_first_errors(const struct logs_told *told, uint32_t *count)
{
    const struct survey *survey = told->survey;
    uint32_t *order = arena_push_many(told->arena, uint32_t, survey->templates_count + 1);
    *count = 0;
    for (uint32_t i = 0; i < survey->templates_count; i++)
        if (survey->templates[i].errors > 0)
            order[(*count)++] = i;
    qsort_r(order, *count, sizeof *order, by_first_error, survey->templates);
    return order;
}

static int by_times_thrown(const void *a, const void *b)
{
    const struct survey_exception *x = *(const struct survey_exception *const *)a;
    const struct survey_exception *y = *(const struct survey_exception *const *)b;
    const uint64_t count_x = x->counts[0] + x->counts[1], count_y = y->counts[0] + y->counts[1];
    if (count_x != count_y)
        return count_x > count_y ? -1 : 1;
    return (x > y) - (x < y); /* both stand in one array, in the order of the files */
}

const struct survey_exception **logs_exceptions(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    const struct survey_exception **order =
        arena_push_many(told->arena, const struct survey_exception *, survey->exceptions_count + 1);
    for (uint32_t i = 0; i < survey->exceptions_count; i++)
        order[i] = &survey->exceptions[i];
    qsort(order, survey->exceptions_count, sizeof(const struct survey_exception *),
          by_times_thrown);
    return order;
}
