/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which values go with lines that tell of a failure: the one host, user or shard that a service
 * fails for, while it goes on well for others.
 *
 * Values are compared with others of their kind in lines of the same service since the onset, for a
 * line that names no host says nothing about hosts. What is counted is slots of ten seconds in
 * which a value was named, and in how many of these a failing line named it: a retry loop writes a
 * thousand lines of one failure. The test is stats/rates.h's; at most a twentieth of all that is
 * told is chance. A value that failing lines named nearly as often before is no news, and a kind
 * with many values is an id of requests.
 *
 * `warroom logs` asks the same of files (logs/compare.h). It counts in tallies of two sides,
 * because a file may be larger than memory; here all lines are at hand, and there are services,
 * slots and a time before. So the two share the test and what is read of a line, and not the
 * counting.
 */
#include "agent/logs/lines.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/rates.h"
#include "text/level.h"
#include "text/miner.h"
#include "text/template.h"

#include <stdlib.h>
#include <string.h>

#define BAD_MIN 3           /* slots with a failing line that names it; fewer are an accident */
#define VALUES_MAX 50       /* of one kind in one service; more are ids */
#define VALUE_BYTES_MAX 120 /* what is longer is no name */
#define PARAMETERS_MAX 24   /* of one line */
#define ROWS_MAX 50
#define FALSE_DISCOVERIES 0.05
#define CHRONIC 0.5 /* of the share of failures since: so many before are the usual state */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who writes the lines", NULL},
    {"kind", TYPE_TEXT, 0, "what the value is: host, ip, user, ...", NULL},
    {"value", TYPE_TEXT, 0, "the value", NULL},
    {"bad_with", TYPE_INT, 0, "slots in which a failing line names it", NULL},
    {"all_with", TYPE_INT, 0, "slots in which a line names it", NULL},
    {"bad_without", TYPE_INT, 0, "the same of other values of the kind", NULL},
    {"all_without", TYPE_INT, 0, "the same of other values of the kind", NULL},
    {"support", TYPE_REAL, 0, "share of the failing slots of the kind that name it", NULL},
    {"lift", TYPE_REAL, 0, "how many times as often failing as the kind at large", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {0},
};

static const struct field output[] = {
    {"tested", TYPE_INT, 0, "values that were tested", NULL},
    {"values", TYPE_ROWS, 0, "those that go with failing lines, the clearest first", columns},
    {0},
};

/* Names of things. Amounts and times are no names, and a status only says again that it failed. */
static bool is_name(enum entity entity)
{
    switch (entity) {
    case ENTITY_ID:
    case ENTITY_UUID:
    case ENTITY_IP:
    case ENTITY_PORT:
    case ENTITY_HOST:
    case ENTITY_URL:
    case ENTITY_PATH:
    case ENTITY_EMAIL:
    case ENTITY_USER:
    case ENTITY_POD:
        return true;
    default:
        return false;
    }
}

/* ---- counting ---- */

#define NO_SLOT INT64_MIN

/* Lines come by time, so a slot that was counted is never met again. */
struct slots {
    uint32_t all, bad;
    int64_t last, last_bad; /* counted from the onset; NO_SLOT: none yet */
};

struct named {
    uint32_t kind;
    struct str value;
    struct slots since, before;
};

/* A kind of value in one service. */
struct values_kind {
    uint32_t service;
    enum entity entity;
    uint32_t values; /* over VALUES_MAX: they are ids */
    uint32_t all, bad;
};

struct reading {
    struct arena *arena;
    const struct lines *lines;
    int64_t onset_ns;
    struct values_kind *kinds; /* ENTITIES for each service */
    struct map keys;           /* kind and value: beside items */
    struct named *items;
    uint32_t room;
    struct shape *shape; /* of the line at hand */
};

/* As LINE_FAILED_SQL has it, so that a query shows the same. */
static bool is_failing(const struct line *line)
{
    return level_of_word(line->level) >= LEVEL_ERROR ||
           str_contains(line->message, STR("Exception")) ||
           str_contains(line->message, STR("Error"));
}

