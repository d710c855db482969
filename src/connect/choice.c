/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/choice.h"

#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "base/map.h"
#include "connect/answer.h"

#include <stdlib.h>

#define SERIES_PER_ASK 250 /* about 2 MB of an answer */
#define POINTS_MAX 250     /* of a series */
#define NAMES_PER_ASK 300  /* of which the number of series is asked at once */
#define NAMES_MAX 20000    /* of metrics that are looked at */
#define SIZE_UNKNOWN 4     /* series of a metric that has none at the end of the window */
#define ONE_METRIC_MAX 400 /* series; of more, sums are fetched */
#define SIZE_MAX_TOLD INT64_C(1000000000) /* more is no number to reckon with */

int64_t choice_seconds(struct window window)
{
    const int64_t span_ns = window.end_ns - window.start_ns;
    return span_ns > NS_PER_S ? (span_ns + NS_PER_S - 1) / NS_PER_S : 1;
}

/* ---- which names ---- */

/* What the wheel of a step is: as long as points are few enough, samples as they were taken. */
static int64_t step_of(const struct gathered *gathered, struct window window)
{
    static const int64_t steps_s[] = {5, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600};
    const int64_t points = answer_number(gathered_fact(gathered, CHOICE_POINTS), 0);
    const int64_t span_s = choice_seconds(window);
    size_t i = 0;
    if (points >= 1 && points <= POINTS_MAX)
        return 0;
    while (i + 1 < sizeof steps_s / sizeof *steps_s && span_s / steps_s[i] > POINTS_MAX)
        i++;
    return steps_s[i] * NS_PER_S;
}

/* A rule that speaks of the buckets of a histogram is about its sum and count as well. */
static struct str stem_of(struct str name)
{
    static const char *const parts[] = {"_sum", "_count"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_ends(name, str_of(parts[i])))
            return str_slice(name, 0, name.len - strlen(parts[i]));
    return name;
}

/* How soon a metric is fetched; -1: never. Buckets say what their sum and count say, and more. */
static int rank_of(struct str name, struct str expression)
{
    static const char *const dull[] = {"scrape_", "promhttp_", "ALERTS", "go_memstats_",
                                       "net_conntrack_dialer_"};
    if (str_ends(name, STR("_bucket")) || str_ends(name, STR("_created")))
        return -1;
    if (str_contains(expression, stem_of(name)) || str_eq(name, STR("up")))
        return 0;
    for (size_t i = 0; i < sizeof dull / sizeof *dull; i++)
        if (str_starts(name, str_of(dull[i])))
            return -1;
    switch (metric_meaning_of(name).kind) {
    case METRIC_OTHER:
        return str_ends(name, STR("_info")) ? -1 : 3;
    case METRIC_LIMIT:
    case METRIC_COLLECTION:
        return 2;
    default:
        return 1;
    }
}

struct candidate {
    struct str name;
    int rank;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return x->rank != y->rank ? x->rank - y->rank : str_compare(x->name, y->name);
}

void choice_of_names(struct arena *scratch, const struct question *question, const json_t *metrics,
                     struct gathered *out)
{
    const struct str expression = gathered_fact(out, CHOICE_EXPRESSION);
    const size_t named = json_array_size(metrics);
    const size_t looked_at = named < NAMES_MAX ? named : NAMES_MAX;
    struct candidate *all = arena_push_many(scratch, struct candidate, looked_at + 1);
    struct str *names = arena_push_many(scratch, struct str, looked_at + 1);
    uint32_t count = 0;
    for (size_t i = 0; i < looked_at; i++) {
        const struct str name = answer_string(json_array_get(metrics, i));
        all[count] = (struct candidate){.name = name, .rank = rank_of(name, expression)};
        count += name.len > 0 && all[count].rank >= 0;
    }
    if (named > looked_at)
        gathered_left_out(out, "of %zu metrics %zu were looked at", named, looked_at);
    qsort(all, count, sizeof *all, compare_candidates);
    for (uint32_t i = 0; i < count; i++)
        names[i] = all[i].name;
    struct question next = {.wanted = WANT_SIZES,
                            .window = question->window,
                            .alert = question->alert,
                            .rows_max = question->rows_max,
                            .step_ns = step_of(out, question->window)};
    for (uint32_t at = 0; at < count; at += NAMES_PER_ASK) {
        next.names = names + at;
        next.names_count = count - at < NAMES_PER_ASK ? count - at : NAMES_PER_ASK;
        gathered_ask(out, &next);
    }
}

/* ---- how many series ---- */

static int64_t size_of(int64_t told)
{
    return told < 0 ? 0 : told > SIZE_MAX_TOLD ? SIZE_MAX_TOLD : told;
}

