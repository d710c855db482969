/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who complains of what, and of whom: lines of logs and warnings of the platform since a time.
 *
 * A line is of a callee of its speaker where it names one. Where that callee makes the same
 * complaint itself, the line only passes on what was heard, and counts for nobody. Where no callee
 * is named, those who make the complaint may have one callee in common: they all speak of that one;
 * a speaker that calls nobody speaks of itself.
 *
 * Late answers and the like are complaints only in lines that tell of a failure: the same words
 * stand in settings that a program lists at its start.
 *
 * A failing line that names a callee and has no words that are known is a complaint, too: something
 * is wrong with the answer, and the callee, which logs no failure, does not know it.
 */
#include "agent/logs/complaint.h"
#include "agent/logs/lines.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "text/level.h"

#include <ctype.h>
#include <string.h>

#define CLEAR_ENOUGH 0.5 /* to be heard in a line that does not tell of a failure */
#define OFTEN_ENOUGH 4   /* a failure of a callee for each so many complaints: it knows of them */
#define SPEAKERS_MAX 512
#define READ_MAX ((size_t)2048)

static const struct field input[] = {
    {"since", TYPE_TIME, 0, "what is counted from then on is compared with what was before", NULL},
    {0},
};

static const struct field columns[] = {
    {"complaint", TYPE_TEXT, 0, "what it is: certificate, name, disk, ...; unknown: no words of it",
     NULL},
    {"speaker", TYPE_TEXT, 0, "who makes it", NULL},
    {"about", TYPE_TEXT, 0, "of whom: a callee, or empty", NULL},
    {"named", TYPE_BOOL, 0, "the lines name that one", NULL},
    {"outside", TYPE_BOOL, 0, "that one is seen through its callers only", NULL},
    {"of_platform", TYPE_BOOL, 0, "the platform speaks, of the speaker", NULL},
    {"words", TYPE_TEXT, 0, "in small letters; * stands for anything", NULL},
    {"since", TYPE_INT, 0, "how often since", NULL},
    {"before", TYPE_INT, 0, "how often before", NULL},
    {"first", TYPE_TIME, 0, "when first since", NULL},
    {0},
};

static const struct field output[] = {
    {"complaints", TYPE_ROWS, 0, "in the order of first sight", columns},
    {0},
};

struct key {
    uint32_t speaker; /* a node of the graph, or after all of them a name of its own */
    uint32_t about;   /* MAP_NONE: nobody is named */
    uint32_t phrase;  /* of the ear; MAP_NONE: no words that are known */
    uint32_t of_platform;
};

struct count {
    int64_t since, before, first_ns;
};

struct hearing {
    struct call *call;
    const struct topology *topology;
    struct complaint_ear ear;
    struct map names; /* the nodes of the graph, then other speakers */
    struct map keys;
    struct count *counts; /* by key */
    uint32_t counts_room;
    int64_t *failures; /* by name: how often it logged one since */
    uint32_t names_max;
    int64_t since_ns;
};

/* ---- of whom ---- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Where the line names it; a part of a path is no name: "/cart", but "http://cart". */
static size_t place_of_name(struct str line, struct str name)
{
    for (size_t from = 0; from + name.len <= line.len;) {
        const size_t found = str_find(str_slice(line, from, line.len), name);
        if (found == STR_NPOS)
            return STR_NPOS;
        const size_t begin = from + found, end = begin + name.len;
        const bool in_path =
            begin > 0 && line.ptr[begin - 1] == '/' && (begin == 1 || line.ptr[begin - 2] != '/');
        if (!in_path && (begin == 0 || !is_name_char(line.ptr[begin - 1])) &&
            (end == line.len || !is_name_char(line.ptr[end])))
            return begin;
        from = begin + 1;
    }
    return STR_NPOS;
}

/* The callee that the line names first: what comes behind may be what that one has said. */
static uint32_t callee_named(const struct hearing *hearing, uint32_t speaker, struct str line)
{
    uint32_t best = MAP_NONE;
    size_t first = STR_NPOS;
    for (uint32_t i = 0; i < hearing->topology->edges_count; i++) {
        const struct topology_edge *edge = &hearing->topology->edges[i];
        if (edge->caller != speaker)
            continue;
        const size_t at = place_of_name(line, hearing->topology->nodes.keys[edge->callee]);
        if (at < first) {
            best = edge->callee;
            first = at;
        }
    }
    return best;
}

/* ---- hearing ---- */

static struct count *count_of(struct hearing *hearing, const struct key *key)
{
    const uint32_t number =
        map_add(&hearing->keys, (struct str){.ptr = (const char *)key, .len = sizeof *key});
    if (number >= hearing->counts_room) {
        const uint32_t room = hearing->counts_room > 0 ? 2 * hearing->counts_room : 64;
        struct count *more = arena_push_many(hearing->call->scratch, struct count, room);
        if (hearing->counts_room > 0)
            memcpy(more, hearing->counts, hearing->counts_room * sizeof *more);
        hearing->counts = more;
        hearing->counts_room = room;
    }
    return &hearing->counts[number];
}

