/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml gives events; they become a flat list of paths, because rules ask for a path and not for
 * a tree. Each document is parsed for itself, so that a damaged one costs that one only. Aliases
 * are not followed: Kubernetes' own output has none, and they are how YAML makes much of little.
 */
#include "agent/events/manifest.h"

#include "base/arena.h"

#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 64
#define ENTRIES_MAX 20000
#define DOCUMENTS_MAX 2000
#define YAML_EVENTS_MAX 200000
#define PATH_LEN_MAX 1024

struct level {
    bool in_sequence;
    bool key_next;   /* of a mapping: the next scalar is a key */
    uint32_t index;  /* of a sequence: of the next item */
    struct str path; /* of the mapping or sequence itself */
    struct str key;  /* of a mapping: the last key */
};

struct reader {
    struct arena *arena;
    struct entries *out;
    struct level levels[DEPTH_MAX];
    uint32_t depth;
};

/* The path of the node that comes now. */
static struct str next_path(struct reader *reader)
{
    if (reader->depth == 0)
        return STR("");
    const struct level *level = &reader->levels[reader->depth - 1];
    if (level->path.len + level->key.len > PATH_LEN_MAX)
        return STR("");
    if (level->in_sequence)
        return str_printf(reader->arena, "%.*s[%u]", STR_ARG(level->path), level->index);
    if (level->path.len == 0)
        return level->key;
    return str_printf(reader->arena, "%.*s.%.*s", STR_ARG(level->path), STR_ARG(level->key));
}

/* A node has been read to its end; what comes next in its parent? */
static void step_on(struct reader *reader)
{
    if (reader->depth == 0)
        return;
    struct level *level = &reader->levels[reader->depth - 1];
    level->index += level->in_sequence;
    level->key_next = !level->in_sequence;
}

static void read_scalar(struct reader *reader, const yaml_event_t *event)
{
    const struct str text = {.ptr = (const char *)event->data.scalar.value,
                             .len = event->data.scalar.length};
    struct level *level = reader->depth > 0 ? &reader->levels[reader->depth - 1] : NULL;
    if (level && level->key_next) {
        level->key = str_copy(reader->arena, text);
        level->key_next = false;
        return;
    }
    entries_add(reader->out, reader->arena, next_path(reader), str_copy(reader->arena, text));
    step_on(reader);
}

static bool push(struct reader *reader, bool in_sequence)
{
    if (reader->depth == DEPTH_MAX)
        return false;
    const struct str path = next_path(reader);
    reader->levels[reader->depth++] =
        (struct level){.in_sequence = in_sequence, .key_next = !in_sequence, .path = path};
    return true;
}

static bool read_event(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        read_scalar(reader, event);
        return reader->out->count < ENTRIES_MAX;
    case YAML_ALIAS_EVENT:
        step_on(reader);
        return true;
    case YAML_MAPPING_START_EVENT:
        return push(reader, false);
    case YAML_SEQUENCE_START_EVENT:
        return push(reader, true);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        reader->depth -= reader->depth > 0;
        step_on(reader);
        return true;
    default:
        return true;
    }
}

/* False: not YAML, or too much of it. */
static bool read_document(struct arena *arena, struct str text, struct entries *out)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    struct reader reader = {.arena = arena, .out = out};
    bool ok = true, done = false;
    for (uint32_t count = 0; ok && !done; count++) {
        yaml_event_t event;
        ok = count < YAML_EVENTS_MAX && yaml_parser_parse(&parser, &event);
        if (!ok)
            break;
        done = event.type == YAML_STREAM_END_EVENT;
        ok = read_event(&reader, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return ok;
}

/* Takes the text up to the next line that starts with "---" off `rest`. */
static bool next_document(struct str *rest, struct str *document)
{
    if (rest->len == 0)
        return false;
    size_t at = 0;
    while (true) {
        const size_t found = str_find(str_slice(*rest, at, rest->len), STR("---"));
        if (found == STR_NPOS) {
            *document = *rest;
            *rest = STR("");
            return true;
        }
        at += found;
        if (at == 0 || rest->ptr[at - 1] == '\n')
            break;
        at += 3;
    }
    *document = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at + 3, rest->len);
    return true;
}

static void add(struct manifests *out, struct arena *arena, struct entries entries)
{
    const struct manifest manifest = {
        .kind = entries_value(&entries, "kind"),
        .name = entries_value(&entries, "metadata.name"),
        .entries = entries,
    };
    if (manifest.kind.len == 0 || manifest.name.len == 0 || out->count == DOCUMENTS_MAX)
        return;
    if (out->count == out->room) {
        const uint32_t room = out->room == 0 ? 4 : out->room * 2;
        out->items = arena_grow(arena, out->items, out->room * sizeof(struct manifest),
                                room * sizeof(struct manifest));
        out->room = room;
    }
    out->items[out->count++] = manifest;
}

/* "items[12].spec.replicas" belongs to item 12, at "spec.replicas". */
static void add_items(struct manifests *out, struct arena *arena, const struct entries *list)
{
    struct entries item = {0};
    struct str item_path = STR("");
    for (uint32_t i = 0; i <= list->count; i++) {
        const struct str path = i < list->count ? list->items[i].path : STR("");
        const bool inside = str_starts(path, STR("items["));
        const size_t end = inside ? str_find(path, STR("].")) : STR_NPOS;
        const struct str before = end == STR_NPOS ? STR("") : str_slice(path, 0, end);
        if (!str_eq(before, item_path)) {
            if (item_path.len > 0)
                add(out, arena, item);
            item = (struct entries){0};
            item_path = before;
        }
        if (end != STR_NPOS)
            entries_add(&item, arena, str_slice(path, end + 2, path.len), list->items[i].value);
    }
}

struct manifests manifest_parse(struct arena *arena, struct str text)
{
    struct manifests out = {0};
    struct str document;
    uint32_t documents = 0;
    while (documents++ < DOCUMENTS_MAX && next_document(&text, &document)) {
        struct entries entries = {0};
        if (!read_document(arena, document, &entries))
            continue;
        if (str_ends(entries_value(&entries, "kind"), STR("List")))
            add_items(&out, arena, &entries);
        else
            add(&out, arena, entries);
    }
    return out;
}
