/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/metrics/limits.h"

#include "base/arena.h"
#include "base/map.h"
#include "stats/robust.h"

#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define FULL_AT 0.9       /* work waits before the very last bit is taken */
#define THROTTLED_AT 0.25 /* of four turns one in which a container waited for its quota */
#define ROUNDING 1.0001

static const char *const neutral_words[] = {
    "limit",     "limits", "max",  "maximum", "quota",   "capacity", "usage",
    "used",      "in",     "use",  "active",  "current", "size",     "total",
    "allocated", "count",  "open", "busy",    "desired", "hard",
};

/*
 * Of the exporters of cAdvisor, node, PostgreSQL, MySQL, Redis and Tomcat. `used` may also be in
 * rate(), where it is a counter.
 */
static const struct {
    const char *used, *bound;
    enum limit_sort sort;
} known[] = {
    {"container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total", LIMIT_WAIT},
    {"container_memory_working_set_bytes", "container_spec_memory_limit_bytes", LIMIT_USED},
    {"node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes", LIMIT_ROOM},
    {"node_filesystem_avail_bytes", "node_filesystem_size_bytes", LIMIT_ROOM},
    {"node_filesystem_files_free", "node_filesystem_files", LIMIT_ROOM},
    {"pg_stat_activity_count", "pg_settings_max_connections", LIMIT_USED},
    {"pg_stat_database_numbackends", "pg_settings_max_connections", LIMIT_USED},
    {"mysql_global_status_threads_connected", "mysql_global_variables_max_connections", LIMIT_USED},
    {"redis_connected_clients", "redis_config_maxclients", LIMIT_USED},
    {"tomcat_threads_busy_threads", "tomcat_threads_config_max_threads", LIMIT_USED},
};

const char *limit_sort_name(enum limit_sort sort)
{
    static const char *const names[] = {"none", "used", "room", "share", "wait"};
    return names[sort];
}

static bool is_word_end(char c)
{
    return c == '_' || c == '.' || c == '-' || c == ' ' || c == '(' || c == ')';
}

static bool is_neutral(struct str word)
{
    for (size_t i = 0; i < COUNT_OF(neutral_words); i++)
        if (str_eq(word, str_of(neutral_words[i])))
            return true;
    return word.len == 0;
}

/* The name without the words that tell a limit from what it limits. */
static struct str stem(struct arena *arena, struct str name)
{
    const struct str lower = str_lower(arena, name);
    char *text = arena_alloc(arena, lower.len + 1);
    size_t len = 0;
    for (size_t at = 0, end; at < lower.len; at = end + 1) {
        for (end = at; end < lower.len && !is_word_end(lower.ptr[end]);)
            end++;
        const struct str word = str_slice(lower, at, end);
        for (size_t i = 0; !is_neutral(word) && i < word.len; i++)
            text[len++] = word.ptr[i];
    }
    text[len] = '\0';
    return (struct str){.ptr = text, .len = len};
}

static struct str labels_of(const struct series *series)
{
    const struct str metric = series->name.metric;
    const size_t brace = str_find(metric, STR("{"));
    return brace == STR_NPOS ? STR("") : str_slice(metric, brace, metric.len);
}

/* What a series is found by; empty where its name says nothing. */
static struct str key_of(struct arena *arena, const struct series *series, struct str name)
{
    if (name.len == 0)
        return name;
    return str_printf(arena, "%.*s|%.*s|%.*s|%.*s", STR_ARG(series->name.service),
                      STR_ARG(series->name.instance), STR_ARG(name), STR_ARG(labels_of(series)));
}

struct index {
    struct map keys;
    const struct series **series; /* at the key's number; the first of that key */
};

static struct index index_new(struct arena *arena, uint32_t room)
{
    return (struct index){map_new(arena), arena_push_many(arena, const struct series *, room)};
}

static void index_add(struct index *index, struct str key, const struct series *series)
{
    const uint32_t before = index->keys.count;
    const uint32_t number = key.len > 0 ? map_add(&index->keys, key) : MAP_NONE;
    if (number != MAP_NONE && number >= before)
        index->series[number] = series;
}

static const struct series *index_find(const struct index *index, struct str key)
{
    const uint32_t number = key.len > 0 ? map_find(&index->keys, key) : MAP_NONE;
    return number == MAP_NONE ? NULL : index->series[number];
}

/* "x" of "rate(x)": how often of how often is as much a share as how much of how much. */
static struct str counted(struct str base)
{
    return str_starts(base, STR("rate(")) ? str_slice(base, 5, base.len - 1) : base;
}

static struct limit bounded_by(const struct series *bound, enum limit_sort sort,
                               struct arena *arena)
{
    if (!bound)
        return (struct limit){0};
    const double value = stats_median(arena, bound->values, bound->count);
    return value > 0
               ? (struct limit){sort, bound, value, sort == LIMIT_WAIT ? THROTTLED_AT : FULL_AT}
               : (struct limit){0};
}

static struct limit known_limit(const struct index *names, const struct series *series,
                                struct arena *arena)
{
    const struct str name = counted(series->meaning.base);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (!str_eq(name, str_of(known[i].used)))
            continue;
        const struct series *bound =
            index_find(names, key_of(arena, series, str_of(known[i].bound)));
        return bounded_by(bound, known[i].sort, arena);
    }
    return (struct limit){0};
}

static bool is_resource(enum metric_kind kind)
{
    return kind == METRIC_CPU || kind == METRIC_MEMORY || kind == METRIC_DISK ||
           kind == METRIC_CONNECTIONS;
}

/* What goes beyond the whole (of processors there are several) is no share. */
static struct limit own_share(const struct series *series)
{
    const struct str base = series->meaning.base;
    const bool percent = metric_has_piece(base, STR("percent")) ||
                         metric_has_piece(base, STR("pct")) || str_contains(base, STR("%"));
    const bool ratio =
        metric_has_piece(base, STR("utilization")) || metric_has_piece(base, STR("utilisation")) ||
        metric_has_piece(base, STR("ratio")) || metric_has_piece(base, STR("fraction"));
    if ((!percent && !ratio) || !is_resource(series->meaning.kind) || series->meaning.is_room ||
        labels_of(series).len > 0)
        return (struct limit){0};
    double most = 0, least = 0;
    for (size_t i = 0; i < series->count; i++) {
        most = fmax(most, series->values[i]);
        least = fmin(least, series->values[i]);
    }
    const double whole = percent || most > ROUNDING ? 100 : 1;
    return least >= 0 && most <= ROUNDING * whole
               ? (struct limit){LIMIT_SHARE, NULL, whole, FULL_AT}
               : (struct limit){0};
}

struct limits limits_find(struct arena *arena, const struct series_list *list)
{
    struct limits limits = {.list = list,
                            .items = arena_push_many(arena, struct limit, list->count)};
    struct index stems = index_new(arena, list->count), names = index_new(arena, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *series = &list->items[i];
        index_add(&names, key_of(arena, series, counted(series->meaning.base)), series);
        if (series->meaning.kind == METRIC_LIMIT)
            index_add(&stems, key_of(arena, series, stem(arena, series->meaning.base)), series);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *series = &list->items[i];
        struct limit *limit = &limits.items[i];
        if (series->meaning.kind == METRIC_LIMIT)
            continue;
        *limit = known_limit(&names, series, arena);
        if (limit->sort == LIMIT_NONE && !series->meaning.is_room)
            *limit = bounded_by(
                index_find(&stems, key_of(arena, series, stem(arena, series->meaning.base))),
                LIMIT_USED, arena);
        if (limit->sort == LIMIT_NONE)
            *limit = own_share(series);
    }
    return limits;
}