static uint32_t phrase_number(const struct complaint_ear *ear, const char *words)
{
    uint32_t number = 0;
    while (ear->phrases[number].words != words)
        number++;
    return number;
}

static void hear(struct hearing *hearing, uint32_t speaker, struct str said, int64_t time_ns,
                 bool failing, bool of_platform)
{
    const struct str line = str_slice(said, 0, READ_MAX);
    const struct complaint_heard heard = complaint_in(&hearing->ear, line);
    if (!failing && (!heard.complaint || heard.complaint->clear < CLEAR_ENOUGH))
        return;
    struct key key = {
        .speaker = speaker, .about = MAP_NONE, .phrase = MAP_NONE, .of_platform = of_platform};
    if (!of_platform && speaker < hearing->topology->nodes.count)
        key.about = callee_named(hearing, speaker, line);
    if (heard.complaint)
        key.phrase = phrase_number(&hearing->ear, heard.words);
    else if (key.about == MAP_NONE)
        return;
    struct count *count = count_of(hearing, &key);
    if (time_ns < hearing->since_ns) {
        count->before++;
        return;
    }
    count->since++;
    if (count->first_ns == 0 || time_ns < count->first_ns)
        count->first_ns = time_ns;
}

static bool hear_lines(struct hearing *hearing, struct err *err)
{
    struct lines lines;
    if (!lines_load(hearing->call, &lines, err))
        return false;
    for (uint32_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        if (line->of_reference)
            continue;
        const bool failing =
            lines.of[line->template].failing || level_of_word(line->level) >= LEVEL_ERROR;
        const uint32_t speaker = map_add(&hearing->names, lines_service(&lines, line->service));
        if (speaker >= hearing->names_max)
            continue;
        if (failing && line->time_ns >= hearing->since_ns)
            hearing->failures[speaker]++;
        hear(hearing, speaker, line->message, line->time_ns, failing, false);
    }
    return true;
}

/* "process/cart-1" and "pods/cart-5bc9dbdf66-xp6gj" are of `cart`: the longest that fits. */
static uint32_t node_of_object(const struct topology *topology, struct str object)
{
    uint32_t best = MAP_NONE;
    size_t longest = 0;
    for (size_t i = 0; i < object.len; i++)
        if (object.ptr[i] == '/')
            object = str_slice(object, i + 1, object.len), i = 0;
    for (uint32_t node = 0; node < topology->nodes.count; node++) {
        const struct str name = topology->nodes.keys[node];
        if (name.len > longest && str_starts(object, name) &&
            (name.len == object.len || object.ptr[name.len] == '-')) {
            best = node;
            longest = name.len;
        }
    }
    return best;
}

static bool hear_platform(struct hearing *hearing, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(hearing->call->services->telemetry, hearing->call->scratch,
                        STR("SELECT time, coalesce(object, '') AS object, concat_ws(' ', reason, "
                            "message) AS message FROM events WHERE lower(type) = 'warning' AND "
                            "time IS NOT NULL ORDER BY time, object, message LIMIT 20000"),
                        &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const uint32_t node =
            node_of_object(hearing->topology, batch_column(rows, "object")->texts[row]);
        if (node != MAP_NONE)
            hear(hearing, node, batch_column(rows, "message")->texts[row],
                 batch_column(rows, "time")->integers[row], true, true);
    }
    return true;
}

/* ---- sorting out ---- */

static struct key key_at(const struct hearing *hearing, uint32_t number)
{
    struct key key;
    memcpy(&key, hearing->keys.keys[number].ptr, sizeof key);
    return key;
}

static const struct complaint *complaint_of(const struct hearing *hearing, const struct key *key)
{
    return key->phrase == MAP_NONE ? NULL : hearing->ear.phrases[key->phrase].complaint;
}

/* Whether the one it is about makes the same complaint. */
static bool is_passed_on(const struct hearing *hearing, const struct key *key)
{
    for (uint32_t i = 0; i < hearing->keys.count; i++) {
        const struct key other = key_at(hearing, i);
        if (other.speaker == key->about && hearing->counts[i].since > 0 &&
            complaint_of(hearing, &other) == complaint_of(hearing, key))
            return true;
    }
    return false;
}

static bool calls_somebody(const struct topology *topology, uint32_t speaker)
{
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (topology->edges[i].caller == speaker)
            return true;
    return false;
}

