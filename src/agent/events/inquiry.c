/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules run from the ground up: nodes, admission, scheduling, start, run, routes. Later rules see
 * what earlier ones found, so that a symptom is not reported where its cause has been.
 */
#include "agent/events/inquiry.h"

#include "base/arena.h"
#include "base/buf.h"
#include "store/telemetry.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAULTS_MAX 2000
#define QUOTE_LEN_MAX 160
#define PIECE_LEN_MAX 120
#define CLAIM_LEN_MAX 1000

static const struct {
    const char *words;
    unsigned flags;
} causes[] = {
#define X(id, flag_bits, text) [CAUSE_##id] = {.words = (text), .flags = (flag_bits)},
    CAUSES(X)
#undef X
};

const char *cause_words(enum cause cause)
{
    return causes[cause].words;
}

unsigned cause_flags(enum cause cause)
{
    return causes[cause].flags;
}

const char *object_kind_name(enum object_kind kind)
{
    static const char *const names[] = {
        [OBJECT_SERVICE] = "service", [OBJECT_NODE] = "node", [OBJECT_NAMESPACE] = "namespace"};
    return names[kind];
}

struct inquiry inquiry_new(struct arena *arena, struct cluster *cluster)
{
    return (struct inquiry){
        .arena = arena,
        .cluster = cluster,
        .sick_nodes = map_new(arena),
        .short_of_quota = map_new(arena),
        .missing_services = map_new(arena),
    };
}

/* ---- reporting ---- */

static struct fault *find(const struct inquiry *inquiry, enum cause cause, enum object_kind kind,
                          struct str object)
{
    for (uint32_t i = 0; i < inquiry->count; i++) {
        struct fault *fault = &inquiry->faults[i];
        if (fault->cause == cause && fault->kind == kind && str_eq(fault->object, object))
            return fault;
    }
    return NULL;
}

static struct fault *add(struct inquiry *inquiry)
{
    if (inquiry->count == FAULTS_MAX)
        return NULL;
    if (inquiry->count == inquiry->room) {
        const uint32_t room = inquiry->room == 0 ? 32 : inquiry->room * 2;
        inquiry->faults =
            arena_grow(inquiry->arena, inquiry->faults, inquiry->room * sizeof(struct fault),
                       room * sizeof(struct fault));
        inquiry->room = room;
    }
    return &inquiry->faults[inquiry->count++];
}

