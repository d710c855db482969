/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/look.h"

#include "base/arena.h"

#include <math.h>

#define SHARE_MIN 0.1   /* of the time of all statements */
#define CALLS_MIN 5     /* fewer are no habit */
#define MEAN_MIN_MS 0.5 /* less is paid for the way to the server */
#define QUOTE_BYTES_MAX 70

/* ---- harm ---- */

static double total_ms(const struct census *census)
{
    double sum = 0;
    for (uint32_t row = 0; row < census_rows(census, CENSUS_STATEMENTS); row++)
        sum += fmax(0, census_real(census, CENSUS_STATEMENTS, row, "total_ms"));
    return sum;
}

/* What runs and stands still waits for its client, or sleeps. */
static bool is_working(const struct census *census, uint32_t row)
{
    return !census_is(census, CENSUS_RUNNING, row, "waits_for", "Client") &&
           !census_is(census, CENSUS_RUNNING, row, "waits_for", "Timeout");
}

double look_harm(const struct census *census, uint32_t row)
{
    const double ran_s = census_real(census, CENSUS_RUNNING, row, "ran_ms") / 1000;
    if (!(ran_s > 0) || census_is(census, CENSUS_RUNNING, row, "usual", "t") ||
        !is_working(census, row))
        return 0;
    return 0.4 + 0.6 * ran_s / (ran_s + LOOK_RAN_HALF_S);
}

static double harm_of_statement(const struct census *census, uint32_t row)
{
    const double all = total_ms(census);
    const double share =
        all > 0 ? census_real(census, CENSUS_STATEMENTS, row, "total_ms") / all : 0;
    if (!(share >= SHARE_MIN) ||
        !(census_real(census, CENSUS_STATEMENTS, row, "calls") >= CALLS_MIN) ||
        !(census_real(census, CENSUS_STATEMENTS, row, "mean_ms") >= MEAN_MIN_MS))
        return 0;
    return sqrt(share);
}

struct look look_at(const struct census *census, uint32_t first)
{
    struct look look = {.of = census_text(census, CENSUS_PLANS, first, "of"), .first = first};
    look.end = first;
    while (look.end < census_rows(census, CENSUS_PLANS) &&
           str_eq(census_text(census, CENSUS_PLANS, look.end, "of"), look.of))
        look.end++;
    look.running = census_find(census, CENSUS_RUNNING, "pid", look.of);
    look.statement = census_find(census, CENSUS_STATEMENTS, "id", look.of);
    if (look.running == census_rows(census, CENSUS_RUNNING))
        look.running = LOOK_NONE;
    if (look.statement == census_rows(census, CENSUS_STATEMENTS))
        look.statement = LOOK_NONE;
    if (look.running != LOOK_NONE)
        look.harm = look_harm(census, look.running);
    else if (look.statement != LOOK_NONE)
        look.harm = harm_of_statement(census, look.statement);
    return look;
}

/* ---- what a plan says ---- */

bool look_same_name(struct str a, struct str b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        i += i < a.len && a.ptr[i] == '"';
        j += j < b.len && b.ptr[j] == '"';
        if (i >= a.len || j >= b.len)
            return i >= a.len && j >= b.len;
        if (a.ptr[i] != b.ptr[j])
            return false;
    }
}

uint32_t look_table(const struct census *census, struct str relation)
{
    for (uint32_t row = 0; relation.len > 0 && row < census_rows(census, CENSUS_TABLES); row++)
        if (look_same_name(census_text(census, CENSUS_TABLES, row, "table"), relation))
            return row;
    return LOOK_NONE;
}

double look_table_rows(const struct census *census, uint32_t table)
{
    return fmax(census_real(census, CENSUS_TABLES, table, "live"),
                census_real(census, CENSUS_TABLES, table, "planned_rows"));
}

double look_rows(const struct census *census, uint32_t node)
{
    return census_real(census, CENSUS_PLANS, node, "rows");
}

double look_gives(const struct census *census, const struct look *look)
{
    if (look->statement == LOOK_NONE)
        return INFINITY;
    const double calls = census_real(census, CENSUS_STATEMENTS, look->statement, "calls");
    const double rows = census_real(census, CENSUS_STATEMENTS, look->statement, "rows");
    return calls > 0 && rows >= 0 ? rows / calls : INFINITY;
}

/* ---- words ---- */

/* The start of a statement as it can stand in a claim: whole characters, no quotation mark. */
static struct str quote(struct str text)
{
    size_t len = text.len < QUOTE_BYTES_MAX ? text.len : QUOTE_BYTES_MAX;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    text = str_slice(text, 0, len);
    const size_t mark = str_find(text, STR("`"));
    return str_trim(str_slice(text, 0, mark == STR_NPOS ? text.len : mark));
}

struct str look_words(struct ailments *it, const struct look *look, struct str *query)
{
    const struct census *census = it->census;
    if (look->running != LOOK_NONE) {
        *query = census_query(it->arena, census, CENSUS_RUNNING,
                              "{statement} AS statement, {application} || '/' || {pid} AS "
                              "session, {#ran_ms} AS ran_ms",
                              "pid", look->of, "");
        return str_printf(
            it->arena, "`%.*s` of session `%.*s/%.*s` had run for %.0f ms",
            STR_ARG(quote(census_text(census, CENSUS_RUNNING, look->running, "statement"))),
            STR_ARG(census_text(census, CENSUS_RUNNING, look->running, "application")),
            STR_ARG(look->of), census_real(census, CENSUS_RUNNING, look->running, "ran_ms"));
    }
    *query = census_query(it->arena, census, CENSUS_STATEMENTS,
                          "{statement} AS statement, {#calls} AS calls, {#total_ms} AS total_ms",
                          "id", look->of, "");
    return str_printf(
        it->arena, "`%.*s` was run %.0f times, for %.0f ms in all",
        STR_ARG(quote(census_text(census, CENSUS_STATEMENTS, look->statement, "statement"))),
        census_real(census, CENSUS_STATEMENTS, look->statement, "calls"),
        census_real(census, CENSUS_STATEMENTS, look->statement, "total_ms"));
}

struct str look_and(struct ailments *it, struct str one, struct str other)
{
    return str_printf(it->arena, "SELECT * FROM (%s) a, (%s) b", one.ptr, other.ptr);
}

void look_session(struct ailments *it, const struct look *look, struct ailment *ailment)
{
    if (look->running == LOOK_NONE)
        return;
    ailment->process = look->of;
    ailment->application = census_text(it->census, CENSUS_RUNNING, look->running, "application");
    ailment->started = census_text(it->census, CENSUS_RUNNING, look->running, "since");
}

struct ailment *look_blame(struct ailments *it, const struct look *look, enum ailment_cause cause,
                           struct str object, double strength, struct str *statement)
{
    struct ailment *ailment =
        ailments_have(it, cause, object) ? NULL : ailments_add(it, cause, strength);
    if (!ailment)
        return NULL;
    *statement = look_words(it, look, &ailment->query);
    ailment->object = object;
    ailment->relation = object;
    return ailment;
}
