/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_entities.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/json.h"
#include "expert/log/tagger.h"
#include "text/mask.h"
#include "train/log_learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4096
#define DRAWS 1000

enum finder { FINDER_EXPERT, FINDER_MASK, FINDER_FORM, FINDERS };

static const char *const finder_names[FINDERS] = {"expert", "text/mask.h", "text/entity.h"};

struct tally {
    double hits, said, truth;
};

struct scores {
    struct tally lines[FINDERS][LINES_MAX];
    struct tally tags[FINDERS][TAGS];
};

static double f1_of(struct tally tally)
{
    return tally.said + tally.truth > 0 ? 2 * tally.hits / (tally.said + tally.truth) : 1;
}

/* ---- finders ---- */

static const enum tag tag_of_entity[ENTITIES] = {
    [ENTITY_NUMBER] = TAG_NUMBER,   [ENTITY_HEX] = TAG_ID,
    [ENTITY_ID] = TAG_ID,           [ENTITY_UUID] = TAG_UUID,
    [ENTITY_IP] = TAG_IP,           [ENTITY_PORT] = TAG_PORT,
    [ENTITY_MAC] = TAG_ID,          [ENTITY_HOST] = TAG_HOST,
    [ENTITY_URL] = TAG_URL,         [ENTITY_PATH] = TAG_PATH,
    [ENTITY_TIME] = TAG_TIME,       [ENTITY_DURATION] = TAG_DURATION,
    [ENTITY_SIZE] = TAG_SIZE,       [ENTITY_PERCENT] = TAG_QUANTITY,
    [ENTITY_VERSION] = TAG_VERSION, [ENTITY_EMAIL] = TAG_EMAIL,
    [ENTITY_STATUS] = TAG_STATUS,   [ENTITY_USER] = TAG_USER,
    [ENTITY_POD] = TAG_SERVICE,     [ENTITY_CLASS] = TAG_SYMBOL,
};

static uint32_t by_mask(struct str line, struct found *out)
{
    static struct shape shape;
    uint32_t count = 0;
    mask_message(line, &shape);
    for (uint32_t i = 0; i < shape.atoms_count && count < TOKENS_MAX; i++) {
        const struct atom *atom = &shape.atoms[i];
        const struct str before =
            i ? str_slice(line, shape.atoms[i - 1].start, shape.atoms[i - 1].end) : STR("");
        const enum tag tag = tag_of_entity[entity_after(before, (enum entity)atom->entity)];
        if (tag != TAG_OUTSIDE && atom->entity != ENTITY_WORD)
            out[count++] = (struct found){atom->start, atom->end, tag};
    }
    return count;
}

/* The form alone, with the word before it where the form leaves it open. */
static uint32_t by_form(struct str line, struct found *out)
{
    struct tokens tokens;
    struct str before = STR("");
    uint32_t count = 0;
    tokens_cut(line, &tokens);
    for (uint32_t i = 0; i < tokens.count; i++) {
        const struct token *token = &tokens.items[i];
        const struct str text = token_text(&tokens, token);
        if (token->is_mark)
            continue;
        enum tag tag = tag_of_entity[token->form == ENTITY_WORD
                                         ? ENTITY_WORD
                                         : entity_after(before, (enum entity)token->form)];
        if (token->is_place)
            tag = TAG_CODE;
        else if (str_ends(text, STR("Exception")) && text.len > strlen("Exception"))
            tag = TAG_EXCEPTION;
        if (tag != TAG_OUTSIDE)
            out[count++] = (struct found){token->start, token->end, tag};
        before = text;
    }
    return count;
}

/* ---- scores ---- */

static bool is_in(const struct found *list, uint32_t count, struct found found)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].start == found.start && list[i].end == found.end && list[i].tag == found.tag)
            return true;
    return false;
}

static void put_mistake(struct buf *text, const char *what, const struct marked *marked,
                        struct found found)
{
    buf_printf(text, "%s\t%.*s\t%.*s\t%s\t%.*s\n", what, STR_ARG(marked->system),
               STR_ARG(marked->where), tag_name(found.tag),
               STR_ARG(str_slice(marked->line, found.start, found.end)));
}

