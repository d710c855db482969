/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of tests/said, and its sentences. */
#pragma once

#include "guard/said.h"

#include "base/arena.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAID_FOLDER "tests/said/"
#define SAID_CASES_MAX 32
#define SAID_LINE_MAX 65536

struct said_case {
    char name[64];
    struct casefile *casefile;
};

struct said_cases {
    struct arena *arena;
    struct said_case items[SAID_CASES_MAX];
    uint32_t count;
};

static int64_t said_now_ns;

static struct str said_text(const json_t *object, const char *key)
{
    return str_of(json_string_value(json_object_get(object, key)));
}

static int64_t said_time(const json_t *object, const char *key)
{
    int64_t time_ns = 0;
    return time_parse_rfc3339(said_text(object, key), &time_ns) ? time_ns : 0;
}

static enum finding said_finding(struct str name)
{
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (str_eq(str_of(finding_name((enum finding)finding)), name))
            return (enum finding)finding;
    return FINDING_NONE;
}

static void said_add_evidence(struct casefile *casefile, const json_t *json)
{
    const bool refutes = str_eq(said_text(json, "bearing"), STR("refutes"));
    const struct evidence *added = casefile_add(
        casefile, &(struct evidence){.bearing = refutes ? BEARING_REFUTES : BEARING_SUPPORTS,
                                     .finding = said_finding(said_text(json, "finding")),
                                     .subject = said_text(json, "subject"),
                                     .instance = said_text(json, "instance"),
                                     .onset_ns = said_time(json, "onset"),
                                     .claim = said_text(json, "claim")});
    ((struct evidence *)(uintptr_t)added)->id =
        (uint32_t)strtoul(said_text(json, "id").ptr + 1, NULL, 10);
}

static struct casefile *said_open(struct arena *arena, const json_t *json)
{
    struct alert *alert = arena_push(arena, struct alert);
    const json_t *about = json_object_get(json, "alert"), *best = json_object_get(json, "best");
    *alert =
        (struct alert){.name = said_text(about, "name"), .service = said_text(about, "service")};
    struct casefile *casefile = casefile_open(alert, clock_fixed(&said_now_ns), NS_PER_S);
    casefile->incident.start_ns = said_time(json, "began");
    casefile->onset_known = casefile->incident.start_ns != 0;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(json, "services"), i, item)
        map_add(&casefile->topology.nodes, str_of(json_string_value(item)));
    json_array_foreach(json_object_get(json, "given_up"), i, item)
        casefile_add_lead(casefile, str_of(json_string_value(item)), STR("it may be"))
            ->state = LEAD_ABANDONED;
    json_array_foreach(json_object_get(json, "evidence"), i, item)
        said_add_evidence(casefile, item);
    if (json_is_object(best)) {
        casefile->hypotheses = arena_push(arena, struct hypothesis);
        *casefile->hypotheses = (struct hypothesis){
            .subject = said_text(best, "subject"),
            .cause = said_text(best, "cause"),
            .finding = said_finding(said_text(best, "finding")),
            .confidence = json_number_value(json_object_get(best, "confidence"))};
    }
    return casefile;
}

static bool said_open_all(struct arena *arena, struct said_cases *out)
{
    FILE *file = fopen(SAID_FOLDER "cases.jsonl", "rb");
    char *line = arena_alloc(arena, SAID_LINE_MAX);
    *out = (struct said_cases){.arena = arena};
    while (file && out->count < SAID_CASES_MAX && fgets(line, SAID_LINE_MAX, file)) {
        json_t *json = json_loads(line, 0, NULL); /* stays: the case points into it */
        struct said_case *item = &out->items[out->count++];
        snprintf(item->name, sizeof item->name, "%s",
                 json_string_value(json_object_get(json, "case")));
        item->casefile = said_open(arena, json);
    }
    if (file)
        fclose(file);
    return out->count > 0;
}

static void said_close_all(struct said_cases *cases)
{
    for (uint32_t i = 0; i < cases->count; i++)
        casefile_close(cases->items[i].casefile);
}

static const struct casefile *said_case(const struct said_cases *cases, struct str name)
{
    for (uint32_t i = 0; i < cases->count; i++)
        if (str_eq(str_of(cases->items[i].name), name))
            return cases->items[i].casefile;
    return NULL;
}

/* "E4,E12" */
static uint32_t said_cites(struct str text, uint32_t *out)
{
    uint32_t count = 0;
    struct str part;
    while (count < SAID_CITES_MAX && str_split(&text, ',', &part))
        out[count++] = (uint32_t)strtoul(part.ptr + 1, NULL, 10);
    return count;
}

/* A line of dev.tsv or kept.tsv. */
struct said_pair {
    struct str name, cites, edit, true_one, false_one, false_cites;
};

static struct said_pair said_pair(struct str line)
{
    struct said_pair pair = {0};
    struct str *const fields[] = {&pair.name,     &pair.cites,     &pair.edit,
                                  &pair.true_one, &pair.false_one, &pair.false_cites};
    for (size_t i = 0; i < 6 && str_split(&line, '\t', fields[i]); i++)
        ;
    if (pair.false_cites.len == 0)
        pair.false_cites = pair.cites;
    return pair;
}
