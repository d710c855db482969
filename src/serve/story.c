/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and forms are those of the report in JSON: times are RFC 3339, evidence is "E7", what is
 * not there is null. docs/journal.md has what is read here.
 */
#include "serve/story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "serve/member.h"

#include <string.h>

/* ---- what a line holds ---- */

static struct str text_at(struct arena *arena, const json_t *object, const char *name)
{
    struct str text = STR("");
    const json_t *json = json_object_get(object, name);
    return json && json_get_text_exact(arena, json, &text) ? text : STR("");
}

static int64_t integer_at(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static void put_same_text(struct buf *out, const json_t *object, const char *name)
{
    member_text(out, name, text_at(out->arena, object, name));
}

static void put_same_or_null(struct buf *out, const json_t *object, const char *name)
{
    member_text_or_null(out, name, text_at(out->arena, object, name));
}

static void put_number(struct buf *out, const char *name, const json_t *number)
{
    json_put_key(out, name);
    if (json_is_number(number))
        json_put_real(out, json_number_value(number));
    else
        buf_add(out, STR("null"));
}

/* Of what has a number from 1; 0: none. */
static void put_number_or_null(struct buf *out, const json_t *object, const char *name)
{
    json_put_key(out, name);
    if (integer_at(object, name) > 0)
        buf_printf(out, "%lld", (long long)integer_at(object, name));
    else
        buf_add(out, STR("null"));
}

static void put_ms(struct buf *out, const char *name, int64_t span_ns)
{
    member_real(out, name, (double)(span_ns / NS_PER_US) / 1000.0);
}

static void put_citation(struct buf *out, const json_t *number)
{
    buf_printf(out, "\"E%lld\"", (long long)json_integer_value(number));
}

static void put_citations(struct buf *out, const char *name, const json_t *numbers)
{
    size_t i;
    const json_t *number;
    json_put_key(out, name);
    buf_add_char(out, '[');
    json_array_foreach(numbers, i, number)
    {
        json_put_comma(out);
        put_citation(out, number);
    }
    buf_add_char(out, ']');
}

/* As it stands; what JSON has no room for stays in its exact form. */
static void put_as_is(struct buf *out, const char *name, const json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    json_put_key(out, name);
    buf_add(out, text ? str_of(text) : STR("null"));
    free(text);
}

/* ---- events ---- */

static struct buf begin(struct arena *arena)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    return out;
}

static void end(struct story *story, const char *name, struct buf *data)
{
    buf_add_char(data, '}');
    if (story->count < STORY_EVENTS_MAX)
        story->items[story->count++] = (struct story_event){name, buf_str(data)};
}

static void tell_evidence(struct arena *arena, const json_t *it, struct story *story)
{
    const json_t *window = json_object_get(it, "window");
    struct buf out = begin(arena);
    json_put_key(&out, "id");
    put_citation(&out, json_object_get(it, "id"));
    put_number_or_null(&out, it, "step");
    put_same_text(&out, it, "signal");
    put_same_text(&out, it, "bearing");
    put_same_text(&out, it, "finding");
    put_same_or_null(&out, it, "subject");
    put_same_or_null(&out, it, "instance");
    member_time(&out, "start", integer_at(window, "start_ns"));
    member_time(&out, "end", integer_at(window, "end_ns"));
    member_time(&out, "onset", integer_at(it, "onset_ns"));
    put_same_text(&out, it, "claim");
    put_number(&out, "strength", json_object_get(it, "strength"));
    end(story, "evidence", &out);
}