static void score_line(const struct marked *marked, const struct found *found, uint32_t count,
                       struct tally *line, struct tally *tags, struct buf *mistakes)
{
    for (uint32_t i = 0; i < count; i++) {
        const bool right = is_in(marked->marks, marked->count, found[i]);
        line->said++;
        line->hits += right;
        tags[found[i].tag].said++;
        tags[found[i].tag].hits += right;
        if (!right && mistakes)
            put_mistake(mistakes, "wrong", marked, found[i]);
    }
    for (uint32_t i = 0; i < marked->count; i++) {
        line->truth++;
        tags[marked->marks[i].tag].truth++;
        if (mistakes && !is_in(found, count, marked->marks[i]))
            put_mistake(mistakes, "missed", marked, marked->marks[i]);
    }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- parts: all lines, those that may be looked at, those that are kept ---- */

enum part { PART_ALL, PART_OPEN, PART_KEPT, PARTS };

static const char *const part_names[PARTS] = {"all", "open", "kept"};

static bool is_of(const struct marked *marked, enum part part)
{
    return part == PART_ALL || marked->may_look == (part == PART_OPEN);
}

/* Tallies of what is drawn with replacement: lines, or systems as a whole. */
struct drawn {
    struct tally items[LINES_MAX];
    uint32_t count;
};

static void tally_add(struct tally *to, struct tally what)
{
    to->hits += what.hits;
    to->said += what.said;
    to->truth += what.truth;
}

static double f1_drawn(const struct drawn *drawn, uint64_t *state)
{
    struct tally all = {0};
    for (uint32_t i = 0; i < drawn->count; i++) {
        uint32_t at = i;
        if (state) {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            at = (uint32_t)(*state % drawn->count);
        }
        tally_add(&all, drawn->items[at]);
    }
    return f1_of(all);
}

static void put_range(const struct drawn *drawn, struct buf *text, struct buf *json)
{
    double values[DRAWS];
    uint64_t state = 88172645463325252u;
    for (int draw = 0; draw < DRAWS; draw++)
        values[draw] = f1_drawn(drawn, &state);
    qsort(values, DRAWS, sizeof *values, by_value);
    buf_printf(text, " [%.3f, %.3f]", values[DRAWS / 40], values[DRAWS - 1 - DRAWS / 40]);
    buf_printf(json, ",%.3f,%.3f", values[DRAWS / 40], values[DRAWS - 1 - DRAWS / 40]);
}

static double macro_of(const struct drawn *systems)
{
    double sum = 0;
    for (uint32_t i = 0; i < systems->count; i++)
        sum += f1_of(systems->items[i]);
    return systems->count > 0 ? sum / systems->count : 1;
}

/* [F1, of lines drawn: low, high, of systems drawn: low, high, macro F1 over systems] */
static double put_finder(enum finder finder, enum part part, const struct scores *scores,
                         const struct marked_lines *marked, struct arena *arena, struct buf *text,
                         struct buf *json)
{
    struct drawn *lines = arena_push(arena, struct drawn),
                 *systems = arena_push(arena, struct drawn);
    struct map names = map_new(arena);
    for (uint32_t i = 0; i < marked->count; i++) {
        if (!is_of(&marked->items[i], part))
            continue;
        const uint32_t system = map_add(&names, marked->items[i].system);
        lines->items[lines->count++] = scores->lines[finder][i];
        tally_add(&systems->items[system], scores->lines[finder][i]);
        systems->count = names.count;
    }
    const double f1 = f1_drawn(lines, NULL);
    buf_printf(text, "  %-5s %-15s %4u  F1 %.3f", part_names[part], finder_names[finder],
               lines->count, f1);
    json_put_key(json, finder_names[finder]);
    buf_printf(json, "[%.3f", f1);
    put_range(lines, text, json);
    put_range(systems, text, json);
    buf_printf(text, "  macro %.3f\n", macro_of(systems));
    buf_printf(json, ",%.3f]", macro_of(systems));
    return f1;
}

static void put_tags(const struct scores *scores, struct buf *text)
{
    buf_printf(text, "\n  type        marks   expert    mask  entity\n");
    for (int tag = TAG_INSIDE + 1; tag < TAGS; tag++) {
        if (scores->tags[FINDER_EXPERT][tag].truth == 0)
            continue;
        buf_printf(text, "  %-12s %4.0f    %.3f   %.3f   %.3f\n", tag_name((enum tag)tag),
                   scores->tags[FINDER_EXPERT][tag].truth, f1_of(scores->tags[FINDER_EXPERT][tag]),
                   f1_of(scores->tags[FINDER_MASK][tag]), f1_of(scores->tags[FINDER_FORM][tag]));
    }
}

static void put_systems(const struct scores *scores, const struct marked *marked, uint32_t count,
                        struct arena *arena, struct buf *text)
{
    struct map systems = map_new(arena);
    for (uint32_t i = 0; i < count; i++)
        map_add(&systems, marked[i].system);
    buf_printf(text, "\n  system       lines   expert    mask  entity\n");
    for (uint32_t system = 0; system < systems.count; system++) {
        struct tally all[FINDERS] = {0};
        uint32_t lines = 0;
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(marked[i].system, systems.keys[system])) {
                lines++;
                for (int finder = 0; finder < FINDERS; finder++) {
                    all[finder].hits += scores->lines[finder][i].hits;
                    all[finder].said += scores->lines[finder][i].said;
                    all[finder].truth += scores->lines[finder][i].truth;
                }
            }
        buf_printf(text, "  %-12.*s %4u    %.3f   %.3f   %.3f\n", STR_ARG(systems.keys[system]),
                   lines, f1_of(all[FINDER_EXPERT]), f1_of(all[FINDER_MASK]),
                   f1_of(all[FINDER_FORM]));
    }
}

