/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both formats become one tree, jansson's. YAML is read event by event, without aliases: the API
 * server's own output has none, and they are how YAML makes much of little.
 */
#include "kube/objects.h"

#include "base/arena.h"

#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 64
#define NODES_MAX 1000000 /* a node of jansson takes about 100 bytes */
#define VALUE_LEN_MAX 4096

/* ---- what it is ---- */

static bool first_key_is_ours(struct str line)
{
    static const char *const keys[] = {"apiVersion:", "kind:", "items:", "metadata:"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_starts(line, str_of(keys[i])))
            return true;
    return false;
}

/* Manifests in a config map's description do not count. */
static bool begins_as_object(struct str text)
{
    struct str rest = str_trim(text), line;
    if (rest.len == 0 || rest.len > OBJECTS_BYTES_MAX || !str_contains(rest, STR("kind")))
        return false;
    if (rest.ptr[0] == '{')
        return str_contains(rest, STR("\"kind\""));
    while (str_split(&rest, '\n', &line))
        if (str_trim(line).len > 0 && line.ptr[0] != '#' && !str_starts(line, STR("---")))
            return first_key_is_ours(line);
    return false;
}

/* ---- JSON ---- */

static void read_json(struct str text, json_t *documents)
{
    size_t nodes = 0;
    for (size_t i = 0; i < text.len; i++)
        nodes += text.ptr[i] == ',' || text.ptr[i] == '[' || text.ptr[i] == '{';
    text = str_trim(text);
    while (nodes <= NODES_MAX && text.len > 0 && json_array_size(documents) < OBJECTS_MAX) {
        json_error_t error;
        json_t *document = json_loadb(text.ptr, text.len, JSON_DISABLE_EOF_CHECK, &error);
        if (!document || error.position <= 0)
            return;
        json_array_append_new(documents, document);
        text = str_trim(str_slice(text, (size_t)error.position, text.len));
    }
}

/* ---- YAML ---- */

struct tree {
    json_t *levels[DEPTH_MAX]; /* borrowed from their parents, the first from `documents` */
    json_t *keys[DEPTH_MAX];   /* of a mapping: the key whose value comes next; NULL: a key does */
    uint32_t depth;
    uint32_t nodes;
    json_t *documents;
};

/* Puts a node where it belongs; false: there is no room for it. */
static bool put(struct tree *tree, json_t *node)
{
    if (!node || ++tree->nodes > NODES_MAX) {
        json_decref(node);
        return false;
    }
    if (tree->depth == 0)
        return json_array_size(tree->documents) < OBJECTS_MAX
                   ? json_array_append_new(tree->documents, node) == 0
                   : (json_decref(node), false);
    json_t *parent = tree->levels[tree->depth - 1];
    json_t **key = &tree->keys[tree->depth - 1];
    if (json_is_array(parent))
        return json_array_append_new(parent, node) == 0;
    if (!*key && json_is_string(node)) {
        *key = node;
        return true;
    }
    if (!*key) {
        json_decref(node);
        return false; /* a key that is no text */
    }
    const bool ok = json_object_set_new(parent, json_string_value(*key), node) == 0;
    json_decref(*key);
    *key = NULL;
    return ok;
}

static bool enter(struct tree *tree, json_t *node)
{
    if (tree->depth == DEPTH_MAX) {
        json_decref(node);
        return false;
    }
    if (tree->depth > 0 && json_is_object(tree->levels[tree->depth - 1]) &&
        !tree->keys[tree->depth - 1]) {
        json_decref(node);
        return false;
    }
    if (!put(tree, node))
        return false;
    tree->levels[tree->depth] = node;
    tree->keys[tree->depth++] = NULL;
    return true;
}

static bool take(struct tree *tree, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return put(tree,
                   json_stringn((const char *)event->data.scalar.value, event->data.scalar.length));
    case YAML_ALIAS_EVENT:
        return put(tree, json_string(""));
    case YAML_MAPPING_START_EVENT:
        return enter(tree, json_object());
    case YAML_SEQUENCE_START_EVENT:
        return enter(tree, json_array());
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        if (tree->depth > 0) {
            json_decref(tree->keys[--tree->depth]);
            tree->keys[tree->depth] = NULL;
        }
        return true;
    default:
        return true;
    }
}

static void read_yaml(struct str text, json_t *documents)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    struct tree tree = {.documents = documents};
    bool more = true;
    while (more) { /* NODES_MAX ends it, or the text does */
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event))
            break;
        more = event.type != YAML_STREAM_END_EVENT && take(&tree, &event);
        yaml_event_delete(&event);
    }
    while (tree.depth > 0)
        json_decref(tree.keys[--tree.depth]);
    yaml_parser_delete(&parser);
}

/* ---- objects ---- */

json_t *object_at(const json_t *json, const char *path)
{
    struct str rest = str_of(path), key;
    json_t *at = (json_t *)json; /* jansson's getters want it so, and change nothing */
    while (at && str_split(&rest, '.', &key)) {
        char name[64];
        if (key.len >= sizeof name)
            return NULL;
        memcpy(name, key.ptr, key.len);
        name[key.len] = '\0';
        at = json_object_get(at, name);
    }
    return at;
}