static void tell_sources(struct arena *arena, const json_t *sources, struct story *story)
{
    size_t i;
    const json_t *it;
    struct buf out = begin(arena);
    json_put_key(&out, "sources");
    buf_add_char(&out, '[');
    json_array_foreach(sources, i, it)
    {
        json_put_comma(&out);
        buf_add_char(&out, '{');
        put_same_text(&out, it, "name");
        put_same_text(&out, it, "state");
        member_integer(&out, "rows", integer_at(it, "rows"));
        put_same_text(&out, it, "note");
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    end(story, "sources", &out);
}

static void tell_withdrawn(struct arena *arena, const json_t *it, struct story *story)
{
    struct buf out = begin(arena);
    json_put_key(&out, "id");
    put_citation(&out, json_object_get(it, "id"));
    put_same_text(&out, it, "why");
    end(story, "withdrawn", &out);
}

static void tell_effects(struct arena *arena, const json_t *effects, struct story *story)
{
    size_t i;
    const json_t *it;
    if (json_array_size(json_object_get(effects, "sources")) > 0)
        tell_sources(arena, json_object_get(effects, "sources"), story);
    json_array_foreach(json_object_get(effects, "evidence"), i, it) tell_evidence(arena, it, story);
    json_array_foreach(json_object_get(effects, "withdrawn"), i, it)
        tell_withdrawn(arena, it, story);
}

static void tell_step(struct arena *arena, const json_t *it, struct story *story)
{
    struct buf out = begin(arena);
    member_integer(&out, "id", integer_at(it, "id"));
    put_same_text(&out, it, "name");
    put_same_or_null(&out, it, "runbook");
    put_number_or_null(&out, it, "lead");
    put_same_text(&out, it, "state");
    put_same_text(&out, it, "outcome");
    put_ms(&out, "started_ms", integer_at(it, "started_ns"));
    put_ms(&out, "took_ms", integer_at(it, "took_ns"));
    put_as_is(&out, "input", json_object_get(it, "input"));
    put_as_is(&out, "output", json_object_get(it, "output"));
    end(story, "step", &out);
}

static void tell_lead(struct arena *arena, const json_t *it, struct story *story)
{
    struct buf out = begin(arena);
    member_integer(&out, "id", integer_at(it, "id"));
    put_same_text(&out, it, "subject");
    put_same_text(&out, it, "because");
    put_same_text(&out, it, "state");
    put_same_or_null(&out, it, "reason");
    put_number_or_null(&out, it, "first_step");
    put_number_or_null(&out, it, "last_step");
    end(story, "lead", &out);
}

static void tell_plan(struct arena *arena, const json_t *it, struct story *story)
{
    struct buf out = begin(arena);
    put_same_text(&out, it, "why");
    put_same_text(&out, it, "text");
    end(story, "plan", &out);
}

static void put_hypothesis(struct buf *out, const json_t *it)
{
    buf_add_char(out, '{');
    put_same_text(out, it, "subject");
    put_same_or_null(out, it, "instance");
    put_same_text(out, it, "cause");
    put_same_text(out, it, "finding");
    put_same_or_null(out, it, "kind");
    put_number(out, "confidence", json_object_get(it, "confidence"));
    member_time(out, "since", integer_at(it, "since_ns"));
    put_citations(out, "for", json_object_get(it, "for"));
    put_citations(out, "against", json_object_get(it, "against"));
    buf_add_char(out, '}');
}

static void tell_verdict(struct arena *arena, const json_t *line, struct story *story)
{
    size_t i;
    const json_t *it;
    struct buf out = begin(arena);
    json_put_key(&out, "hypotheses");
    buf_add_char(&out, '[');
    json_array_foreach(json_object_get(line, "hypotheses"), i, it)
    {
        json_put_comma(&out);
        put_hypothesis(&out, it);
    }
    buf_add_char(&out, ']');
    end(story, "verdict", &out);
}

static void tell_close(struct arena *arena, const json_t *it, struct story *story)
{
    struct buf out = begin(arena);
    put_same_text(&out, it, "stopped_because");
    member_truth(&out, "known", json_is_true(json_object_get(it, "known")));
    put_ms(&out, "took_ms", integer_at(it, "took_ns"));
    end(story, "close", &out);
}

void story_of_line(struct arena *arena, struct str line, struct story *out)
{
    static const struct {
        const char *type;
        void (*tell)(struct arena *arena, const json_t *line, struct story *story);
    } kinds[] = {{"step", tell_step},
                 {"lead", tell_lead},
                 {"plan", tell_plan},
                 {"verdict", tell_verdict},
                 {"close", tell_close}};
    out->count = 0;
    json_t *json =
        line.len <= STORY_LINE_BYTES_MAX ? json_loadb(line.ptr, line.len, 0, NULL) : NULL;
    const char *type = json_string_value(json_object_get(json, "type"));
    for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(type, kinds[i].type) == 0)
            kinds[i].tell(arena, json, out);
    tell_effects(arena, json_object_get(json, "effects"), out);
    json_decref(json);
}

/* ---- exhibits ---- */

/* Seconds since 1970, as charts want them. */
static void put_points(struct buf *out, const json_t *points)
{
    size_t i;
    const json_t *point;
    json_put_key(out, "points");
    buf_add_char(out, '[');
    json_array_foreach(points, i, point)
    {
        const json_t *value = json_array_get(point, 1);
        const int64_t ms = json_integer_value(json_array_get(point, 0)) / NS_PER_MS;
        buf_printf(out, "%s[%lld.%03d,", i > 0 ? "," : "", (long long)(ms / 1000),
                   (int)(ms % 1000));
        if (json_is_number(value))
            json_put_real(out, json_number_value(value));
        else
            buf_add(out, STR("null"));
        buf_add_char(out, ']');
    }
    buf_add_char(out, ']');
}