static void measure_line(const struct marked *marked, uint32_t number,
                         const struct log_numbers *numbers, struct scores *scores,
                         struct buf *mistakes)
{
    static struct found found[TOKENS_MAX];
    const struct str line = marked->line;
    score_line(marked, found, tagger_find(numbers, line, found),
               &scores->lines[FINDER_EXPERT][number], scores->tags[FINDER_EXPERT], mistakes);
    score_line(marked, found, by_mask(line, found), &scores->lines[FINDER_MASK][number],
               scores->tags[FINDER_MASK], NULL);
    score_line(marked, found, by_form(line, found), &scores->lines[FINDER_FORM][number],
               scores->tags[FINDER_FORM], NULL);
}

static void put_items(const struct scores *scores, const struct marked_lines *marked,
                      struct buf *json)
{
    json_put_key(json, "entity_items");
    buf_add_char(json, '[');
    for (uint32_t i = 0; i < marked->count; i++) {
        const struct marked *it = &marked->items[i];
        json_put_comma(json);
        buf_add_char(json, '[');
        json_put_text(json, it->system);
        json_put_comma(json);
        json_put_text(json, it->where);
        buf_printf(json, ",\"%s\"", part_names[it->may_look ? PART_OPEN : PART_KEPT]);
        for (int finder = FINDER_EXPERT; finder <= FINDER_MASK; finder++) {
            const struct tally *tally = &scores->lines[finder][i];
            buf_printf(json, ",%g,%g,%g", tally->hits, tally->said, tally->truth);
        }
        buf_add_char(json, ']');
    }
    buf_add_char(json, ']');
}

bool entities_measure(struct arena *arena, const char *marks, char **folders,
                      const struct log_numbers *numbers, uint64_t seed, bool per_line,
                      bool per_item, struct buf *text, struct buf *json, double *f1,
                      struct err *err)
{
    struct marked_lines marked;
    struct scores *scores = arena_push(arena, struct scores);
    struct log_numbers *learned = arena_push(arena, struct log_numbers);
    struct buf mistakes = buf_new(arena);
    if (!marks_read(arena, marks, folders, &marked, err))
        return false;
    struct map kin = map_new(arena);
    for (uint32_t i = 0; i < marked.count; i++)
        map_add(&kin, marked.items[i].kin);
    struct tagger_lessons *lessons = numbers ? NULL : tagger_lessons_new(arena, seed, &marked);
    for (uint32_t group = 0; group < kin.count; group++) {
        if (lessons)
            learn_tagger(lessons, kin.keys[group], learned);
        for (uint32_t i = 0; i < marked.count; i++)
            if (str_eq(marked.items[i].kin, kin.keys[group]))
                measure_line(&marked.items[i], i, numbers ? numbers : learned, scores,
                             per_line && marked.items[i].may_look ? &mistakes : NULL);
    }
    buf_printf(text, "\nentities of %u lines that people have marked\n", marked.count);
    json_put_key(json, "entities_f1");
    buf_add_char(json, '{');
    for (int part = 0; part < PARTS; part++) {
        json_put_key(json, part_names[part]);
        buf_add_char(json, '{');
        for (int finder = 0; finder < FINDERS; finder++) {
            const double of = put_finder((enum finder)finder, (enum part)part, scores, &marked,
                                         arena, text, json);
            if (part == PART_KEPT && finder == FINDER_EXPERT)
                *f1 = of;
        }
        buf_add_char(json, '}');
    }
    buf_add_char(json, '}');
    if (per_item)
        put_items(scores, &marked, json);
    put_tags(scores, text);
    put_systems(scores, marked.items, marked.count, arena, text);
    buf_add(text, buf_str(&mistakes));
    return true;
}
