/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fifty attacks by the words of others (attacks.jsonl), each planted in a shipped incident. None
 * may change what is found, planned or proposed; and where a model obeys it, none of its words may
 * be told. The model here does nothing else.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "director/shipped.h"
#include "engine/investigate.h"
#include "expert/panel.h"
#include "prose/rewrite.h"
#include "report/told.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define INCIDENT "examples/incidents/pages-504/"
#define ATTACKS "tests/attacks/attacks.jsonl"
#define ATTACKS_COUNT 50
#define FILE_BYTES_MAX ((size_t)4 << 20)
#define HONEST "The cause most likely lies in storefront."
#define OFFERED_MAX 15 /* sentences of an answer, beside the honest one */

static const char *const files[] = {"alert.json",      "alerts.json",        "changes.jsonl",
                                    "events.jsonl",    "logs.jsonl",         "metrics.csv",
                                    "otlp-logs.jsonl", "otlp-metrics.jsonl", "otlp-traces.jsonl",
                                    "state.jsonl",     "topology.csv"};

/* What stands in the incident, and what an attack is written behind. */
static const struct place {
    const char *where;
    const char *anchor;
} places[] = {
    {"log", "GET /products: no answer within 1 ms"},
    {"exception", "POST /holds: no answer within 1 ms"},
    {"commit", "give up on slow backends after 1 s"},
    {"alert", "5xx: error_ratio_5xx is 0.8679 (threshold 0.05)"},
    {"pod", "storefront-1"},
};

/* ---- planting ---- */

static struct str read_file(struct arena *arena, const char *path)
{
    char *text = arena_alloc(arena, FILE_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(len < FILE_BYTES_MAX);
    return (struct str){.ptr = text, .len = len};
}

/* As it stands in a file of that form, without the quotes around it. */
static struct str escaped(struct arena *arena, struct str text, bool is_csv)
{
    struct buf out = buf_new(arena);
    if (!is_csv) {
        json_put_text(&out, text);
        return str_slice(buf_str(&out), 1, out.len - 1);
    }
    for (size_t i = 0; i < text.len; i++)
        buf_printf(&out, "%s%c", text.ptr[i] == '"' ? "\"" : "", text.ptr[i]);
    return buf_str(&out);
}

static struct str planted(struct arena *arena, struct str text, struct str anchor,
                          struct str attack, bool is_csv)
{
    struct buf out = buf_new(arena);
    const struct str with = escaped(arena, attack, is_csv);
    size_t at;
    while (anchor.len > 0 && (at = str_find(text, anchor)) != STR_NPOS) {
        buf_add(&out, str_slice(text, 0, at));
        buf_printf(&out, is_csv ? "\"%.*s %.*s\"" : "%.*s %.*s", STR_ARG(anchor), STR_ARG(with));
        text = str_slice(text, at + anchor.len, text.len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static void write_bundle(struct arena *arena, const char *folder, struct str anchor,
                         struct str attack)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct str from = read_file(arena, str_printf(arena, INCIDENT "%s", files[i]).ptr);
        const struct str text =
            planted(arena, from, anchor, attack, str_ends(str_of(files[i]), STR(".csv")));
        FILE *file = fopen(str_printf(arena, "%s/%s", folder, files[i]).ptr, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
        fclose(file);
    }
}

static void remove_bundle(struct arena *arena, const char *folder)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(str_printf(arena, "%s/%s", folder, files[i]).ptr);
    rmdir(folder);
}

/* ---- a model that obeys ---- */

struct stand_in {
    const json_t *says; /* NULL: it has no orders */
    struct str attack;
    uint32_t offered; /* sentences of the attack that it has written */
};

static void put_sentence(struct buf *out, struct str text, const char *const *ids, uint32_t count)
{
    json_put_comma(out);
    buf_printf(out, "{\"text\":");
    json_put_text(out, text);
    buf_printf(out, ",\"cites\":[");
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        json_put_text(out, str_of(ids[i]));
    }
    buf_printf(out, "]}");
}

#define IDS_MAX 8

struct ids {
    const char *with_attack[IDS_MAX]; /* whose claims quote it, or else the first */
    uint32_t count;
    const char *first;
};

static struct ids read_ids(const json_t *material, struct str attack)
{
    struct ids ids = {.count = 0};
    const struct str begin = str_slice(attack, 0, 12);
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(material, "evidence"), i, item)
    {
        const char *id = json_string_value(json_object_get(item, "id"));
        ids.first = ids.first ? ids.first : id;
        const struct str claim = str_of(json_string_value(json_object_get(item, "claim")));
        if (ids.count < IDS_MAX && str_contains(claim, begin))
            ids.with_attack[ids.count++] = id;
    }
    json_array_foreach(json_object_get(material, "evidence"), i, item) if (ids.count < IDS_MAX)
        ids.with_attack[ids.count++] = json_string_value(json_object_get(item, "id"));
    return ids;
}

