/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/shelve.h"

#include "base/arena.h"
#include "base/map.h"
#include "feedback/memory.h"
#include "knowledge/cut.h"
#include "knowledge/shelf.h"
#include "report/escape.h"

#include <stdio.h>

/* What people call the folders and files in which they keep such things. */
static enum kb_kind kind_of_path(struct str path)
{
    static const struct {
        const char *word;
        enum kb_kind kind;
    } words[] = {{"postmortem", KB_POSTMORTEM},  {"post-mortem", KB_POSTMORTEM},
                 {"post_mortem", KB_POSTMORTEM}, {"retrospective", KB_POSTMORTEM},
                 {"runbook", KB_RUNBOOK},        {"playbook", KB_RUNBOOK},
                 {"run-book", KB_RUNBOOK}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find_no_case(path, str_of(words[i].word)) != STR_NPOS)
            return words[i].kind;
    return KB_DOC;
}

/* Only what lies below what was named says something: not the home of whoever keeps it. */
static struct str path_below(const struct shelf *shelf, struct str path)
{
    size_t from = shelf->path.len;
    while (from > 0 && shelf->path.ptr[from - 1] != '/')
        from--;
    return str_slice(path, from, path.len);
}

static void leave_out(struct arena *arena, struct shelving *shelving, const char *why)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, str_of(why));
    fprintf(stderr, "warroom: left out: %s\n", buf_str(&out).ptr);
    shelving->left_out++;
}

/* False: the ledger failed. */
static bool add_file(struct shelving *shelving, const struct shelf *shelf, struct str path,
                     struct err *err)
{
    struct arena *scratch = arena_new("file");
    struct kb_document document = {
        .path = path,
        .markup = markup_of_name(path),
        .kind = shelving->has_kind ? shelving->kind : kind_of_path(path_below(shelf, path))};
    struct kb_result result;
    bool ok = true;
    if (!shelf_read(scratch, path.ptr, DOCUMENT_BYTES_MAX, &document.bytes, err)) {
        leave_out(scratch, shelving, err->text);
    } else if (!kb_add(shelving->ledger, &document, shelving->encoder, shelving->now_ns, &result,
                       err)) {
        ok = err->kind == ERR_USAGE;
        if (ok)
            leave_out(scratch, shelving, err->text);
    } else {
        shelving->outcomes[result.outcome]++;
        shelving->passages += result.passages;
        if (result.is_cut)
            fprintf(stderr, "warroom: %s: only its first %d passages are kept\n", path.ptr,
                    PASSAGES_MAX);
    }
    arena_free(scratch);
    return ok;
}

/* What was in the folder and is no more. */
static bool remove_gone(struct arena *arena, struct shelving *shelving, const struct shelf *shelf,
                        struct err *err)
{
    struct kb_entry *entries;
    uint32_t count, removed;
    struct map there = map_new(arena);
    for (uint32_t i = 0; i < shelf->count; i++)
        map_add(&there, shelf->files[i]);
    if (shelf->is_cut)
        return true; /* what was not looked at may be there */
    if (!kb_list(shelving->ledger, arena, shelf->path, &entries, &count, err))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (map_find(&there, entries[i].path) != MAP_NONE)
            continue;
        if (!kb_remove(shelving->ledger, entries[i].path, &removed, err))
            return false;
        shelving->removed += removed;
    }
    return true;
}

bool shelve(struct arena *arena, struct shelving *shelving, const char *path, struct err *err)
{
    struct shelf shelf;
    if (!shelf_look(arena, path, &shelf, err))
        return false;
    for (uint32_t i = 0; i < shelf.count; i++)
        if (!add_file(shelving, &shelf, shelf.files[i], err))
            return false;
    if (shelf.is_cut)
        fprintf(stderr, "warroom: %s: it holds more than is looked at; name folders within it\n",
                path);
    return !shelf.is_folder || remove_gone(arena, shelving, &shelf, err);
}

bool shelve_encoder(struct arena *arena, const char *folder, const struct sentence_encoder **out,
                    struct err *err)
{
    *out = NULL;
    return !folder || !*folder || sentence_open(arena, folder, out, err);
}

bool shelve_memory(struct arena *arena, struct ledger *ledger, const struct feedback *feedback,
                   struct err *err)
{
    struct memory *items;
    uint32_t count, removed, i = 0;
    struct kb_result result;
    const struct str path = str_printf(arena, "incident:%.*s", STR_ARG(feedback->case_key));
    if (!memories_read(ledger, arena, INT64_MAX, &items, &count, err))
        return false;
    while (i < count && !str_eq(items[i].key, feedback->case_key))
        i++;
    if (i == count)
        return kb_remove(ledger, path, &removed, err);
    const struct kb_document document = {.path = path,
                                         .kind = KB_INCIDENT,
                                         .title = memory_title(arena, &items[i]),
                                         .bytes = memory_document(arena, &items[i]),
                                         .markup = MARKUP_TEXT};
    return kb_add(ledger, &document, NULL, feedback->given_ns, &result, err);
}