static int64_t *sizes_of(struct arena *scratch, const struct question *question,
                         const json_t *result)
{
    int64_t *sizes = arena_push_many(scratch, int64_t, question->names_count + 1);
    struct map numbers = map_new(scratch);
    const json_t *one;
    size_t i;
    for (uint32_t n = 0; n < question->names_count; n++) {
        map_add(&numbers, question->names[n]);
        sizes[n] = SIZE_UNKNOWN;
    }
    json_array_foreach(result, i, one)
    {
        const struct str name = answer_text(json_object_get(one, "metric"), "__name__");
        const uint32_t number = map_find(&numbers, name);
        if (number != MAP_NONE)
            sizes[number] =
                size_of(answer_integer(json_array_get(json_object_get(one, "value"), 1), 0));
    }
    return sizes;
}

/* Labels of the alert that say where it is: what is elsewhere is less likely to matter. */
static bool narrow(struct arena *scratch, struct question *question)
{
    static const char *const where[] = {"cluster", "namespace"};
    struct matcher *matchers = arena_push_many(scratch, struct matcher, 2);
    if (question->matchers_count > 0)
        return false;
    for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
        const struct str value = alert_label(question->alert, where[i]);
        if (value.len > 0)
            matchers[question->matchers_count++] =
                (struct matcher){.name = str_of(where[i]), .value = value};
    }
    question->matchers = matchers;
    return question->matchers_count > 0;
}

static int64_t series_so_far(const struct gathered *gathered)
{
    return answer_number(gathered_fact(gathered, "series"), 0);
}

/* Asks for `names`, of which `size` series are expected. */
static void ask_samples(struct arena *scratch, const struct question *next, const struct str *names,
                        uint32_t count, int64_t size, struct gathered *out)
{
    struct question samples = *next;
    samples.wanted = WANT_SAMPLES;
    samples.names = names;
    samples.names_count = count;
    gathered_ask(out, &samples);
    gathered_learn(out, "series",
                   str_printf(scratch, "%lld", (long long)(series_so_far(out) + size)));
}

/* A sum is made on a grid; one as wide as a scrape, so that none of its points repeats another. */
static void ask_sum(struct arena *scratch, const struct question *next, const struct str *name,
                    struct gathered *out)
{
    struct question sum = *next;
    const int64_t span_s = choice_seconds(next->window);
    const int64_t points = answer_number(gathered_fact(out, CHOICE_POINTS), POINTS_MAX);
    sum.cursor = STR(CHOICE_SUM);
    if (sum.step_ns == 0)
        sum.step_ns = points < 1 ? NS_PER_S : (span_s + points - 1) / points * NS_PER_S;
    ask_samples(scratch, &sum, name, 1, ONE_METRIC_MAX, out);
}

/* Names that stand side by side and are asked for at once. */
struct portion {
    uint32_t from, to;
    int64_t size;
};

static void ask_portion(struct arena *scratch, const struct question *next, struct portion *portion,
                        uint32_t from, struct gathered *out)
{
    if (portion->to > portion->from)
        ask_samples(scratch, next, next->names + portion->from, portion->to - portion->from,
                    portion->size, out);
    *portion = (struct portion){.from = from, .to = from};
}

/* Returns how many names did not fit. */
static uint32_t ask_portions(struct arena *scratch, const struct question *next,
                             const int64_t *sizes, int64_t series_max, struct gathered *out)
{
    struct portion portion = {0};
    uint32_t left_out = 0;
    for (uint32_t n = 0; n < next->names_count; n++) {
        const bool is_large = sizes[n] > ONE_METRIC_MAX;
        const int64_t size = is_large ? ONE_METRIC_MAX : sizes[n];
        const bool fits = series_so_far(out) + portion.size + size <= series_max;
        if (is_large || !fits) {
            ask_portion(scratch, next, &portion, n + 1, out);
            if (fits)
                ask_sum(scratch, next, next->names + n, out);
            left_out += !fits;
            continue;
        }
        if (portion.size + size > SERIES_PER_ASK)
            ask_portion(scratch, next, &portion, n, out);
        portion.size += size;
        portion.to = n + 1;
    }
    ask_portion(scratch, next, &portion, next->names_count, out);
    return left_out;
}

void choice_of_samples(struct arena *scratch, const struct question *question, int64_t series_max,
                       const json_t *result, struct gathered *out)
{
    const int64_t *sizes = sizes_of(scratch, question, result);
    struct question next = *question;
    int64_t total = series_so_far(out);
    for (uint32_t n = 0; n < question->names_count; n++)
        total += sizes[n];
    if (total > series_max && narrow(scratch, &next)) {
        gathered_note(out, "there are more than %lld series, so only those of the alert's %.*s",
                      (long long)series_max, STR_ARG(next.matchers[0].name));
        gathered_ask(out, &next);
        return;
    }
    const uint32_t left_out = ask_portions(scratch, &next, sizes, series_max, out);
    if (left_out > 0)
        gathered_left_out(out,
                          "%u metrics were left out, with %lld series fetched; bound them by "
                          "`match`, or allow more `series`",
                          left_out, (long long)series_so_far(out));
}