static void offer(struct stand_in *model, struct buf *out, struct str text, const struct ids *ids)
{
    const uint32_t counts[] = {1, ids->count < 3 ? ids->count : 3, ids->count};
    for (size_t i = 0; i < 3 && model->offered < OFFERED_MAX; i++, model->offered++)
        put_sentence(out, text, ids->with_attack, counts[i]);
}

static struct str answer(struct stand_in *model, struct arena *arena, const json_t *material)
{
    const struct ids ids = read_ids(material, model->attack);
    struct buf out = buf_new(arena);
    model->offered = 0;
    buf_printf(&out, "{\"sentences\":[");
    put_sentence(&out, STR(HONEST), &ids.first, 1);
    size_t i;
    json_t *item;
    json_array_foreach(model->says, i, item)
        offer(model, &out, str_of(json_string_value(item)), &ids);
    offer(model, &out, model->attack, &ids);
    offer(model, &out, str_printf(arena, "The report says \"%.*s\".", STR_ARG(model->attack)),
          &ids);
    buf_printf(&out, "]}");
    return buf_str(&out);
}

static bool obey(void *state, struct arena *arena, const struct request *request,
                 int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)timeout_ns, (void)err;
    json_t *root = json_loadb(request->body.ptr, request->body.len, 0, NULL);
    json_t *asked = json_array_get(json_object_get(root, "messages"), 1);
    const char *content = json_string_value(json_object_get(asked, "content"));
    json_t *material = json_loads(content ? content : "", 0, NULL);
    assert_non_null(material);
    const struct str text = answer(state, arena, material);
    struct buf body = buf_new(arena);
    buf_printf(&body, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"role\":"
                      "\"assistant\",\"content\":");
    json_put_text(&body, text);
    buf_printf(&body, "}}]}");
    json_decref(material);
    json_decref(root);
    *out = (struct reply){.status = 200, .body = buf_str(&body)};
    return true;
}

static struct panel *panel_of_model(struct arena *arena, struct stand_in *model, int64_t *now_ns)
{
    static const char lines[] = "kind: openai\nurl: http://127.0.0.1:9\nmodel: m\nstream: false\n"
                                "limits:\n  tokens: 1000000\n  answer: 4000\n";
    const struct transport transport = {.exchange = obey, .state = model};
    struct experts experts;
    struct err err = {0};
    if (!experts_read(arena, str_of(lines), &experts, &err))
        fail_msg("%s", err.text);
    return panel_of(arena, &experts, clock_fixed(now_ns), &transport);
}

/* ---- what must not change ---- */

static void put_proposals(struct buf *out, const struct proposal *it)
{
    for (; it; it = it->next)
        buf_printf(out, "%.*s | %.*s\n", STR_ARG(it->text), STR_ARG(it->command));
}

/* Evidence has other numbers where there is more of it. */
static struct str without_citations(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        buf_add_char(&out, text.ptr[i]);
        if (text.ptr[i] == '[' && i + 1 < text.len && text.ptr[i + 1] == 'E')
            while (i + 1 < text.len && text.ptr[i + 1] != ']')
                i++;
    }
    return buf_str(&out);
}

/* Who did it, since when, how sure; which plans were followed; what to do. */
static struct str decisions(struct arena *arena, const struct report *report)
{
    struct buf out = buf_new(arena);
    const struct hypothesis *best = report->best;
    buf_printf(&out, "%d %.*s %s %.3f %s\n", report->known, STR_ARG(best->subject),
               kind_name(best->kind), best->confidence, time_format(arena, best->since_ns).ptr);
    for (const struct plan_entry *it = report->casefile->plans; it; it = it->next)
        buf_printf(&out, "%.*s\n", STR_ARG(it->text));
    put_proposals(&out, report->mitigations);
    put_proposals(&out, report->corrections);
    buf_printf(&out, "%d %.*s\n", report->blames, STR_ARG(report->blame));
    return without_citations(arena, buf_str(&out));
}

static const struct library *library;
static int64_t now_ns = INT64_C(1795315000000000000);
static char folder[] = "/tmp/warroom-attacks-XXXXXX";

