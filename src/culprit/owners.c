/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of owners is somebody else's text, and rules are tried against every path that is asked
 * for: its size, its lines and the paths are bounded, so that the worst file costs seconds, not
 * hours. What is wrong with a line costs that line.
 */
#include "culprit/owners.h"

#include "base/arena.h"
#include "culprit/pattern.h"

#include <stdlib.h>

#define PATTERN_BYTES_MAX 512
#define PATH_BYTES_MAX 1024 /* nobody is named for a longer one */
#define FILES_MAX 20        /* of a change that are looked up: the first, as everywhere */
#define HISTORY 1000        /* changes that say who has the habit: about what candidates are */

struct owners_rule {
    struct pattern pattern;
    struct str *names;
    uint32_t names_count;
    uint32_t section;
    bool leaves_out;
};

struct owners_section {
    struct str name; /* in small letters; sections of one name are one */
    struct str *names;
    uint32_t names_count;
};

struct reader {
    struct arena *arena;
    struct owners *owners;
    uint32_t line;
    uint32_t section;
    bool floats;
};

/* ---- a line ---- */

static void fault(struct reader *reader, const char *why)
{
    struct owners *owners = reader->owners;
    if (owners->faults_count < OWNERS_FAULTS_MAX)
        owners->faults[owners->faults_count] =
            (struct feed_fault){.line = reader->line, .why = str_of(why)};
    owners->faults_count++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Takes what stands before the next blank that no '\' stands before; false at a comment. */
static bool take_word(struct str *rest, struct str *word)
{
    size_t from = 0;
    while (from < rest->len && is_blank(rest->ptr[from]))
        from++;
    if (from == rest->len || rest->ptr[from] == '#')
        return false;
    size_t to = from;
    while (to < rest->len && !is_blank(rest->ptr[to]))
        to += rest->ptr[to] == '\\' ? 2 : 1;
    *word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return true;
}

static struct str *take_names(struct arena *arena, struct str rest, uint32_t *count)
{
    struct str names[OWNERS_NAMES_MAX];
    for (*count = 0; *count < OWNERS_NAMES_MAX && take_word(&rest, &names[*count]);)
        (*count)++;
    struct str *kept = arena_push_many(arena, struct str, *count);
    for (uint32_t i = 0; i < *count; i++)
        kept[i] = str_copy(arena, names[i]);
    return kept;
}

/* "[Name]", "^[Name][2] @default"; whether it is one. `rest` is what follows. */
static bool take_section(struct str line, struct str *name, struct str *rest)
{
    line = str_slice(line, str_starts(line, STR("^")), line.len);
    const size_t end = str_find(line, STR("]"));
    if (!str_starts(line, STR("[")) || end == STR_NPOS)
        return false;
    *name = str_trim(str_slice(line, 1, end));
    *rest = str_slice(line, end + 1, line.len);
    const size_t approvals = str_starts(*rest, STR("[")) ? str_find(*rest, STR("]")) : STR_NPOS;
    if (approvals != STR_NPOS)
        *rest = str_slice(*rest, approvals + 1, rest->len);
    return true;
}

static void read_section(struct reader *reader, struct str name, struct str rest)
{
    struct owners *owners = reader->owners;
    const struct str key = str_lower(reader->arena, name);
    uint32_t at = 1;
    while (at < owners->sections_count && !str_eq(owners->sections[at].name, key))
        at++;
    if (at == OWNERS_SECTIONS_MAX) {
        fault(reader, "there are more than 200 sections; its lines count to the last");
        return;
    }
    struct owners_section *section = &owners->sections[at];
    reader->section = at;
    if (at == owners->sections_count) {
        section->name = key;
        owners->sections_count++;
    }
    if (section->names_count == 0)
        section->names = take_names(reader->arena, rest, &section->names_count);
}

static void read_rule(struct reader *reader, struct str line)
{
    struct owners *owners = reader->owners;
    struct owners_rule *rule = &owners->rules[owners->rules_count];
    struct str word, rest = line;
    if (!take_word(&rest, &word))
        return;
    *rule =
        (struct owners_rule){.section = reader->section, .leaves_out = str_starts(word, STR("!"))};
    word = str_slice(word, rule->leaves_out, word.len);
    if (word.len > PATTERN_BYTES_MAX) {
        fault(reader, "the pattern is longer than 512 bytes");
        return;
    }
    rule->pattern = pattern_read(reader->arena, str_copy(reader->arena, word), reader->floats);
    rule->names = take_names(reader->arena, rest, &rule->names_count);
    if (rule->pattern.count == 0)
        fault(reader, "it has no pattern; `*` is all files");
    else
        owners->rules_count++;
}

/* ---- all of them ---- */

static bool has_sections(struct str text)
{
    struct str line, name, rest;
    while (str_split(&text, '\n', &line))
        if (take_section(str_trim(line), &name, &rest))
            return true;
    return false;
}

static uint32_t lines_of(struct str text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count < OWNERS_RULES_MAX ? count : OWNERS_RULES_MAX;
}

struct owners *owners_read(struct arena *arena, struct str text)
{
    struct owners *owners = arena_push(arena, struct owners);
    struct str rest = str_slice(text, 0, OWNERS_BYTES_MAX), line, name, after;
    const uint32_t room = lines_of(rest);
    *owners = (struct owners){
        .rules = arena_push_many(arena, struct owners_rule, room + 1),
        .sections = arena_push_many(arena, struct owners_section, OWNERS_SECTIONS_MAX),
        .sections_count = 1};
    struct reader reader = {.arena = arena, .owners = owners, .floats = has_sections(rest)};
    while (owners->rules_count < room && str_split(&rest, '\n', &line)) {
        reader.line++;
        line = str_trim(line);
        if (take_section(line, &name, &after))
            read_section(&reader, name, after);
        else
            read_rule(&reader, line);
    }
    reader.line++;
    if (text.len > OWNERS_BYTES_MAX || str_trim(rest).len > 0)
        fault(&reader, "what follows is not read: of 1 MB at most 20000 lines are");
    return owners;
}

/* ---- of a file ---- */

static void name_owner(struct owner_list *list, uint32_t room, struct str name)
{
    uint32_t at = 0;
    while (at < list->count && !str_eq(list->items[at].name, name))
        at++;
    if (at == room)
        return;
    list->items[at].name = name;
    list->items[at].count++;
    list->count += at == list->count;
}

/* By section, the number of the rule that decides; rules_count: none. */
static uint32_t *decide(struct arena *arena, const struct owners *owners, struct str path)
{
    uint32_t *rules = arena_push_many(arena, uint32_t, owners->sections_count);
    for (uint32_t i = 0; i < owners->sections_count; i++)
        rules[i] = owners->rules_count;
    for (uint32_t i = 0; i < owners->rules_count; i++) {
        const struct owners_rule *rule = &owners->rules[i];
        uint32_t *decided = &rules[rule->section];
        const bool is_out = *decided < owners->rules_count && owners->rules[*decided].leaves_out;
        if (!is_out && pattern_fits(&rule->pattern, path))
            *decided = i;
    }
    return rules;
}

struct owner_list owners_of(struct arena *arena, const struct owners *owners, struct str path)
{
    struct owner_list list = {.items = arena_push_many(arena, struct owner, OWNERS_NAMES_MAX)};
    if (path.len > PATH_BYTES_MAX)
        return list;
    const uint32_t *rules = decide(arena, owners, path);
    for (uint32_t i = 0; i < owners->sections_count; i++) {
        if (rules[i] == owners->rules_count || owners->rules[rules[i]].leaves_out)
            continue;
        const struct owners_rule *rule = &owners->rules[rules[i]];
        const struct owners_section *section = &owners->sections[i];
        const bool own = rule->names_count > 0;
        for (uint32_t j = 0; j < (own ? rule->names_count : section->names_count); j++)
            name_owner(&list, OWNERS_NAMES_MAX, (own ? rule->names : section->names)[j]);
    }
    return list;
}

/* ---- of a change ---- */

/* Those with most first; of as many, those that came first. Few, so in the plainest way. */
static void put_in_order(struct owner_list *list)
{
    for (uint32_t i = 1; i < list->count; i++) {
        const struct owner owner = list->items[i];
        uint32_t at = i;
        for (; at > 0 && list->items[at - 1].count < owner.count; at--)
            list->items[at] = list->items[at - 1];
        list->items[at] = owner;
    }
    if (list->count > OWNERS_TOLD_MAX)
        list->count = OWNERS_TOLD_MAX;
}

static struct owner_list named_owners(struct arena *arena, const struct owners *owners,
                                      const struct change *change)
{
    const uint32_t room = FILES_MAX * OWNERS_NAMES_MAX;
    struct owner_list list = {.items = arena_push_many(arena, struct owner, room)};
    for (uint32_t i = 0; i < change->files_count && i < FILES_MAX; i++) {
        const struct owner_list of_file = owners_of(arena, owners, change->files[i].path);
        for (uint32_t j = 0; j < of_file.count; j++)
            name_owner(&list, room, of_file.items[j].name);
        list.unowned += of_file.count == 0;
    }
    put_in_order(&list);
    return list;
}

static bool touches(const struct history *history, const struct landed *landed,
                    const struct map *folders)
{
    for (uint32_t i = 0; i < landed->paths_count; i++)
        if (map_find(folders, path_folder(history->paths.keys[landed->paths[i]])) != MAP_NONE)
            return true;
    return false;
}

static struct owner_list owners_by_habit(struct arena *arena, const struct history *history,
                                         uint32_t to, const struct change *change)
{
    struct owner_list list = {.items = arena_push_many(arena, struct owner, HISTORY)};
    struct map folders = map_new(arena);
    for (uint32_t i = 0; i < change->files_count && i < FILES_MAX; i++)
        map_add(&folders, path_folder(change->files[i].path));
    list.unowned = change->files_count;
    for (uint32_t i = to; i > 0 && to - i < HISTORY; i--) {
        const struct landed *landed = &history->items[i - 1];
        if (landed->change.author.len == 0 || !touches(history, landed, &folders))
            continue;
        name_owner(&list, HISTORY, landed->change.author);
        list.changes++;
    }
    put_in_order(&list);
    return list;
}

struct owner_list owners_of_change(struct arena *arena, const struct owners *owners,
                                   const struct history *history, uint32_t to,
                                   const struct change *change)
{
    const struct owner_list named =
        owners ? named_owners(arena, owners, change) : (struct owner_list){0};
    return named.count > 0 ? named : owners_by_habit(arena, history, to, change);
}
