/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/summaries.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "eval/child.h"
#include "eval/packed.h"
#include "eval/suite/ask.h"
#include "eval/suite/rouge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define RAW_BYTES_MAX ((size_t)64 << 20) /* of one file of a bundle */
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)
#define TIMEOUT_NS (300 * NS_PER_S)
#define ITEMS_MAX 1000
#define QUERIES_MAX 64
#define HALLUCINATIONS_MAX 2 /* with more an item counts nothing */

#define KEPT TASK_US ", kept half"
#define DEV TASK_US ", dev half"
#define LEAD "the alert's text"
#define TEMPLATE "a form filled in"
#define PEOPLE "people, the worst of them"

static const char *const of_names[] = {"traces", "signals"};

/* What the summary may be made of, as people had it. */
static const char *const files_of[][8] = {
    {"alert.json", "traces.csv", "traces.jsonl", "otlp-traces.jsonl", NULL},
    {"alert.json", "alerts.json", "logs.jsonl", "logs.csv", "metrics.csv", "otlp-logs.jsonl",
     "topology.csv", NULL},
};

/* ---- references ---- */

static struct str text_of(struct arena *arena, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? str_copy(arena, str_of(text)) : STR("");
}

static bool read_item(struct arena *arena, struct str line, struct summary_item *out)
{
    json_t *object = json_loadb(line.ptr, line.len, 0, NULL);
    const json_t *texts = json_object_get(object, "texts");
    const struct str half = text_of(arena, object, "half");
    *out = (struct summary_item){.id = text_of(arena, object, "id"),
                                 .bundle = text_of(arena, object, "bundle").ptr,
                                 .is_kept = str_eq(half, STR("kept"))};
    while (out->texts_count < json_array_size(texts) && out->texts_count < REFERENCES_MAX) {
        const char *text = json_string_value(json_array_get(texts, out->texts_count));
        out->texts[out->texts_count++] = str_copy(arena, str_of(text));
    }
    json_decref(object);
    return out->id.len > 0 && *out->bundle && (out->is_kept || str_eq(half, STR("dev"))) &&
           out->texts_count >= 2;
}

bool summaries_read(const struct task_run *run, enum summary_of of, struct summary_items *out,
                    struct err *err)
{
    const char *path = str_printf(run->arena, "eval/references/%s.jsonl", of_names[of]).ptr;
    struct str text, line;
    if (!ask_own_file(run->arena, path, &text, err))
        return false;
    *out = (struct summary_items){.items =
                                      arena_push_many(run->arena, struct summary_item, ITEMS_MAX)};
    for (uint32_t number = 1; out->count < ITEMS_MAX && str_split(&text, '\n', &line); number++)
        if (str_trim(line).len > 0 && !read_item(run->arena, line, &out->items[out->count++]))
            return err_set(err, ERR_CORRUPT,
                           "%s:%u: wants `id`, `bundle`, `half` (dev or kept) and two `texts` or "
                           "more",
                           path, number);
    return out->count > 0 || err_set(err, ERR_CORRUPT, "%s: there is no reference in it", path);
}

/* ---- the program ---- */

