/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects are turned into descriptions here, where rows enter, and not where they are read: then a
 * claim cites one form, whatever was recorded, and what must not be kept never is.
 */
#include "source/state.h"

#include "base/arena.h"
#include "base/buf.h"
#include "kube/print.h"
#include "store/telemetry.h"

/* All texts of objects together; what is beyond stays as it is and is read by nobody. */
#define BYTES_MAX "67108864"

struct settling {
    struct arena *arena;
    struct str row_space; /* the namespace of the row that they are from */
    struct buf state;     /* rows for the two tables, as VALUES has them */
    struct buf events;
};

static const char *quoted(const struct settling *it, struct str text)
{
    return sql_quote(it->arena, text).ptr;
}

static struct str space_of(const struct settling *it, const struct object *object)
{
    return object->space.len > 0 ? object->space : it->row_space;
}

static void put_state(struct settling *it, struct str kind, struct str name, struct str space,
                      const char *format, struct str text)
{
    buf_printf(&it->state, "%s(%s, %s, %s, '%s', %s)", it->state.len > 0 ? ", " : "",
               quoted(it, kind), quoted(it, name), quoted(it, space), format, quoted(it, text));
}

/* ---- events ---- */

static struct str first_of(const struct settling *it, const json_t *json, const char *const *paths)
{
    struct str found = STR("");
    for (; *paths && found.len == 0; paths++)
        found = object_text(it->arena, json, *paths);
    return found;
}

/* Both forms: core/v1, and events.k8s.io/v1 with `regarding` and `note`. */
static void put_event(struct settling *it, const struct object *object)
{
    static const char *const times[] = {
        "lastTimestamp",  "series.lastObservedTime",    "eventTime", "deprecatedLastTimestamp",
        "firstTimestamp", "metadata.creationTimestamp", NULL};
    static const char *const kinds[] = {"involvedObject.kind", "regarding.kind", NULL};
    static const char *const names[] = {"involvedObject.name", "regarding.name", NULL};
    static const char *const messages[] = {"message", "note", NULL};
    static const char *const counts[] = {"count", "series.count", "deprecatedCount", NULL};
    static const char *const sources[] = {"source.component", "reportingComponent",
                                          "reportingController", NULL};
    const json_t *json = object->json;
    const struct str kind = object_plural(it->arena, first_of(it, json, kinds)),
                     name = first_of(it, json, names);
    buf_printf(&it->events, "%s(%s, %s, %s, %s, %s, %s, %s)", it->events.len > 0 ? ", " : "",
               quoted(it, first_of(it, json, times)),
               quoted(it, object_text(it->arena, json, "type")),
               quoted(it, object_text(it->arena, json, "reason")),
               quoted(it, str_printf(it->arena, "%.*s/%.*s", STR_ARG(kind), STR_ARG(name))),
               quoted(it, first_of(it, json, sources)), quoted(it, first_of(it, json, counts)),
               quoted(it, first_of(it, json, messages)));
}

/* ---- objects ---- */

/* Rules and tools ask the declarations of these for what descriptions do not say. */
static bool is_asked_for_declared(struct str kind)
{
    static const char *const kinds[] = {"Deployment", "StatefulSet", "DaemonSet", "Service",
                                        "PersistentVolumeClaim"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(kind, str_of(kinds[i])))
            return true;
    return false;
}

static void put_object(struct settling *it, const struct object *object)
{
    if (str_eq(object->kind, STR("Event"))) {
        put_event(it, object);
        return;
    }
    const struct str space = space_of(it, object);
    if (!object->live || is_asked_for_declared(object->kind))
        put_state(it, STR("app-yaml"),
                  str_printf(it->arena, "%.*s/%.*s", STR_ARG(object->kind), STR_ARG(object->name)),
                  space, "json", object_declaration(it->arena, object));
    const struct str text = object->live ? print_object(it->arena, object) : STR("");
    if (text.len > 0)
        put_state(it, object_plural(it->arena, object->kind), object->name, space, "describe",
                  text);
}

static bool is_listed_account(const struct object *object)
{
    return object->listed && str_eq(object->kind, STR("ServiceAccount"));
}

