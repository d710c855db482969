/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of postings a word, with a count for each part of a change: the parts are always asked
 * for together. Lists grow by doubling within the arena, so that they cost at most twice their size
 * and a change is added in the time that it takes to read it.
 */
#include "culprit/history.h"

#include "base/arena.h"
#include "text/terms.h"

#include <assert.h>
#include <string.h>

#define ROOM_MIN 2                           /* most words occur in one or two changes */
#define PREFIX_BYTES 7                       /* what git prints of an id at least */
#define BROUGHT_ID_BYTES_MIN 4               /* a shorter word of a rollout may be anything */
#define BROUGHT_BYTES_MAX ((size_t)64 << 10) /* of what a rollout says that is read for ids */
#define BROUGHT_MAX 1000 /* changes by one rollout: a release of months has hundreds */
#define COUNT_MAX 255

struct history *history_new(struct arena *arena)
{
    struct history *history = arena_push(arena, struct history);
    *history = (struct history){.arena = arena,
                                .ids = map_new(arena),
                                .words = map_new(arena),
                                .paths = map_new(arena),
                                .authors = map_new(arena),
                                .topics = map_new(arena),
                                .author_paths = map_new(arena),
                                .subjects = map_new(arena),
                                .prefixes = map_new(arena)};
    return history;
}

/* Room for one more item in an array of `count`; new items are zero. */
static void *room_for(struct arena *arena, void *items, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return items;
    const uint32_t more = *room > 0 ? *room * 2 : ROOM_MIN;
    items = arena_grow(arena, items, *room * size, more * size);
    *room = more;
    return items;
}

/* ---- words ---- */

static void count_word(struct history *history, struct landed *landed, struct str word,
                       enum part part, uint32_t times)
{
    const uint32_t number = map_add(&history->words, word);
    history->postings = room_for(history->arena, history->postings, number, &history->postings_room,
                                 sizeof *history->postings);
    struct postings *list = &history->postings[number];
    const uint32_t change = history->count;
    if (list->count == 0 || list->items[list->count - 1].change != change) {
        list->items =
            room_for(history->arena, list->items, list->count, &list->room, sizeof *list->items);
        list->items[list->count++] = (struct posting){.change = change};
    }
    uint8_t *count = &list->items[list->count - 1].counts[part];
    *count = (uint8_t)(*count + times < COUNT_MAX ? *count + times : COUNT_MAX);
    landed->lengths[part] += times;
}

/* Two words in a row, as one term; it counts for no length. */
static void count_pair(struct history *history, struct pair *pair, struct term term, enum part part)
{
    struct str key;
    if (!pair_next(pair, term, &key))
        return;
    struct landed none = {0};
    count_word(history, &none, key, part, 1);
}

static void count_words(struct history *history, struct landed *landed, struct str text,
                        enum part part, uint32_t times)
{
    struct terms terms = {.rest = text};
    struct term term;
    struct pair pair = {0};
    while (landed->lengths[part] < HISTORY_WORDS_MAX && terms_next(&terms, &term)) {
        count_word(history, landed, term.text, part, times);
        if (part != PART_LINE)
            count_pair(history, &pair, term, part);
    }
}

static void count_all_words(struct history *history, struct landed *landed,
                            const struct change *change)
{
    count_words(history, landed, change_subject(&landed->change), PART_SUBJECT, 1);
    count_words(history, landed, change_body(&landed->change), PART_BODY, 1);
    count_words(history, landed, change->service, PART_FOLDER, 1);
    for (uint32_t i = 0; i < landed->change.files_count && i < HISTORY_FILES_MAX; i++) {
        const struct str path = landed->change.files[i].path;
        count_words(history, landed, path_folder(path), PART_FOLDER, 1);
        count_words(history, landed, path_name(path), PART_FILE, 1);
    }
    for (uint32_t i = 0; i < change->words_count; i++)
        count_words(history, landed, change->words[i].word, PART_LINE, change->words[i].count);
    for (uint32_t i = 0; i < change->scopes_count; i++)
        count_words(history, landed, change->scopes[i].word, PART_SCOPE, change->scopes[i].count);
}