static void count_slot(struct slots *slots, int64_t slot, bool bad)
{
    slots->all += slots->last != slot;
    slots->last = slot;
    if (!bad)
        return;
    slots->bad += slots->last_bad != slot;
    slots->last_bad = slot;
}

/* NULL: the kind has too many values. */
static struct named *named_of(struct reading *read, uint32_t service, enum entity entity,
                              struct str value)
{
    char key[sizeof(uint32_t) + VALUE_BYTES_MAX];
    const uint32_t number = service * ENTITIES + (uint32_t)entity;
    struct values_kind *kind = &read->kinds[number];
    memcpy(key, &number, sizeof number);
    memcpy(key + sizeof number, value.ptr, value.len);
    const struct str text = {.ptr = key, .len = sizeof number + value.len};
    const uint32_t known = map_find(&read->keys, text);
    if (known != MAP_NONE)
        return &read->items[known];
    *kind = (struct values_kind){.service = service, .entity = entity, .values = kind->values + 1};
    if (kind->values > VALUES_MAX)
        return NULL;
    if (read->keys.count == read->room) {
        const uint32_t room = read->room > 0 ? 2 * read->room : 64;
        read->items = arena_grow(read->arena, read->items, read->room * sizeof *read->items,
                                 room * sizeof *read->items);
        read->room = room;
    }
    struct named *named = &read->items[map_add(&read->keys, text)];
    *named = (struct named){.kind = number,
                            .value = str_copy(read->arena, value),
                            .since = {.last = NO_SLOT, .last_bad = NO_SLOT},
                            .before = {.last = NO_SLOT, .last_bad = NO_SLOT}};
    return named;
}

static void count_value(struct reading *read, const struct line *line, enum entity entity,
                        struct str value)
{
    if (!is_name(entity) || value.len == 0 || value.len > VALUE_BYTES_MAX)
        return;
    struct named *named = named_of(read, line->service, entity, value);
    const bool before = line->of_reference || line->time_ns < read->onset_ns;
    if (named)
        count_slot(before ? &named->before : &named->since,
                   line_slot(line->time_ns, read->onset_ns), is_failing(line));
}

/*
 * Of the first line of a message. A line that names its place in the code has no template of the
 * miner (lines.h); of it, what is recognised by form alone.
 */
static void count_line(struct reading *read, const struct line *line)
{
    struct parameter parameters[PARAMETERS_MAX];
    struct shape *shape = read->shape;
    struct str rest = template_message(line->message), message;
    if (!str_split(&rest, '\n', &message))
        return;
    mask_message(message, shape);
    const size_t count =
        miner_parameters_of(read->lines->miner, message, shape, parameters, PARAMETERS_MAX);
    for (size_t i = 0; i < count; i++)
        count_value(read, line, parameters[i].entity, parameters[i].value);
    for (uint32_t i = 0; count == 0 && i < shape->atoms_count; i++) {
        const struct atom *atom = &shape->atoms[i];
        count_value(read, line, (enum entity)atom->entity,
                    str_slice(message, atom->start, atom->end));
    }
}

/* Only services with failures since the onset have anything to tell apart. */
static void count_lines(struct reading *read)
{
    const struct lines *lines = read->lines;
    uint32_t *failures = arena_push_many(read->arena, uint32_t, lines->services.count + 1);
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        failures[line->service] +=
            !line->of_reference && line->time_ns >= read->onset_ns && is_failing(line);
    }
    for (uint32_t i = 0; i < lines->count; i++)
        if (failures[lines->items[i].service] >= BAD_MIN)
            count_line(read, &lines->items[i]);
    for (uint32_t i = 0; i < read->keys.count; i++) {
        const struct named *named = &read->items[i];
        read->kinds[named->kind].all += named->since.all;
        read->kinds[named->kind].bad += named->since.bad;
    }
}

/* ---- what separates ---- */

struct contrast {
    const struct named *named;
    uint32_t number;
    double p, strength;
    bool more;
};

