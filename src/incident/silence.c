/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/silence.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>

/* ---- matching ---- */

/*
 * `*` for any text. The last star that was passed is where it goes on after a byte that does not
 * fit, and no star before it needs another try: lengths multiplied at most, whatever the pattern.
 */
static bool fits(struct str pattern, struct str text)
{
    size_t p = 0, t = 0, star = STR_NPOS, resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (star != STR_NPOS) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

struct matcher_parts {
    struct str name, pattern;
    bool is_not;
};

static bool take_apart(struct str matcher, struct matcher_parts *out)
{
    const size_t equals = str_find(matcher, STR("="));
    if (equals == STR_NPOS || equals == 0)
        return false;
    out->is_not = matcher.ptr[equals - 1] == '!';
    out->name = str_trim(str_slice(matcher, 0, equals - out->is_not));
    out->pattern = str_trim(str_slice(matcher, equals + 1, matcher.len));
    return out->name.len > 0;
}

static struct str value_of(const struct alert *alert, struct str name)
{
    if (str_eq(name, STR("alertname")))
        return alert->name;
    if (str_eq(name, STR("service")))
        return alert->service;
    if (str_eq(name, STR("severity")))
        return alert->severity;
    for (uint32_t i = 0; i < alert->labels_count; i++)
        if (str_eq(alert->labels[i].name, name))
            return alert->labels[i].value;
    return STR("");
}

bool silence_matches(const struct silence *silence, const struct alert *alert, int64_t now_ns)
{
    bool holds =
        silence->matchers_count > 0 && now_ns >= silence->since_ns && now_ns < silence->until_ns;
    for (uint32_t i = 0; i < silence->matchers_count && holds; i++) {
        struct matcher_parts parts;
        holds = take_apart(silence->matchers[i], &parts) &&
                fits(parts.pattern, value_of(alert, parts.name)) != parts.is_not;
    }
    return holds;
}

/* ---- in the ledger: matchers on lines of their own ---- */

static bool check_matcher(struct str matcher, struct err *err)
{
    struct matcher_parts parts;
    if (matcher.len > SILENCE_MATCHER_LEN_MAX || memchr(matcher.ptr, '\n', matcher.len) ||
        !utf8_is_valid(matcher))
        return err_set(err, ERR_USAGE, "a matcher is one line of at most %d bytes",
                       SILENCE_MATCHER_LEN_MAX);
    return take_apart(matcher, &parts) ||
           err_set(err, ERR_USAGE,
                   "`%.*s` is no matcher; write service=checkout, service!=checkout or "
                   "alertname=High*",
                   STR_ARG(matcher));
}

/* One that takes in everything would make the program deaf, and is written by mistake. */
static bool is_all(const struct silence *silence)
{
    for (uint32_t i = 0; i < silence->matchers_count; i++) {
        struct matcher_parts parts;
        if (!take_apart(silence->matchers[i], &parts) || !fits(parts.pattern, STR("")) ||
            parts.is_not)
            return false;
    }
    return true;
}

static bool check(const struct silence *silence, int64_t now_ns, struct err *err)
{
    if (silence->matchers_count == 0 || silence->matchers_count > SILENCE_MATCHERS_MAX)
        return err_set(err, ERR_USAGE, "1 to %d matchers are wanted: service=checkout",
                       SILENCE_MATCHERS_MAX);
    for (uint32_t i = 0; i < silence->matchers_count; i++)
        if (!check_matcher(silence->matchers[i], err))
            return false;
    if (is_all(silence))
        return err_set(err, ERR_USAGE, "these matchers take in every alert; name something");
    if (silence->until_ns <= now_ns || silence->until_ns <= silence->since_ns)
        return err_set(err, ERR_USAGE, "`until` has passed already, or lies before its start");
    return (silence->who.len <= 256 && silence->why.len <= 1024 && utf8_is_valid(silence->who) &&
            utf8_is_valid(silence->why)) ||
           err_set(err, ERR_USAGE, "who and why are texts of at most 256 and 1024 bytes");
}

static bool check_room(struct ledger *ledger, int64_t now_ns, struct err *err)
{
    struct arena *arena = arena_new("silences");
    struct silence *all;
    uint32_t count;
    const bool ok =
        silence_list(ledger, arena, now_ns, &all, &count, err) &&
        (count < SILENCES_MAX ||
         err_set(err, ERR_OVER_BUDGET, "there are %d silences; end one first", SILENCES_MAX));
    arena_free(arena);
    return ok;
}

static struct str joined(struct arena *arena, const struct silence *silence)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < silence->matchers_count; i++)
        buf_printf(&out, "%.*s\n", STR_ARG(silence->matchers[i]));
    return buf_str(&out);
}