/* ---- paths and people ---- */

static uint32_t *counter(struct arena *arena, struct map *map, struct str key, uint32_t **counts,
                         uint32_t *room)
{
    const uint32_t number = map_add(map, key);
    *counts = room_for(arena, *counts, number, room, sizeof **counts);
    return &(*counts)[number];
}

static uint32_t times_by_author(struct history *history, const struct landed *landed, uint32_t path)
{
    const uint32_t key[] = {landed->author, path};
    uint32_t *times =
        counter(history->arena, &history->author_paths, (struct str){(const char *)key, sizeof key},
                &history->author_path_counts, &history->author_path_counts_room);
    return (*times)++;
}

static void add_path(struct history *history, struct landed *landed, struct str path)
{
    const uint32_t number = map_add(&history->paths, path);
    history->touches = room_for(history->arena, history->touches, number, &history->touches_room,
                                sizeof *history->touches);
    struct numbers *list = &history->touches[number];
    if (list->count > 0 && list->items[list->count - 1] == history->count)
        return; /* named twice */
    const uint32_t own = times_by_author(history, landed, number);
    landed->hotness += (float)list->count;
    landed->familiarity += list->count > 0 ? (float)own / (float)list->count : 0.0f;
    list->items =
        room_for(history->arena, list->items, list->count, &list->room, sizeof *list->items);
    list->items[list->count++] = history->count;
    landed->paths[landed->paths_count++] = number;
}

static void add_paths(struct history *history, struct landed *landed)
{
    const uint32_t files = landed->change.files_count;
    const uint32_t count = files < HISTORY_FILES_MAX ? files : HISTORY_FILES_MAX;
    struct str last = {0};
    landed->paths = arena_push_many(history->arena, uint32_t, count);
    for (uint32_t i = 0; i < files; i++) {
        const struct change_file *file = &landed->change.files[i];
        landed->lines += (uint64_t)file->added + file->removed;
        const struct str folder = path_folder(file->path);
        landed->folders_count += i == 0 || !str_eq(folder, last);
        last = folder;
        if (i < count)
            add_path(history, landed, file->path);
    }
    if (landed->paths_count > 0) {
        landed->hotness /= (float)landed->paths_count;
        landed->familiarity /= (float)landed->paths_count;
    }
}

static void add_people(struct history *history, struct landed *landed)
{
    uint32_t *changes = counter(history->arena, &history->authors, landed->change.author,
                                &history->author_counts, &history->author_counts_room);
    landed->author = map_find(&history->authors, landed->change.author);
    landed->author_before = (*changes)++;
    const struct str topic = change_topic(&landed->change);
    landed->topic = topic.len > 0 ? map_add(&history->topics, topic) : HISTORY_NONE;
}

/* ---- changes that speak of changes ---- */

static void note_named(struct history *history, const struct landed *by, uint32_t number,
                       bool repairs)
{
    struct landed *named = &history->items[number];
    const bool reverts = (by->kinds & 1u << CHANGE_REVERT) != 0;
    if (reverts && named->reverted_by == HISTORY_NONE)
        named->reverted_by = history->count;
    if (repairs && named->repaired_by == HISTORY_NONE)
        named->repaired_by = history->count;
    if (named->named_by == HISTORY_NONE)
        named->named_by = history->count;
}

/* A trailer of git, `Fixes: 4be1f00 ("Add a cache")`, whatever the subject says. */
static bool is_in_trailer(struct str message, struct str id)
{
    const char *line = id.ptr;
    while (line > message.ptr && line[-1] != '\n')
        line--;
    const struct str before = str_trim((struct str){line, (size_t)(id.ptr - line)});
    return str_find_no_case(before, STR("fixes:")) == 0 && before.len == STR("fixes:").len;
}