static void put_series(struct buf *out, const json_t *it)
{
    put_same_text(out, it, "service");
    put_same_or_null(out, it, "instance");
    put_same_text(out, it, "metric");
    member_time(out, "onset", integer_at(it, "onset_ns"));
    put_points(out, json_object_get(it, "points"));
}

static void put_template(struct buf *out, const json_t *it)
{
    put_same_text(out, it, "service");
    put_same_text(out, it, "text");
    put_same_text(out, it, "exemplar");
    member_integer(out, "before", integer_at(it, "before"));
    member_integer(out, "after", integer_at(it, "after"));
}

static void put_span(struct buf *out, const json_t *it)
{
    buf_add_char(out, '{');
    put_same_text(out, it, "service");
    put_same_text(out, it, "operation");
    put_same_text(out, it, "status");
    member_integer(out, "start_us", integer_at(it, "start_us"));
    member_integer(out, "duration_us", integer_at(it, "duration_us"));
    member_integer(out, "depth", integer_at(it, "depth"));
    buf_add_char(out, '}');
}

static void put_trace(struct buf *out, const json_t *it)
{
    size_t i;
    const json_t *span;
    put_same_text(out, it, "trace_id");
    member_integer(out, "duration_us", integer_at(it, "duration_us"));
    json_put_key(out, "spans");
    buf_add_char(out, '[');
    json_array_foreach(json_object_get(it, "spans"), i, span)
    {
        json_put_comma(out);
        put_span(out, span);
    }
    buf_add_char(out, ']');
}

static void put_change(struct buf *out, const json_t *it)
{
    static const char *const texts[] = {"author", "message", "diff", "owners", "revert"};
    put_same_or_null(out, it, "service");
    member_text(out, "change", text_at(out->arena, it, "id"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_same_or_null(out, it, texts[i]);
    member_time(out, "landed", integer_at(it, "landed_ns"));
    member_time(out, "deployed", integer_at(it, "brought_ns"));
}

struct shelf {
    const char *member, *name;
    void (*put)(struct buf *out, const json_t *it);
    struct buf items;
};

static void put_exhibit(struct shelf *shelves, size_t count, const json_t *exhibit)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *it = json_object_get(exhibit, shelves[i].member);
        if (!it)
            continue;
        struct buf *out = &shelves[i].items;
        json_put_comma(out);
        buf_add_char(out, '{');
        json_put_key(out, "id");
        put_citation(out, json_object_get(exhibit, "evidence"));
        shelves[i].put(out, it);
        buf_add_char(out, '}');
    }
}

static void put_each_as_is(struct buf *out, const json_t *array)
{
    size_t i;
    const json_t *it;
    json_array_foreach(array, i, it)
    {
        char *text = json_dumps(it, JSON_COMPACT | JSON_ENCODE_ANY);
        json_put_comma(out);
        buf_add(out, str_of(text));
        free(text);
    }
}

struct str story_exhibits(struct arena *arena, struct str journal)
{
    struct shelf shelves[] = {{"series", "series", put_series, buf_new(arena)},
                              {"template", "logs", put_template, buf_new(arena)},
                              {"trace", "traces", put_trace, buf_new(arena)},
                              {"change", "changes", put_change, buf_new(arena)}};
    const size_t count = sizeof shelves / sizeof *shelves;
    struct buf nodes = buf_new(arena), edges = buf_new(arena), out = begin(arena);
    struct str line;
    for (size_t i = 0; i < count; i++)
        buf_add_char(&shelves[i].items, '[');
    buf_add_char(&nodes, '[');
    buf_add_char(&edges, '[');
    while (str_split(&journal, '\n', &line)) {
        /* most lines have neither, and need not be parsed */
        if (!str_contains(line, STR("\"exhibits\":")) && !str_contains(line, STR("\"nodes\":")))
            continue;
        json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
        const json_t *effects = json_object_get(json, "effects"), *it;
        size_t i;
        json_array_foreach(json_object_get(effects, "exhibits"), i, it)
            put_exhibit(shelves, count, it);
        put_each_as_is(&nodes, json_object_get(effects, "nodes"));
        put_each_as_is(&edges, json_object_get(effects, "edges"));
        json_decref(json);
    }
    for (size_t i = 0; i < count; i++) {
        json_put_key(&out, shelves[i].name);
        buf_add(&out, buf_str(&shelves[i].items));
        buf_add_char(&out, ']');
    }
    buf_add(&out, STR(",\"topology\":{\"nodes\":"));
    buf_add(&out, buf_str(&nodes));
    buf_add(&out, STR("],\"edges\":"));
    buf_add(&out, buf_str(&edges));
    buf_add(&out, STR("]}}"));
    return buf_str(&out);
}
