/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml.h"

#include "base/arena.h"

#include <yaml.h>

#define DEPTH_MAX 64
#define ENTRIES_MAX 20000
#define YAML_EVENTS_MAX 200000
#define PATH_LEN_MAX 1024

struct level {
    bool in_sequence;
    bool key_next;   /* of a mapping: the next scalar is a key */
    bool is_empty;   /* nothing has come in it so far */
    uint32_t index;  /* of a sequence: of the next item */
    struct str path; /* of the mapping or sequence itself */
    struct str key;  /* of a mapping: the last key */
};

struct reader {
    struct arena *arena;
    struct yaml_entries *out;
    struct level levels[DEPTH_MAX];
    uint32_t depth;
    uint32_t documents;
};

static void add_to(struct yaml_entry **items, uint32_t *count, uint32_t *room, struct arena *arena,
                   struct yaml_entry entry)
{
    if (*count == *room) {
        const uint32_t more = *room == 0 ? 16 : *room * 2;
        *items = arena_grow(arena, *items, *room * sizeof(struct yaml_entry),
                            more * sizeof(struct yaml_entry));
        *room = more;
    }
    (*items)[(*count)++] = entry;
}

static void add(struct yaml_entries *out, struct arena *arena, struct yaml_entry entry)
{
    add_to(&out->items, &out->count, &out->room, arena, entry);
}

static void add_blank(struct reader *reader, struct str path, const yaml_event_t *event)
{
    struct yaml_entries *out = reader->out;
    add_to(&out->blanks, &out->blanks_count, &out->blanks_room, reader->arena,
           (struct yaml_entry){.path = path,
                               .value = STR(""),
                               .line = (uint32_t)event->start_mark.line + 1,
                               .column = (uint32_t)event->start_mark.column + 1});
}

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
    if (level)
        level->is_empty = false;
    if (level && level->key_next) {
        level->key = str_copy(reader->arena, text);
        level->key_next = false;
        return;
    }
    add(reader->out, reader->arena,
        (struct yaml_entry){.path = next_path(reader),
                            .value = str_copy(reader->arena, text),
                            .line = (uint32_t)event->start_mark.line + 1,
                            .column = (uint32_t)event->start_mark.column + 1});
    step_on(reader);
}

static bool push(struct reader *reader, bool in_sequence)
{
    if (reader->depth == DEPTH_MAX)
        return false;
    const struct str path = next_path(reader);
    if (reader->depth > 0)
        reader->levels[reader->depth - 1].is_empty = false;
    reader->levels[reader->depth++] = (struct level){
        .in_sequence = in_sequence, .key_next = !in_sequence, .is_empty = true, .path = path};
    return true;
}

static void end_collection(struct reader *reader, const yaml_event_t *event)
{
    if (reader->depth > 0) {
        const struct level *level = &reader->levels[--reader->depth];
        if (level->is_empty)
            add_blank(reader, level->path, event);
    }
    step_on(reader);
}

static bool read_event(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        read_scalar(reader, event);
        return reader->out->count < ENTRIES_MAX;
    case YAML_ALIAS_EVENT:
        add_blank(reader, next_path(reader), event);
        step_on(reader);
        return reader->out->blanks_count < ENTRIES_MAX;
    case YAML_MAPPING_START_EVENT:
        return push(reader, false);
    case YAML_SEQUENCE_START_EVENT:
        return push(reader, true);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        end_collection(reader, event);
        return reader->out->blanks_count < ENTRIES_MAX;
    case YAML_DOCUMENT_START_EVENT:
        return reader->documents++ == 0;
    default:
        return true;
    }
}

static bool refuse(const char *what, yaml_mark_t mark, struct err *err)
{
    return err_set(err, ERR_PROTOCOL, "%zu:%zu: %s", mark.line + 1, mark.column + 1, what);
}

static bool read_stream(yaml_parser_t *parser, struct reader *reader, struct err *err)
{
    bool done = false;
    for (uint32_t count = 0; !done; count++) {
        yaml_event_t event;
        if (count == YAML_EVENTS_MAX)
            return refuse("too much YAML for one document", parser->mark, err);
        if (!yaml_parser_parse(parser, &event))
            return refuse(parser->problem ? parser->problem : "not YAML", parser->problem_mark,
                          err);
        done = event.type == YAML_STREAM_END_EVENT;
        const bool ok = read_event(reader, &event);
        const yaml_mark_t mark = event.start_mark;
        yaml_event_delete(&event);
        if (!ok)
            return refuse("too deep, too much, or a second document", mark, err);
    }
    return true;
}

bool yaml_read(struct arena *arena, struct str text, struct yaml_entries *out, struct err *err)
{
    yaml_parser_t parser;
    *out = (struct yaml_entries){0};
    if (!yaml_parser_initialize(&parser))
        return err_set(err, ERR_IO, "libyaml has no memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    struct reader reader = {.arena = arena, .out = out};
    const bool ok = read_stream(&parser, &reader, err);
    yaml_parser_delete(&parser);
    return ok;
}