static bool ask(struct arena *arena, const char *const *argv, json_t **out, struct err *err)
{
    struct child_result result;
    if (!child_run(arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    *out = json_loadb(result.output.ptr, result.output.len, 0, NULL);
    return *out || err_set(err, ERR_PROTOCOL, "%s %s: it printed no JSON: %.*s", argv[0], argv[1],
                           STR_ARG(child_fault(arena, &result)));
}

/* The rows of all queries of a summary, an object each; asked at once, for a bundle is read anew
 * each time. */
static json_t *rows_of(const struct task_run *run, const struct summary_item *item,
                       const json_t *summary)
{
    struct buf sql = buf_new(run->arena);
    const json_t *sentence, *claim;
    size_t i, k, count = 0;
    json_array_foreach(json_object_get(summary, "sentences"), i, sentence)
        json_array_foreach(json_object_get(sentence, "claims"), k, claim)
    {
        const char *query = json_string_value(json_object_get(claim, "query"));
        if (query && count < QUERIES_MAX && !str_contains(buf_str(&sql), str_of(query)))
            buf_printf(&sql, "%sSELECT to_json(t)::VARCHAR AS row FROM (%s) t",
                       count++ > 0 ? " UNION ALL " : "", query);
    }
    const char *const argv[] = {run->place->program, "query",  item->bundle,
                                buf_str(&sql).ptr,   "--json", NULL};
    json_t *texts = NULL, *rows = json_array();
    struct err ignored = {0};
    if (count > 0 && ask(run->arena, argv, &texts, &ignored)) {
        const json_t *row;
        json_array_foreach(texts, i, row)
        {
            const char *text = json_string_value(json_object_get(row, "row"));
            json_array_append_new(rows, text ? json_loads(text, 0, NULL) : json_object());
        }
    }
    json_decref(texts);
    return rows;
}

/* ---- the bundle ---- */

static struct str raw_of(struct arena *arena, const struct summary_item *item, enum summary_of of)
{
    struct buf raw = buf_new(arena);
    for (const char *const *name = files_of[of]; *name; name++) {
        struct arena *scratch = arena_new("file of a bundle");
        struct str text;
        struct err ignored = {0};
        if (packed_read(scratch, str_of(item->bundle), *name, RAW_BYTES_MAX, &text, &ignored)) {
            buf_add(&raw, text);
            buf_add_char(&raw, '\n');
        }
        arena_free(scratch);
    }
    return buf_str(&raw);
}

struct incident {
    double began_s;
    struct str alert, name, service, words; /* the file; what it says */
};

static bool read_incident(struct arena *arena, const struct summary_item *item,
                          struct incident *out, struct err *err)
{
    struct str truth;
    if (!packed_is(str_of(item->bundle)))
        return err_set(err, ERR_USAGE, "%s: a .tar.zst is wanted", item->bundle);
    if (!packed_read(arena, str_of(item->bundle), "truth.json", FILE_BYTES_MAX, &truth, err) ||
        !packed_read(arena, str_of(item->bundle), "alert.json", FILE_BYTES_MAX, &out->alert, err))
        return false;
    json_t *told = json_loadb(truth.ptr, truth.len, 0, NULL);
    json_t *alert = json_loadb(out->alert.ptr, out->alert.len, 0, NULL);
    const json_t *first = json_array_get(json_object_get(alert, "alerts"), 0);
    const json_t *labels = json_object_get(first, "labels");
    const json_t *notes = json_object_get(first, "annotations");
    out->began_s = json_number_value(json_object_get(told, "t_inject"));
    out->name = text_of(arena, labels, "alertname");
    out->service = text_of(arena, labels, "service");
    out->words =
        str_printf(arena, "%s: %s. %s.", out->name.ptr, text_of(arena, notes, "summary").ptr,
                   text_of(arena, notes, "description").ptr);
    json_decref(told);
    json_decref(alert);
    return out->began_s > 0 ||
           err_set(err, ERR_CORRUPT, "%s: its truth.json has no t_inject", item->bundle);
}

/* ---- a form filled in ---- */

static const char loudest_sql[] =
    "SELECT metric AS name, median(value) FILTER (WHERE time < %1$s) AS before, median(value) "
    "FILTER (WHERE time >= %1$s) AS since FROM metrics WHERE service = '%2$s' AND isfinite(value) "
    "GROUP BY metric HAVING before IS NOT NULL AND since IS NOT NULL ORDER BY abs(since - before) "
    "/ greatest(abs(before), 1e-3) DESC, name LIMIT 1";

static const char slowest_sql[] =
    "SELECT service || ' ' || operation AS name, avg(duration_us / 1e3) FILTER (WHERE time < %1$s) "
    "AS before, avg(duration_us / 1e3) FILTER (WHERE time >= %1$s) AS since FROM traces GROUP BY "
    "name HAVING before IS NOT NULL AND since IS NOT NULL ORDER BY since - before DESC, name LIMIT "
    "1";

static bool is_plain(struct str name)
{
    return str_find(name, STR("'")) == STR_NPOS;
}

/* The loudest metric of the alert's service, or the operation whose time grew the most. */
static struct str fill_in(const struct task_run *run, enum summary_of of,
                          const struct summary_item *item, const struct incident *incident)
{
    struct arena *arena = run->arena;
    const struct str began =
        str_printf(arena, "make_timestamp_ns(%lld)", (long long)(incident->began_s * 1e9));
    const struct str sql =
        of == SUMMARY_OF_TRACES
            ? str_printf(arena, slowest_sql, began.ptr)
            : str_printf(arena, loudest_sql, began.ptr,
                         is_plain(incident->service) ? incident->service.ptr : "");
    const char *const argv[] = {
        run->place->program, "query", item->bundle, sql.ptr, "--json", NULL};
    json_t *rows = NULL;
    struct err ignored = {0};
    struct str out = STR("");
    if (ask(arena, argv, &rows, &ignored) && json_array_size(rows) > 0) {
        const json_t *row = json_array_get(rows, 0);
        const char *name = json_string_value(json_object_get(row, "name"));
        const double before = json_number_value(json_object_get(row, "before"));
        const double since = json_number_value(json_object_get(row, "since"));
        out = of == SUMMARY_OF_TRACES
                  ? str_printf(arena, "%s went from %.3g ms to %.3g ms.", name, before, since)
                  : str_printf(arena, "The alert %s fired for %s. %s of %s went from %.3g to %.3g.",
                               incident->name.ptr, incident->service.ptr, name,
                               incident->service.ptr, before, since);
    }
    json_decref(rows);
    return out;
}

/* ---- one item ---- */

/* The sentences with their marks, where the program gives names in backquotes. */
static struct str marked_of(struct arena *arena, const json_t *summary)
{
    struct buf out = buf_new(arena);
    const json_t *sentence;
    size_t i;
    json_array_foreach(json_object_get(summary, "sentences"), i, sentence)
        buf_printf(&out, "%s ", text_of(arena, sentence, "text").ptr);
    return buf_str(&out);
}

static struct facts facts_of(struct arena *arena, const struct facts_data *data, struct str text)
{
    struct arena *scratch = arena_new("facts");
    struct facts facts = facts_check(scratch, text, data);
    facts.missing = str_copy(arena, facts.missing);
    arena_free(scratch);
    return facts;
}

static void check(const struct task_run *run, enum summary_of of, const struct summary_item *item,
                  const struct incident *incident, const json_t *summary, struct summary_told *out)
{
    json_t *rows = rows_of(run, item, summary);
    struct arena *scratch = arena_new("raw files");
    struct facts_data data = {.raw = raw_of(scratch, item, of),
                              .alert = incident->alert,
                              .rows = rows,
                              .references = item->texts,
                              .references_count = item->texts_count,
                              .with_numbers = true};
    out->facts = facts_of(run->arena, &data, marked_of(run->arena, summary));
    data.with_numbers = false;
    out->names = (struct facts){.missing = STR("")};
    for (uint32_t i = 0; i < item->texts_count; i++) {
        const struct facts one = facts_of(run->arena, &data, item->texts[i]);
        out->names.entities += one.entities;
        out->names.borne_out += one.borne_out;
    }
    arena_free(scratch);
    json_decref(rows);
}

static bool ask_anew(const struct task_run *run, enum summary_of of,
                     const struct summary_item *item, struct summary_told *out, struct err *err)
{
    struct incident incident;
    json_t *answer;
    if (!read_incident(run->arena, item, &incident, err))
        return false;
    const char *since = str_printf(run->arena, "%.3f", incident.began_s).ptr;
    const char *const argv[] = {run->place->program,
                                "summarise",
                                item->bundle,
                                "--of",
                                of_names[of],
                                "--json",
                                of == SUMMARY_OF_TRACES ? "--since" : NULL,
                                since,
                                NULL};
    if (!ask(run->arena, argv, &answer, err))
        return false;
    const json_t *summary = json_object_get(answer, of_names[of]);
    *out = (struct summary_told){.text = text_of(run->arena, summary, "text"),
                                 .lead = incident.words,
                                 .template = fill_in(run, of, item, &incident)};
    check(run, of, item, &incident, summary, out);
    json_decref(answer);
    return true;
}

bool summaries_ask(const struct task_run *run, enum summary_of of, const struct summary_item *item,
                   struct summary_told *out, struct err *err)
{
    /* for all tasks of this process */
    static struct {
        struct str key;
        struct summary_told told;
    } kept[2 * ITEMS_MAX];
    static uint32_t kept_count;
    static struct arena *arena;
    if (!arena)
        arena = arena_new("summaries");
    struct task_run lasting = *run;
    lasting.arena = arena;
    const struct str key = str_printf(arena, "%s %s", of_names[of], item->id.ptr);
    for (uint32_t i = 0; i < kept_count; i++)
        if (str_eq(kept[i].key, key)) {
            *out = kept[i].told;
            return true;
        }
    if (!ask_anew(&lasting, of, item, out, err))
        return false;
    if (kept_count < 2 * ITEMS_MAX) {
        kept[kept_count].key = key;
        kept[kept_count++].told = *out;
    }
    return true;
}

void summaries_add(struct task_run *run, const struct summary_item *item, const double *parts,
                   uint32_t parts_count)
{
    task_add(run, TASK_US, item->id, parts, parts_count);
    task_add(run, item->is_kept ? KEPT : DEV, item->id, parts, parts_count);
}

/* ---- against references ---- */

/* Of the items together, so that one on which people hardly agree does not count the more for it.
 */
double summaries_score(const double sums[TASK_PARTS_MAX], uint32_t items)
{
    (void)items;
    return sums[1] > 0 ? sums[0] / sums[1] : 0;
}

/* No item counts more than people agree on. */
static double capped(const struct task_run *run, const struct summary_item *item, struct str text,
                     double agreement)
{
    return fmin(agreement, rouge_against(run->arena, text, item->texts, item->texts_count));
}

static void measure_one(struct task_run *run, const struct summary_item *item,
                        const struct summary_told *told)
{
    const uint32_t made_up = told->facts.entities - told->facts.borne_out;
    const double agreement = rouge_agreement(run->arena, item->texts, item->texts_count);
    const double ours = capped(run, item, told->text, agreement);
    summaries_add(run, item, (const double[]){made_up > HALLUCINATIONS_MAX ? 0 : ours, agreement},
                  2);
    task_add(run, LEAD, item->id,
             (const double[]){capped(run, item, told->lead, agreement), agreement}, 2);
    task_add(run, TEMPLATE, item->id,
             (const double[]){capped(run, item, told->template, agreement), agreement}, 2);
    task_add(run, PEOPLE, item->id,
             (const double[]){rouge_worst(run->arena, item->texts, item->texts_count), agreement},
             2);
    task_note(run, item->id,
              str_printf(run->arena, "%.3f of %.3f%s%.*s: %.*s", ours, agreement,
                         made_up > 0 ? ", not borne out: " : "", STR_ARG(told->facts.missing),
                         STR_ARG(told->text)));
}

bool summaries_measure(struct task_run *run, enum summary_of of, struct err *err)
{
    struct summary_items items;
    uint32_t measured = 0;
    if (!summaries_read(run, of, &items, err))
        return false;
    for (uint32_t i = 0; i < items.count; i++) {
        struct summary_told told;
        struct err missing = {0};
        if (!summaries_ask(run, of, &items.items[i], &told, &missing)) {
            task_note(run, items.items[i].id, str_of(missing.text));
            *err = missing;
            continue;
        }
        measure_one(run, &items.items[i], &told);
        measured++;
    }
    return measured > 0;
}
