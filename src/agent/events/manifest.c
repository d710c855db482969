/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each document is parsed for itself, so that a damaged one costs that one only. Kubernetes' own
 * output has no aliases, which data/yaml.h does not follow.
 */
#include "agent/events/manifest.h"

#include "base/arena.h"
#include "data/yaml.h"

#define DOCUMENTS_MAX 2000

/* False: not YAML, or too much of it. */
static bool read_document(struct arena *arena, struct str text, struct entries *out)
{
    struct yaml_entries read;
    struct err err;
    if (!yaml_read(arena, text, &read, &err))
        return false;
    for (uint32_t i = 0; i < read.count; i++)
        entries_add(out, arena, read.items[i].path, read.items[i].value);
    return true;
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