void inquiry_report(struct inquiry *inquiry, enum cause cause, enum object_kind kind,
                    struct str object, double strength, struct str query, const char *format, ...)
{
    struct fault *fault = find(inquiry, cause, kind, object);
    if (object.len == 0 || (fault && fault->strength >= strength))
        return;
    if (!fault && !(fault = add(inquiry)))
        return;
    char claim[CLAIM_LEN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(claim, sizeof claim, format, args);
    va_end(args);
    *fault = (struct fault){
        .cause = cause,
        .kind = kind,
        .object = object,
        .strength = strength,
        .claim = str_copy(inquiry->arena, str_of(claim)),
        .query = query,
    };
}

double inquiry_strongest(const struct inquiry *inquiry, struct str service)
{
    double strongest = 0.0;
    for (uint32_t i = 0; i < inquiry->count; i++) {
        const struct fault *fault = &inquiry->faults[i];
        if (fault->kind == OBJECT_SERVICE && str_eq(fault->object, service) &&
            fault->strength > strongest)
            strongest = fault->strength;
    }
    return strongest;
}

/* ---- quoting ---- */

static bool ends_quote(char c)
{
    return c == '`' || c == '\n' || c == '\r' || c == '\0';
}

static bool is_continued(char c) /* inside a character of UTF-8 */
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

const char *quote(const struct inquiry *inquiry, struct str text)
{
    text = str_trim(text);
    size_t len = 0;
    while (len < text.len && len < QUOTE_LEN_MAX && !ends_quote(text.ptr[len]))
        len++;
    while (len < text.len && len > 0 && is_continued(text.ptr[len]))
        len--;
    return len == 0 ? "(nothing)" : str_printf(inquiry->arena, "`%.*s`", (int)len, text.ptr).ptr;
}

const char *quote_end(const struct inquiry *inquiry, struct str text)
{
    text = str_trim(text);
    size_t from = text.len;
    while (from > 0 && text.len - from < QUOTE_LEN_MAX && !ends_quote(text.ptr[from - 1]))
        from--;
    while (from < text.len && is_continued(text.ptr[from]))
        from++;
    /* better to start at a word than inside of one */
    const struct str tail = str_slice(text, from, text.len);
    const size_t blank = from > 0 ? str_find(tail, STR(" ")) : STR_NPOS;
    return quote(inquiry, blank == STR_NPOS ? tail : str_slice(tail, blank + 1, tail.len));
}

/* ---- queries ---- */

/* A part without what SQL texts cannot hold. */
static struct str piece_of(struct str text)
{
    text = str_trim(text);
    size_t len = 0;
    while (len < text.len && len < PIECE_LEN_MAX && text.ptr[len] != '\0')
        len++;
    while (len < text.len && len > 0 && is_continued(text.ptr[len]))
        len--;
    return str_slice(text, 0, len);
}

struct str shown_by(const struct inquiry *inquiry, const struct snapshot *snapshot,
                    struct str piece)
{
    if (!snapshot)
        return STR("");
    struct arena *arena = inquiry->arena;
    struct buf sql = buf_new(arena);
    buf_printf(&sql, "SELECT DISTINCT name, text FROM state WHERE kind = %s AND format = %s",
               sql_quote(arena, snapshot->kind).ptr, sql_quote(arena, snapshot->format).ptr);
    if (snapshot->name.len > 0)
        buf_printf(&sql, " AND name = %s", sql_quote(arena, snapshot->name).ptr);
    else if (piece.len > 0)
        buf_printf(&sql, " AND contains(text, %s)", sql_quote(arena, piece_of(piece)).ptr);
    return buf_str(&sql);
}

struct str shown_by_event(const struct inquiry *inquiry, const struct event *event)
{
    if (event->seen)
        return shown_by(inquiry, event->seen, event->message);
    struct arena *arena = inquiry->arena;
    return str_printf(arena,
                      "SELECT DISTINCT object, message FROM events WHERE object = %s AND "
                      "reason = %s AND contains(message, %s)",
                      sql_quote(arena, event->object).ptr, sql_quote(arena, event->reason).ptr,
                      sql_quote(arena, piece_of(event->message)).ptr);
}

struct str shown_by_log(const struct inquiry *inquiry, const struct log_line *line)
{
    struct arena *arena = inquiry->arena;
    return str_printf(arena,
                      "SELECT DISTINCT service, message FROM logs WHERE service = %s AND "
                      "contains(message, %s)",
                      sql_quote(arena, line->service).ptr,
                      sql_quote(arena, piece_of(line->message)).ptr);
}

struct str shown_by_both(const struct inquiry *inquiry, struct str a, struct str b)
{
    if (a.len == 0 || b.len == 0 || str_eq(a, b))
        return a.len == 0 ? b : a;
    return str_printf(inquiry->arena, "%.*s UNION ALL %.*s", STR_ARG(a), STR_ARG(b));
}

/* ---- what may explain a finding ---- */

static void depend(struct map *names, struct str name)
{
    if (name.len > 0 && names->count < 64)
        map_add(names, name);
}

static void depend_on_ground(struct inquiry *inquiry, struct str service, struct map *names)
{
    const struct cluster *cluster = inquiry->cluster;
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++) {
        const struct pod *pod = cluster->pods.items[i];
        if (str_eq(pod->app, service))
            depend(names, pod->node);
    }
    /* without a scheduler nothing new starts, wherever it would run */
    for (uint32_t i = 0; i < inquiry->count; i++)
        if (inquiry->faults[i].cause == CAUSE_UNIT_SCHEDULER)
            depend(names, inquiry->faults[i].object);
    const uint32_t number = topology_find(&cluster->calls, service);
    for (uint32_t i = 0; number != MAP_NONE && i < cluster->calls.edges_count; i++)
        if (cluster->calls.edges[i].caller == number)
            depend(names, cluster->calls.nodes.keys[cluster->calls.edges[i].callee]);
}

static void note_dependencies(struct inquiry *inquiry)
{
    for (uint32_t i = 0; i < inquiry->count; i++) {
        struct fault *fault = &inquiry->faults[i];
        const unsigned flags = cause_flags(fault->cause);
        struct map names = map_new(inquiry->arena);
        if (fault->kind != OBJECT_SERVICE)
            continue;
        if (flags & CAUSE_SUFFERS)
            depend_on_ground(inquiry, fault->object, &names);
        const bool routing =
            fault->cause == CAUSE_NO_SERVICE || fault->cause == CAUSE_ADDRESS_UNKNOWN ||
            fault->cause == CAUSE_ADDRESS_PORT || fault->cause == CAUSE_ADDRESS_OTHER;
        const bool starved = map_find(&inquiry->short_of_quota, fault->object) != MAP_NONE;
        const bool suffers = (flags & CAUSE_SUFFERS) != 0;
        if ((suffers && (starved || inquiry->services_refused)) ||
            ((flags & CAUSE_QUOTA) && (routing ? inquiry->services_refused : starved)))
            depend(&names, inquiry->cluster->space);
        struct buf text = buf_new(inquiry->arena);
        for (uint32_t n = 0; n < names.count; n++)
            buf_printf(&text, "%s%.*s", n > 0 ? " " : "", STR_ARG(names.keys[n]));
        fault->depends_on = buf_str(&text);
    }
}

void inquiry_run(struct inquiry *inquiry)
{
    static void (*const rules[])(struct inquiry *) = {
        rules_node, rules_system, rules_admission, rules_scheduling, rules_start, rules_event,
        rules_run,  rules_route,  rules_address,   rules_traffic,    rules_scale,
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        rules[i](inquiry);
    note_dependencies(inquiry);
}