/* The change that goes by this name, whole or by its first digits; HISTORY_NONE: there is none. */
static uint32_t find_by_name(const struct history *history, struct str id)
{
    const uint32_t whole = map_find(&history->ids, id); /* ids are numbered as changes are */
    if (whole != MAP_NONE)
        return whole;
    const uint32_t prefix = id.len >= PREFIX_BYTES
                                ? map_find(&history->prefixes, str_slice(id, 0, PREFIX_BYTES))
                                : MAP_NONE;
    if (prefix == MAP_NONE)
        return HISTORY_NONE;
    const uint32_t number = history->prefix_last[prefix];
    const struct str known = history->items[number].change.id;
    const size_t len = known.len < id.len ? known.len : id.len;
    return str_eq(str_slice(known, 0, len), str_slice(id, 0, len)) ? number : HISTORY_NONE;
}

/* A rollout names what it brings; that is no verdict on it. */
static void follow_references(struct history *history, const struct landed *landed)
{
    if (landed->change.is_rollout)
        return;
    const bool repairs = (landed->kinds & 1u << CHANGE_REPAIR) != 0;
    struct str rest = landed->change.message, id;
    for (int i = 0; i < 16 && change_next_reference(&rest, &id); i++) {
        const uint32_t number = find_by_name(history, id);
        if (number < history->count)
            note_named(history, landed, number,
                       repairs || is_in_trailer(landed->change.message, id));
    }
    const struct str subject = change_reverted_subject(&landed->change);
    const uint32_t known = subject.len > 0 ? map_find(&history->subjects, subject) : MAP_NONE;
    if (known != MAP_NONE)
        note_named(history, landed, history->subject_last[known], false);
}

static void remember_names(struct history *history, const struct landed *landed)
{
    const struct str subject = change_subject(&landed->change);
    if (subject.len > 0)
        *counter(history->arena, &history->subjects, subject, &history->subject_last,
                 &history->subject_last_room) = history->count;
    if (landed->change.id.len >= PREFIX_BYTES)
        *counter(history->arena, &history->prefixes, str_slice(landed->change.id, 0, PREFIX_BYTES),
                 &history->prefix_last, &history->prefix_last_room) = history->count;
}

/* ---- rollouts ---- */

void history_note_rollout(struct history *history, uint32_t number, const struct rollout *rollout)
{
    struct landed *landed = &history->items[number];
    uint32_t at = landed->rollouts_count; /* before those that came later */
    while (at > 0 && landed->rollouts[at - 1].time_ns > rollout->time_ns)
        at--;
    for (uint32_t i = at; i > 0 && landed->rollouts[i - 1].time_ns == rollout->time_ns; i--)
        if (str_eq(landed->rollouts[i - 1].id, rollout->id))
            return;
    landed->rollouts = room_for(history->arena, landed->rollouts, landed->rollouts_count,
                                &landed->rollouts_room, sizeof *landed->rollouts);
    for (uint32_t i = landed->rollouts_count++; i > at; i--)
        landed->rollouts[i] = landed->rollouts[i - 1];
    landed->rollouts[at] = *rollout;
    history->has_rollouts = true;
}

static void note_rollout(struct history *history, const struct change *rollout, uint32_t number)
{
    history_note_rollout(history, number,
                         &(struct rollout){.id = str_copy(history->arena, rollout->id),
                                           .service = str_copy(history->arena, rollout->service),
                                           .time_ns = rollout->time_ns,
                                           .after = history->count});
}