static bool insert(struct ledger *ledger, struct silence *silence, struct err *err)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL}, {0}};
    struct arena *arena = arena_new("silence");
    const struct value values[] = {value_text(joined(arena, silence)), value_int(silence->since_ns),
                                   value_int(silence->until_ns), value_text(silence->who),
                                   value_text(silence->why)};
    struct batch *rows;
    const bool ok = ledger_rows(ledger, arena,
                                "INSERT INTO silences (matchers, since_ns, until_ns, who, why,"
                                " hits) VALUES (?1, ?2, ?3, ?4, ?5, 0) RETURNING number",
                                values, 5, columns, &rows, err);
    if (ok)
        silence->number = rows->columns[0].integers[0];
    arena_free(arena);
    return ok;
}

bool silence_add(struct ledger *ledger, struct silence *silence, int64_t now_ns, struct err *err)
{
    return check(silence, now_ns, err) && check_room(ledger, now_ns, err) &&
           insert(ledger, silence, err);
}

static const struct field columns[] = {
    {"number", TYPE_INT, 0, "", NULL},   {"matchers", TYPE_TEXT, 0, "", NULL},
    {"since_ns", TYPE_INT, 0, "", NULL}, {"until_ns", TYPE_INT, 0, "", NULL},
    {"who", TYPE_TEXT, 0, "", NULL},     {"why", TYPE_TEXT, 0, "", NULL},
    {"hits", TYPE_INT, 0, "", NULL},     {0}};

static void read_row(struct arena *arena, const struct batch *rows, size_t row, struct silence *out)
{
    struct str rest = batch_column(rows, "matchers")->texts[row], line;
    *out = (struct silence){.number = batch_column(rows, "number")->integers[row],
                            .matchers = arena_push_many(arena, struct str, SILENCE_MATCHERS_MAX),
                            .since_ns = batch_column(rows, "since_ns")->integers[row],
                            .until_ns = batch_column(rows, "until_ns")->integers[row],
                            .who = batch_column(rows, "who")->texts[row],
                            .why = batch_column(rows, "why")->texts[row],
                            .hits = batch_column(rows, "hits")->integers[row]};
    while (out->matchers_count < SILENCE_MATCHERS_MAX && str_split(&rest, '\n', &line))
        if (line.len > 0)
            out->matchers[out->matchers_count++] = line;
}

bool silence_list(struct ledger *ledger, struct arena *arena, int64_t now_ns, struct silence **out,
                  uint32_t *count, struct err *err)
{
    const struct value values[] = {value_int(now_ns), value_int(SILENCES_MAX)};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT number, matchers, since_ns, until_ns, who, why, hits FROM silences"
                     " WHERE until_ns > ?1 ORDER BY number DESC LIMIT ?2",
                     values, 2, columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct silence, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        read_row(arena, rows, row, &(*out)[row]);
    return true;
}

bool silence_end(struct ledger *ledger, int64_t number, int64_t now_ns, struct err *err)
{
    static const struct field ended[] = {{"number", TYPE_INT, 0, "", NULL}, {0}};
    const struct value values[] = {value_int(number), value_int(now_ns)};
    struct arena *arena = arena_new("silence");
    struct batch *rows;
    const bool ok =
        ledger_rows(ledger, arena,
                    "UPDATE silences SET until_ns = ?2 WHERE number = ?1"
                    " AND until_ns > ?2 RETURNING number",
                    values, 2, ended, &rows, err) &&
        (rows->rows > 0 ||
         err_set(err, ERR_NOT_FOUND, "there is no silence %lld, or it is over", (long long)number));
    arena_free(arena);
    return ok;
}
