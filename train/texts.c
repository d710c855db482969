/* SPDX-License-Identifier: Apache-2.0 */
#include "train/texts.h"

#include "base/arena.h"
#include "base/buf.h"

#include <math.h>
#include <string.h>

#define TEXTS_MAX 60000
#define LABELS_MAX 64

uint64_t seed_next(uint64_t *seed)
{
    uint64_t mixed = *seed += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
}

static const char *one_of(const char *const *words, uint32_t count, uint64_t *seed)
{
    return words[seed_next(seed) % count];
}

#define ONE_OF(words, seed) one_of(words, sizeof(words) / sizeof *(words), seed)

/* Names that tell nothing of what they name. */
static void put_name(struct buf *out, uint64_t *seed)
{
    static const char *const first[] = {"orchid", "maple",  "falcon", "ember", "quartz",  "harbor",
                                        "lumen",  "cobalt", "willow", "comet", "saffron", "onyx"};
    static const char *const last[] = {"", "", "-api", "-web", "-worker", "-svc", "-backend", "2"};
    buf_printf(out, "%s%s", ONE_OF(first, seed), ONE_OF(last, seed));
}

static void put_identifier(struct buf *out, uint64_t *seed)
{
    static const char *const first[] = {"item",  "user",  "order", "page",
                                        "token", "batch", "region"};
    static const char *const last[] = {"Id", "List", "Name", "_map", "_cache", "Ref", "Count"};
    buf_printf(out, "%s%s", ONE_OF(first, seed), ONE_OF(last, seed));
}

static void fill(struct buf *out, struct str slot, uint64_t *seed)
{
    static const char *const paths[] = {"/var", "/data", "/", "/mnt/vol1", "/srv/files", "/tmp"};
    static const char *const topics[] = {"events", "emails", "exports", "updates", "jobs-high"};
    static const char *const spaces[] = {"prod", "default", "team-a", "core"};
    const unsigned number = (unsigned)(seed_next(seed) % 1000);
    if (str_eq(slot, STR("svc")))
        put_name(out, seed);
    else if (str_eq(slot, STR("ident")))
        put_identifier(out, seed);
    else if (str_eq(slot, STR("host")))
        buf_printf(out, "%s%02u", number % 2 ? "node-" : "ip-10-0-", number % 90 + 1);
    else if (str_eq(slot, STR("url")))
        buf_printf(out, "https://www%u.example.com", number % 9);
    else if (str_eq(slot, STR("path")))
        buf_printf(out, "%s", ONE_OF(paths, seed));
    else if (str_eq(slot, STR("topic")))
        buf_printf(out, "%s", ONE_OF(topics, seed));
    else if (str_eq(slot, STR("ns")))
        buf_printf(out, "%s", ONE_OF(spaces, seed));
    else if (str_eq(slot, STR("ms")))
        buf_printf(out, "%u", 200 + number * 9);
    else if (str_eq(slot, STR("s")))
        buf_printf(out, "%u.%u", number % 30, number % 10);
    else if (str_eq(slot, STR("min")))
        buf_printf(out, "%u", 2 + number % 30);
    else if (str_eq(slot, STR("pct")))
        buf_printf(out, "%u", 1 + number % 99);
    else if (str_eq(slot, STR("n")))
        buf_printf(out, "%u", number);
    else
        buf_printf(out, "{%.*s}", STR_ARG(slot));
}

static struct str filled(struct arena *arena, struct str text, uint64_t *seed)
{
    struct buf out = buf_new(arena);
    for (size_t at = 0; at < text.len; at++) {
        const struct str rest = str_slice(text, at + 1, text.len);
        const size_t end = text.ptr[at] == '{' ? str_find(rest, STR("}")) : STR_NPOS;
        if (end != STR_NPOS && end < 8) {
            fill(&out, str_slice(rest, 0, end), seed);
            at += end + 1;
        } else {
            buf_add_char(&out, text.ptr[at]);
        }
    }
    return buf_str(&out);
}

static void add(struct labelled_texts *texts, const struct text_row *row, struct str text)
{
    if (texts->count < TEXTS_MAX)
        texts->items[texts->count++] = (struct labelled){
            .text = text, .label = row->label, .group = row->group, .row = texts->rows};
}

static struct str any_of(struct str alternatives, uint64_t *seed)
{
    struct str part = STR(""), rest = alternatives, chosen = STR("");
    uint64_t count = 0;
    while (str_split(&rest, '|', &part))
        if (seed_next(seed) % ++count == 0)
            chosen = part;
    return chosen;
}

struct maker {
    struct arena *arena;
    struct labelled_texts *texts;
    const struct text_row *plain[TEXT_GROUPS_MAX]; /* of a group: what says nothing; or NULL */
    uint32_t copies;
    join_fn *join;
    uint64_t seed;
};

static struct str make(struct maker *maker, struct str template)
{
    return filled(maker->arena, template, &maker->seed);
}

static struct str joined(struct maker *maker, struct str name, const char *sentences)
{
    const struct str sentence = any_of(str_of(sentences), &maker->seed);
    return maker->join(maker->arena, make(maker, name), make(maker, sentence), &maker->seed);
}

/* Alone, with a sentence of its row, and with one that says nothing. */
static void make_name(struct maker *maker, const struct text_row *row, struct str name)
{
    const struct text_row *plain = maker->plain[row->group];
    for (uint32_t i = 0; i < maker->copies; i++) {
        add(maker->texts, row, make(maker, name));
        add(maker->texts, row, joined(maker, name, row->sentences));
        if (plain && i % 2 == 0)
            add(maker->texts, row, joined(maker, name, plain->sentences));
    }
}

/* Alone, and behind a name that says nothing. */
static void make_sentence(struct maker *maker, const struct text_row *row, struct str sentence)
{
    const struct text_row *plain = maker->plain[row->group];
    for (uint32_t i = 0; i < maker->copies; i++) {
        add(maker->texts, row, make(maker, sentence));
        if (plain && i % 2 == 0)
            add(maker->texts, row,
                maker->join(maker->arena, make(maker, any_of(str_of(plain->names), &maker->seed)),
                            make(maker, sentence), &maker->seed));
    }
}

static void make_row(struct maker *maker, const struct text_row *row)
{
    struct str rest = str_of(row->names), part;
    for (; str_split(&rest, '|', &part); maker->texts->templates++)
        make_name(maker, row, part);
    rest = str_of(row->sentences);
    for (; str_split(&rest, '|', &part); maker->texts->templates++)
        make_sentence(maker, row, part);
}

struct labelled_texts texts_make(struct arena *arena, const struct text_row *rows, uint32_t copies,
                                 join_fn *join, uint64_t seed)
{
    struct labelled_texts texts = {.items = arena_push_many(arena, struct labelled, TEXTS_MAX)};
    struct maker maker = {
        .arena = arena, .texts = &texts, .copies = copies, .join = join, .seed = seed};
    uint32_t counts[LABELS_MAX] = {0}, labels = 0;
    for (const struct text_row *row = rows; row->sentences; row++)
        if (row->label == TEXT_PLAIN)
            maker.plain[row->group] = row;
    for (; rows->sentences; rows++, texts.rows++)
        make_row(&maker, rows);
    for (uint32_t i = 0; i < texts.count; i++)
        labels += counts[texts.items[i].label]++ == 0;
    for (uint32_t i = 0; i < texts.count; i++)
        texts.items[i].weight = sqrt((double)texts.count / labels / counts[texts.items[i].label]);
    return texts;
}