static bool is_of_id(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

/* Each word of the text that is the name of a change; a word without a digit is only a word. */
static uint32_t bring(struct history *history, const struct change *rollout, struct str text)
{
    uint32_t brought = 0;
    text = str_slice(text, 0, BROUGHT_BYTES_MAX);
    for (size_t from = 0; from < text.len && brought < BROUGHT_MAX;) {
        size_t to = from;
        bool digit = false;
        for (; to < text.len && is_of_id(text.ptr[to]); to++)
            digit |= text.ptr[to] >= '0' && text.ptr[to] <= '9';
        const struct str id = str_slice(text, from, to);
        const uint32_t number =
            digit && id.len >= BROUGHT_ID_BYTES_MIN ? find_by_name(history, id) : HISTORY_NONE;
        if (number != HISTORY_NONE && !history->items[number].change.is_rollout) {
            note_rollout(history, rollout, number);
            brought++;
        }
        from = to + 1;
    }
    return brought;
}

/* Whether the rollout is told by what it brings, or is the next step of one that is there. */
static bool add_rollout(struct history *history, const struct change *rollout)
{
    const uint32_t before = map_find(&history->ids, rollout->id);
    if (before != MAP_NONE && history->items[before].change.is_rollout) {
        note_rollout(history, rollout, before);
        return true;
    }
    uint32_t brought = bring(history, rollout, rollout->message);
    for (uint32_t i = 0; i < rollout->words_count && brought < BROUGHT_MAX; i++)
        brought += bring(history, rollout, rollout->words[i].word);
    return brought > 0;
}

const struct rollout *history_rollout(const struct history *history, uint32_t number,
                                      int64_t time_ns)
{
    const struct landed *landed = &history->items[number];
    for (uint32_t i = landed->rollouts_count; i > 0; i--)
        if (landed->rollouts[i - 1].time_ns <= time_ns)
            return &landed->rollouts[i - 1];
    return NULL;
}

/* ---- the front door ---- */

static struct change copy_of(struct arena *arena, const struct change *change)
{
    struct change copy = *change;
    copy.id = str_copy(arena, change->id);
    copy.author = str_copy(arena, change->author);
    copy.service = str_copy(arena, change->service);
    copy.message = str_copy(arena, str_slice(change->message, 0, HISTORY_MESSAGE_BYTES_MAX));
    copy.files = arena_push_many(arena, struct change_file, change->files_count);
    for (uint32_t i = 0; i < change->files_count; i++) {
        copy.files[i] = change->files[i];
        copy.files[i].path = str_copy(arena, change->files[i].path);
    }
    copy.words = copy.scopes = NULL;
    copy.words_count = copy.scopes_count = 0;
    return copy;
}

bool history_add(struct history *history, const struct change *change, struct err *err)
{
    assert(history->count == 0 ||
           change->position >= history->items[history->count - 1].change.position);
    if (history->count == HISTORY_CHANGES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "more than %d changes", HISTORY_CHANGES_MAX);
    if (change->is_rollout && add_rollout(history, change))
        return true;
    if (map_find(&history->ids, change->id) != MAP_NONE)
        return err_set(err, ERR_USAGE, "the change `%.*s` is there twice", STR_ARG(change->id));
    map_add(&history->ids, change->id);

    history->items = room_for(history->arena, history->items, history->count, &history->room,
                              sizeof *history->items);
    struct landed *landed = &history->items[history->count];
    *landed = (struct landed){.change = copy_of(history->arena, change),
                              .kinds = change_kinds(change),
                              .reverted_by = HISTORY_NONE,
                              .named_by = HISTORY_NONE,
                              .repaired_by = HISTORY_NONE};
    count_all_words(history, landed, change);
    add_people(history, landed);
    add_paths(history, landed);
    follow_references(history, landed);
    remember_names(history, landed);
    history->count++;
    return true;
}

/* The first posting of a change that is not before `change`. */
static uint32_t first_from(const struct postings *list, uint32_t change)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (list->items[middle].change < change)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct postings history_postings(const struct history *history, struct str word, uint32_t from,
                                 uint32_t to)
{
    const uint32_t number = map_find(&history->words, word);
    if (number == MAP_NONE)
        return (struct postings){0};
    const struct postings *list = &history->postings[number];
    const uint32_t first = first_from(list, from), end = first_from(list, to);
    return (struct postings){.items = list->items + first, .count = end > first ? end - first : 0};
}

uint32_t history_until(const struct history *history, int64_t time_ns)
{
    uint32_t until = history->count;
    while (until > 0 && history->items[until - 1].change.time_ns > time_ns)
        until--;
    return until;
}