/* One account says nothing about which there are; a List of them does, of its namespaces. */
static void put_accounts(struct settling *it, const struct objects *objects)
{
    bool done[OBJECTS_MAX] = {false};
    for (uint32_t i = 0; i < objects->count; i++) {
        const struct str space = space_of(it, &objects->items[i]);
        if (done[i] || !is_listed_account(&objects->items[i]))
            continue;
        struct buf list = buf_new(it->arena);
        buf_printf(&list, "NAME\n");
        for (uint32_t k = i; k < objects->count; k++) {
            const struct object *other = &objects->items[k];
            if (!is_listed_account(other) || !str_eq(space_of(it, other), space))
                continue;
            done[k] = true;
            buf_printf(&list, "%.*s\n", STR_ARG(other->name));
        }
        put_state(it, STR("serviceaccounts"), STR(""), space, "list", buf_str(&list));
    }
}

static bool is_to_settle(const struct objects *objects)
{
    for (uint32_t i = 0; i < objects->count; i++)
        if (objects->items[i].live || str_eq(objects->items[i].kind, STR("Secret")))
            return true;
    return false;
}

static const char insert_state[] =
    "INSERT INTO state (kind, name, namespace, format, text) SELECT * FROM (VALUES %.*s) AS "
    "new(kind, name, space, format, text) WHERE format <> 'describe' OR NOT EXISTS (FROM state "
    "AS old WHERE old.kind = new.kind AND old.name = new.name AND coalesce(old.namespace, '') IN "
    "('', new.space) AND old.format = 'describe' AND old.rowid <> %lld)";

static const char insert_events[] =
    "INSERT INTO events (time, type, reason, object, source, \"count\", message) SELECT "
    "time_of_text(time), type, reason, object, source, TRY_CAST(\"count\" AS BIGINT), "
    "message FROM (VALUES %.*s) AS new(time, type, reason, object, source, \"count\", message) "
    "WHERE time_of_text(time) IS NOT NULL";

/* True as well where there is nothing to settle; then `settled` stays as it is. */
static bool settle_row(struct telemetry *telemetry, int64_t number, struct str space,
                       struct str text, struct buf *settled, struct err *err)
{
    struct arena *arena = arena_new("row");
    struct settling it = {
        .arena = arena, .row_space = space, .state = buf_new(arena), .events = buf_new(arena)};
    struct objects objects = objects_read(arena, text);
    bool ok = true;
    if (is_to_settle(&objects)) {
        for (uint32_t i = 0; i < objects.count; i++)
            put_object(&it, &objects.items[i]);
        put_accounts(&it, &objects);
        buf_printf(settled, "%s%lld", settled->len > 0 ? ", " : "", (long long)number);
    }
    objects_free(&objects);
    if (it.state.len > 0)
        ok = telemetry_run(
            telemetry,
            str_printf(arena, insert_state, (int)it.state.len, it.state.ptr, (long long)number).ptr,
            err);
    if (ok && it.events.len > 0)
        ok = telemetry_run(telemetry,
                           str_printf(arena, insert_events, (int)it.events.len, it.events.ptr).ptr,
                           err);
    arena_free(arena);
    return ok;
}

bool state_take_objects(struct telemetry *telemetry, struct err *err)
{
    return telemetry_run(telemetry,
                         "UPDATE state SET text = '{\"kind\":' || to_json(kind)::VARCHAR || ',' || "
                         "substr(attributes, 2), attributes = NULL WHERE text IS NULL AND kind IS "
                         "NOT NULL AND starts_with(attributes, '{') AND contains(attributes, "
                         "'\"metadata\"')",
                         err);
}

bool state_settle(struct telemetry *telemetry, struct err *err)
{
    struct arena *arena = arena_new("objects");
    struct buf settled = buf_new(arena);
    struct batch *rows;
    bool ok = telemetry_rows(
        telemetry, arena,
        STR("SELECT number, space, text FROM (SELECT rowid AS number, coalesce(namespace, '') AS "
            "space, text, sum(strlen(text)) OVER (ORDER BY rowid) AS bytes FROM state WHERE "
            "contains(text, 'kind') AND contains(text, 'metadata')) WHERE bytes <= " BYTES_MAX
            " ORDER BY number"),
        &rows, err);
    for (size_t row = 0; ok && row < rows->rows; row++)
        ok = settle_row(telemetry, batch_column(rows, "number")->integers[row],
                        batch_column(rows, "space")->texts[row],
                        batch_column(rows, "text")->texts[row], &settled, err);
    if (ok && settled.len > 0)
        ok = telemetry_run(telemetry,
                           str_printf(arena, "DELETE FROM state WHERE rowid IN (%.*s)",
                                      (int)settled.len, settled.ptr)
                               .ptr,
                           err);
    arena_free(arena);
    return ok;
}
