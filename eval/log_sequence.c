/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_sequence.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/json.h"
#include "eval/cases.h"
#include "eval/log_rows.h"
#include "expert/log/sequence.h"
#include "text/mask.h"
#include "text/template.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATES_MAX 65536

enum ranker { RANKER_EXPERT, RANKER_NEW, RANKER_SHIFT, RANKERS };

static const char *const ranker_names[RANKERS] = {"surprise", "new templates", "shift of counts"};

struct step {
    double time;
    uint32_t service, template, at;
};

struct steps {
    struct step *items;
    uint32_t count;
};

struct outcome {
    uint32_t cases, first[RANKERS], among_three[RANKERS];
};

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static bool read_steps(struct arena *arena, const char *folder, bool reference,
                       struct map *services, struct map *templates, struct steps *out,
                       struct err *err)
{
    static struct shape shape;
    struct log_rows rows = {0};
    if (!log_rows_read(arena, folder, reference, &rows, err))
        return false;
    out->items = arena_push_many(arena, struct step, rows.count + 1);
    for (uint32_t i = 0; i < rows.count; i++) {
        const struct str place = template_place(rows.items[i].message);
        if (place.len == 0)
            mask_message(rows.items[i].message, &shape);
        const struct str key = place.len > 0 ? place : (struct str){shape.text, shape.len};
        if (templates->count == TEMPLATES_MAX && map_find(templates, key) == MAP_NONE)
            continue;
        out->items[out->count++] =
            (struct step){.time = rows.items[i].time,
                          .service = map_add(services, rows.items[i].service),
                          .template = map_add(templates, key),
                          .at = i};
    }
    qsort(out->items, out->count, sizeof *out->items, by_time);
    return true;
}

/* How far two distributions are apart, in bits. */
static double divergence(const double *a, const double *b, uint32_t count)
{
    double all_a = 0, all_b = 0, out = 0;
    for (uint32_t i = 0; i < count; i++) {
        all_a += a[i];
        all_b += b[i];
    }
    for (uint32_t i = 0; i < count && all_a > 0 && all_b > 0; i++) {
        const double p = a[i] / all_a, q = b[i] / all_b, mean = (p + q) / 2;
        out += (p > 0 ? p * log2(p / mean) : 0) / 2 + (q > 0 ? q * log2(q / mean) : 0) / 2;
    }
    return out;
}

static void score_service(struct arena *arena, const struct log_numbers *numbers,
                          const struct steps *reference, const struct steps *during,
                          uint32_t service, double from, uint32_t templates, double scores[RANKERS])
{
    struct sequence *sequence = sequence_new(arena, numbers);
    double *counts = arena_push_many(arena, double, templates + 1);
    double *counts_during = arena_push_many(arena, double, templates + 1);
    double usual = 0, bits = 0, fresh = 0;
    uint32_t learned = 0, judged = 0;
    /* what the second half of the reference surprises by, after the first; and then all of it */
    for (int pass = 0; pass < 2; pass++) {
        uint32_t seen = 0, of = 0;
        for (uint32_t i = 0; i < reference->count; i++)
            of += reference->items[i].service == service;
        struct sequence *into = pass ? sequence : sequence_new(arena, numbers);
        for (uint32_t i = 0; i < reference->count; i++) {
            const struct step *step = &reference->items[i];
            if (step->service != service)
                continue;
            if (pass == 0 && seen++ >= of / 2) {
                usual += sequence_judge(into, step->template).bits;
                learned++;
            } else {
                sequence_learn(into, step->template);
            }
            counts[step->template] += pass;
        }
    }
    sequence_break(sequence);
    for (uint32_t i = 0; i < during->count; i++) {
        const struct step *step = &during->items[i];
        if (step->service != service || step->time < from)
            continue;
        bits += sequence_judge(sequence, step->template).bits;
        fresh += counts[step->template] == 0;
        counts_during[step->template]++;
        judged++;
    }
    scores[RANKER_EXPERT] = judged && learned ? bits / judged - usual / learned : 0;
    scores[RANKER_NEW] = judged ? fresh / judged : 0;
    scores[RANKER_SHIFT] = divergence(counts, counts_during, templates);
}

static bool take_case(const struct eval_case *it, const struct log_numbers *numbers,
                      struct outcome *out, struct err *err)
{
    struct arena *arena = arena_new("case");
    struct map services = map_new(arena), templates = map_new(arena);
    struct steps reference = {0}, during = {0};
    json_t *truth = json_load_file(str_printf(arena, "%s/truth.json", it->path.ptr).ptr, 0, NULL);
    const char *service = json_string_value(json_object_get(truth, "service"));
    const json_t *from = json_object_get(truth, "t_inject");
    bool ok = read_steps(arena, it->path.ptr, true, &services, &templates, &reference, err);
    if (ok && reference.count > 0 && service && *service && json_is_number(from)) {
        ok = read_steps(arena, it->path.ptr, false, &services, &templates, &during, err);
        const uint32_t right = map_find(&services, str_of(service));
        double(*scores)[RANKERS] = arena_alloc(arena, sizeof *scores * (services.count + 1));
        for (uint32_t i = 0; ok && i < services.count; i++)
            score_service(arena, numbers, &reference, &during, i, json_number_value(from),
                          templates.count, scores[i]);
        out->cases += ok;
        for (int ranker = 0; ok && right != MAP_NONE && ranker < RANKERS; ranker++) {
            uint32_t better = 0; /* of equals, all others are */
            for (uint32_t i = 0; i < services.count; i++)
                better += i != right && scores[i][ranker] >= scores[right][ranker];
            out->first[ranker] += better == 0;
            out->among_three[ranker] += better < 3;
        }
    }
    json_decref(truth);
    arena_free(arena);
    return ok;
}

bool sequence_measure(struct arena *arena, char **folders, const struct log_numbers *numbers,
                      struct buf *text, struct buf *json, struct err *err)
{
    struct eval_cases cases = cases_new(arena);
    struct outcome all = {0};
    for (; *folders; folders++)
        if (!cases_find(&cases, *folders, err))
            return false;
    cases_sort(&cases);
    for (uint32_t i = 0; i < cases.count; i++)
        if (!take_case(&cases.items[i], numbers, &all, err))
            return false;
    if (all.cases == 0)
        return true;
    buf_printf(text, "\nwhich service, by its log alone, in %u cases with a reference\n",
               all.cases);
    json_put_key(json, "sequence");
    buf_printf(json, "{\"cases\":%u", all.cases);
    for (int ranker = 0; ranker < RANKERS; ranker++) {
        buf_printf(text, "  %-16s first %u, among three %u\n", ranker_names[ranker],
                   all.first[ranker], all.among_three[ranker]);
        json_put_key(json, ranker_names[ranker]);
        buf_printf(json, "[%u,%u]", all.first[ranker], all.among_three[ranker]);
    }
    buf_add_char(json, '}');
    return true;
}