struct str object_text(struct arena *arena, const json_t *json, const char *path)
{
    const json_t *value = object_at(json, path);
    if (json_is_integer(value))
        return str_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return str_printf(arena, "%g", json_real_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    if (!json_is_string(value))
        return STR("");
    size_t len = json_string_length(value);
    const char *from = json_string_value(value);
    if (len > VALUE_LEN_MAX)
        for (len = VALUE_LEN_MAX; len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80;)
            len--;
    char *text = arena_push_many(arena, char, len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = (unsigned char)from[i] < ' ' || from[i] == 0x7F ? ' ' : from[i];
    text[len] = '\0';
    return str_trim((struct str){.ptr = text, .len = len});
}

/* Names stay, as they tell what there is; what they hold is nobody's business. */
static void take_out_secrets(struct str kind, json_t *json)
{
    static const char *const fields[] = {"data", "stringData"};
    if (!str_eq(kind, STR("Secret")))
        return;
    for (size_t i = 0; i < 2; i++) {
        json_t *data = json_object_get(json, fields[i]), *value;
        const char *key;
        if (!json_is_object(data))
            json_object_del(json, fields[i]);
        else
            json_object_foreach(data, key, value) json_object_set_new(data, key, json_string(""));
    }
    /* `kubectl apply` keeps a copy of the whole object there */
    json_object_del(json_object_get(json, "metadata"), "annotations");
}

static void add(struct objects *out, json_t *json, struct str kind, bool listed)
{
    const struct str name = object_text(out->arena, json, "metadata.name");
    take_out_secrets(kind, json);
    if (kind.len == 0 || name.len == 0 || out->count == OBJECTS_MAX)
        return;
    if (out->count == out->room) {
        const uint32_t room = out->room == 0 ? 16 : out->room * 2;
        out->items = arena_grow(out->arena, out->items, out->room * sizeof *out->items,
                                room * sizeof *out->items);
        out->room = room;
    }
    const json_t *meta = json_object_get(json, "metadata");
    out->items[out->count++] = (struct object){
        .json = json,
        .kind = kind,
        .name = name,
        .space = object_text(out->arena, json, "metadata.namespace"),
        .live = json_object_get(meta, "uid") || json_object_get(meta, "resourceVersion") ||
                json_object_size(json_object_get(json, "status")) > 0,
        .listed = listed,
    };
}

/* Items of a typed list ("PodList") need not name their kind. */
static void add_document(struct objects *out, json_t *document)
{
    struct str kind = object_text(out->arena, document, "kind");
    json_t *items = json_object_get(document, "items"), *item;
    size_t i;
    if (!str_ends(kind, STR("List")) || !json_is_array(items)) {
        add(out, document, kind, false);
        return;
    }
    kind.len -= strlen("List");
    json_array_foreach(items, i, item)
    {
        const struct str own = object_text(out->arena, item, "kind");
        add(out, item, own.len > 0 ? own : kind, true);
    }
}

struct objects objects_read(struct arena *arena, struct str text)
{
    struct objects out = {.arena = arena, .documents = json_array()};
    if (!out.documents || !begins_as_object(text))
        return out;
    if (str_trim(text).ptr[0] == '{')
        read_json(text, out.documents);
    else
        read_yaml(text, out.documents);
    json_t *document;
    size_t i;
    json_array_foreach(out.documents, i, document) add_document(&out, document);
    return out;
}

void objects_free(struct objects *objects)
{
    json_decref(objects->documents);
    *objects = (struct objects){.arena = objects->arena};
}

struct str object_plural(struct arena *arena, struct str kind)
{
    const struct str lower = str_lower(arena, kind);
    if (str_eq(lower, STR("endpoints")))
        return lower;
    if (str_ends(lower, STR("y")))
        return str_printf(arena, "%.*sies", (int)lower.len - 1, lower.ptr);
    return str_printf(arena, "%.*s%s", STR_ARG(lower), str_ends(lower, STR("s")) ? "es" : "s");
}

struct str object_declaration(struct arena *arena, const struct object *object)
{
    static const char *const of_server[] = {"managedFields", "annotations", "ownerReferences",
                                            "resourceVersion", "uid"};
    json_t *copy = json_deep_copy(object->json);
    json_t *meta = json_object_get(copy, "metadata");
    json_object_del(copy, "status");
    for (size_t i = 0; i < sizeof of_server / sizeof *of_server; i++)
        json_object_del(meta, of_server[i]);
    const struct str kind = str_copy(arena, object->kind);
    json_object_set_new(copy, "kind", json_stringn(kind.ptr, kind.len));
    char *text = json_dumps(copy, JSON_INDENT(1));
    const struct str out = str_copy(arena, str_of(text));
    free(text);
    json_decref(copy);
    return out;
}