/* Whether all who make the complaint since, of nobody, call that one. */
static bool is_called_by_all(const struct hearing *hearing, const struct key *key, uint32_t callee)
{
    for (uint32_t i = 0; i < hearing->keys.count; i++) {
        const struct key other = key_at(hearing, i);
        if (hearing->counts[i].since > 0 && other.about == MAP_NONE && !other.of_platform &&
            other.speaker != callee &&
            complaint_of(hearing, &other) == complaint_of(hearing, key) &&
            (other.speaker >= hearing->topology->nodes.count ||
             !topology_has_edge(hearing->topology, other.speaker, callee)))
            return false;
    }
    return true;
}

/* Whom an unaddressed complaint is about, if that is one alone. */
static uint32_t common_callee(const struct hearing *hearing, const struct key *key)
{
    uint32_t found = MAP_NONE;
    for (uint32_t callee = 0; callee < hearing->topology->nodes.count; callee++) {
        if (!is_called_by_all(hearing, key, callee))
            continue;
        if (found != MAP_NONE)
            return MAP_NONE;
        found = callee;
    }
    return found;
}

static uint32_t whom(const struct hearing *hearing, const struct key *key)
{
    if (key->about != MAP_NONE || key->of_platform ||
        complaint_of(hearing, key)->of_peer == KIND_UNKNOWN)
        return key->about;
    if (key->speaker >= hearing->topology->nodes.count ||
        !calls_somebody(hearing->topology, key->speaker))
        return key->speaker;
    return common_callee(hearing, key);
}

/* Into whom anybody can look: by lines, by spans, or by what it takes of a machine. */
static bool find_seen(struct hearing *hearing, struct map *seen, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(hearing->call->services->telemetry, hearing->call->scratch,
                        STR("SELECT DISTINCT service::VARCHAR AS service FROM (SELECT service "
                            "FROM metrics WHERE metric ILIKE '%cpu%' OR metric ILIKE '%mem%' UNION "
                            "ALL SELECT service FROM logs UNION ALL SELECT "
                            "service FROM traces) WHERE service IS NOT NULL ORDER BY service"),
                        &rows, err))
        return false;
    *seen = map_new(hearing->call->scratch);
    for (size_t row = 0; row < rows->rows; row++)
        map_add(seen, batch_column(rows, "service")->texts[row]);
    return true;
}

/* Whether the callee logs failures about as often as others complain of it. */
static bool knows_of_it(const struct hearing *hearing, const struct key *key,
                        const struct count *count)
{
    return OFTEN_ENOUGH * hearing->failures[key->about] >= count->since;
}

static void tell(const struct hearing *hearing, const struct map *seen, uint32_t number,
                 struct batch *rows)
{
    const struct key key = key_at(hearing, number);
    const struct count *count = &hearing->counts[number];
    const struct complaint *complaint = complaint_of(hearing, &key);
    const bool heard_elsewhere =
        key.about != MAP_NONE &&
        (complaint ? is_passed_on(hearing, &key) : knows_of_it(hearing, &key, count));
    if (count->since == 0 || heard_elsewhere)
        return;
    const uint32_t about = complaint ? whom(hearing, &key) : key.about;
    const struct str name = about == MAP_NONE ? STR("") : hearing->names.keys[about];
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "complaint", value_text(str_of(complaint ? complaint->name : "unknown")));
    batch_set(rows, row, "speaker", value_text(hearing->names.keys[key.speaker]));
    batch_set(rows, row, "about", value_text(name));
    batch_set(rows, row, "named", value_bool(key.about != MAP_NONE));
    batch_set(rows, row, "outside",
              value_bool(about != MAP_NONE && map_find(seen, name) == MAP_NONE));
    batch_set(rows, row, "of_platform", value_bool(key.of_platform != 0));
    batch_set(rows, row, "words",
              value_text(str_of(complaint ? hearing->ear.phrases[key.phrase].words : "")));
    batch_set(rows, row, "since", value_int(count->since));
    batch_set(rows, row, "before", value_int(count->before));
    batch_set(rows, row, "first", value_time(count->first_ns));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const struct topology *topology = &call->casefile->topology;
    struct hearing hearing = {.call = call,
                              .topology = topology,
                              .ear = complaint_ear_new(call->scratch),
                              .names = map_new(call->scratch),
                              .keys = map_new(call->scratch),
                              .names_max = topology->nodes.count + SPEAKERS_MAX,
                              .since_ns = record_at(in, "since")->integer};
    struct map seen;
    hearing.failures = arena_push_many(call->scratch, int64_t, hearing.names_max);
    for (uint32_t node = 0; node < topology->nodes.count; node++)
        map_add(&hearing.names, topology->nodes.keys[node]);
    if (!hear_lines(&hearing, err) || !hear_platform(&hearing, err) ||
        !find_seen(&hearing, &seen, err))
        return false;
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t number = 0; number < hearing.keys.count; number++)
        tell(&hearing, &seen, number, rows);
    *record_at(out, "complaints") = value_rows(rows);
    return true;
}

const struct tool tool_logs_complaints = {
    .sig = {.name = "complaints",
            .summary = "Find who complains of what, and of whom",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