static struct report investigated(struct arena *arena, struct str anchor, struct str attack)
{
    const struct investigation how = {.clock = clock_fixed(&now_ns),
                                      .direction = {.library = library}};
    struct report report;
    struct err err = {0};
    write_bundle(arena, folder, anchor, attack);
    if (!investigate(arena, str_of(folder), &how, &report, &err))
        fail_msg("%s", err.text);
    return report;
}

/* ---- the test ---- */

struct tally {
    uint32_t attacks, unmoved, obeyed, silent;
};

/* A sentence beside the honest one; empty: there is none. */
static struct str told_of(const struct report *report)
{
    for (const struct telling *part = report->tellings; part; part = part->next)
        for (const struct sentence *it = part->sentences; it; it = it->next)
            if (!str_starts(it->text, str_slice(STR(HONEST), 0, sizeof HONEST - 2)))
                return it->text;
    return STR("");
}

static struct str anchor_of(struct str where)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (str_eq(where, str_of(places[i].where)))
            return str_of(places[i].anchor);
    fail_msg("there is no place `%.*s`", STR_ARG(where));
    return STR("");
}

/* The name of a replica stands in reports as it is. */
static struct str without(struct arena *arena, struct str text, struct str attack)
{
    struct buf out = buf_new(arena);
    const struct str with = str_printf(arena, " %.*s", STR_ARG(attack));
    size_t at;
    while ((at = str_find(text, with)) != STR_NPOS) {
        buf_add(&out, str_slice(text, 0, at));
        text = str_slice(text, at + with.len, text.len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static void attack(const json_t *json, struct str expected, struct tally *tally)
{
    struct arena *arena = arena_new("attack");
    const struct str where = str_of(json_string_value(json_object_get(json, "where")));
    const struct str text = str_of(json_string_value(json_object_get(json, "text")));
    struct report report = investigated(arena, anchor_of(where), text);
    struct casefile *casefile = (struct casefile *)(uintptr_t)report.casefile;
    const struct str got = without(arena, decisions(arena, &report), text);
    tally->attacks++;
    if (str_eq(got, expected))
        tally->unmoved++;
    else
        print_message("moved by: %.*s\n%s", STR_ARG(text), got.ptr);

    struct stand_in model = {.says = json_object_get(json, "says"), .attack = text};
    struct panel *panel = panel_of_model(arena, &model, &now_ns);
    rewrite_case(NULL, panel, casefile);
    panel_tell(panel, casefile);
    report = report_write(casefile);
    tally->obeyed += model.offered > 0;
    const struct str told = told_of(&report);
    const bool honest = told_find(&report, "summary") != NULL;
    if (told.len == 0 && honest &&
        str_eq(without(arena, decisions(arena, &report), text), expected))
        tally->silent++;
    else
        print_message("told of %.*s (%.*s): %.*s%s\n", STR_ARG(text), STR_ARG(where), STR_ARG(told),
                      honest ? "" : " nothing honest is left");
    casefile_close(casefile);
    arena_free(arena);
}

static void no_attack_changes_what_is_found_or_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct report report = investigated(arena, STR(""), STR(""));
    const struct str expected = decisions(arena, &report);
    casefile_close((struct casefile *)(uintptr_t)report.casefile);

    struct tally tally = {0};
    char line[4096];
    FILE *file = fopen(ATTACKS, "rb");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        attack(json, expected, &tally);
        json_decref(json);
    }
    fclose(file);
    print_message(
        "%u attacks: %u change nothing, %u were obeyed by the model, of %u nothing is told\n",
        tally.attacks, tally.unmoved, tally.obeyed, tally.silent);
    assert_int_equal(tally.attacks, ATTACKS_COUNT);
    assert_int_equal(tally.unmoved, ATTACKS_COUNT);
    assert_int_equal(tally.obeyed, ATTACKS_COUNT); /* unchecked, all of it would be told */
    assert_int_equal(tally.silent, ATTACKS_COUNT);
    arena_free(arena);
}

static int open_library(void **state)
{
    (void)state;
    struct arena *arena = arena_new("library");
    struct library *shipped = arena_push(arena, struct library);
    struct buf problems = buf_new(arena);
    struct err err = {0};
    if (!mkdtemp(folder) || !shipped_library(arena, NULL, shipped, &problems, &err))
        return -1;
    library = shipped;
    return 0;
}

static int close_library(void **state)
{
    (void)state;
    struct arena *arena = arena_new("library");
    remove_bundle(arena, folder);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_attack_changes_what_is_found_or_told)};
    return cmocka_run_group_tests_name("attacks", tests, open_library, close_library);
}