static int clearest_first(const void *a, const void *b)
{
    const struct contrast *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

static bool is_chronic(const struct named *named)
{
    const struct slots *before = &named->before, *since = &named->since;
    return (double)before->bad * since->all > CHRONIC * since->bad * before->all;
}

/* All that could be told is tested, and what is certain among it kept. */
static uint32_t test_values(const struct reading *read, struct contrast *contrasts,
                            uint32_t *tested)
{
    uint32_t count = 0, kept = 0;
    double *p = arena_push_many(read->arena, double, read->keys.count + 1);
    bool *keep = arena_push_many(read->arena, bool, read->keys.count + 1);
    for (uint32_t i = 0; i < read->keys.count; i++) {
        const struct named *named = &read->items[i];
        const struct values_kind *kind = &read->kinds[named->kind];
        const struct slots *with = &named->since;
        if (kind->values > VALUES_MAX || with->all == 0 || with->all == kind->all)
            continue;
        const double bad = kind->bad - with->bad, all = kind->all - with->all;
        struct contrast *contrast = &contrasts[count];
        double g;
        *contrast = (struct contrast){.named = named, .number = i};
        contrast->strength = trial_difference(with->bad, with->all, bad, all, &g);
        contrast->more = with->bad * all > bad * with->all;
        contrast->p = stats_p_of_g(g);
        p[count++] = contrast->p;
    }
    stats_keep_discoveries(read->arena, p, count, FALSE_DISCOVERIES, keep);
    for (uint32_t i = 0; i < count; i++)
        if (keep[i] && contrasts[i].more && contrasts[i].strength > 0 &&
            contrasts[i].named->since.bad >= BAD_MIN && !is_chronic(contrasts[i].named))
            contrasts[kept++] = contrasts[i];
    if (kept > 0)
        qsort(contrasts, kept, sizeof *contrasts, clearest_first);
    *tested = count;
    return kept;
}

static void add_row(const struct reading *read, struct batch *rows, const struct contrast *it)
{
    const struct named *named = it->named;
    const struct values_kind *kind = &read->kinds[named->kind];
    const struct slots *with = &named->since;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(read->lines, kind->service)));
    batch_set(rows, row, "kind", value_text(str_of(entity_name(kind->entity))));
    batch_set(rows, row, "value", value_text(named->value));
    batch_set(rows, row, "bad_with", value_int(with->bad));
    batch_set(rows, row, "all_with", value_int(with->all));
    batch_set(rows, row, "bad_without", value_int(kind->bad - with->bad));
    batch_set(rows, row, "all_without", value_int(kind->all - with->all));
    batch_set(rows, row, "support", value_real((double)with->bad / kind->bad));
    batch_set(rows, row, "lift",
              value_real((double)with->bad * kind->all / ((double)kind->bad * with->all)));
    batch_set(rows, row, "strength", value_real(it->strength));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct lines lines;
    if (!lines_load(call, &lines, err))
        return false;
    struct arena *arena = call->scratch;
    struct reading read = {
        .arena = arena,
        .lines = &lines,
        .onset_ns = record_at(in, "onset")->integer,
        .kinds =
            arena_push_many(arena, struct values_kind, (size_t)lines.services.count * ENTITIES + 1),
        .keys = map_new(arena),
        .shape = arena_push(arena, struct shape),
    };
    count_lines(&read);
    struct contrast *contrasts = arena_push_many(arena, struct contrast, read.keys.count + 1);
    uint32_t tested;
    const uint32_t count = test_values(&read, contrasts, &tested);
    struct batch *rows = batch_new(arena, columns);
    for (uint32_t i = 0; i < count && i < ROWS_MAX; i++)
        add_row(&read, rows, &contrasts[i]);
    *record_at(out, "tested") = value_int(tested);
    *record_at(out, "values") = value_rows(rows);
    return true;
}

const struct tool tool_logs_values = {
    .sig = {.name = "values",
            .summary = "Tell which values go with lines that tell of a failure",
            .input = input,
            .output = output},
    .run = run,
};
