/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_entities.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/json.h"
#include "eval/csv.h"
#include "eval/log_rows.h"
#include "expert/log/tagger.h"
#include "text/mask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4096
#define DRAWS 1000

enum finder { FINDER_EXPERT, FINDER_MASK, FINDER_FORM, FINDERS };

static const char *const finder_names[FINDERS] = {"expert", "text/mask.h", "text/entity.h"};

struct marked {
    struct str system;
    int64_t number;
    struct str line;
    struct found marks[TOKENS_MAX];
    uint32_t count;
};

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

/* ---- marks ---- */

/* "12-19:ip" */
static bool read_mark(struct str word, struct found *out)
{
    const size_t dash = str_find(word, STR("-")), colon = str_find(word, STR(":"));
    int64_t from, to;
    if (dash == STR_NPOS || colon == STR_NPOS || !str_to_int(str_slice(word, 0, dash), &from) ||
        !str_to_int(str_slice(word, dash + 1, colon), &to) || from < 0 || to <= from ||
        to > (int64_t)TOKENS_BYTES_MAX)
        return false;
    out->start = (uint16_t)from;
    out->end = (uint16_t)to;
    return tag_of(str_slice(word, colon + 1, word.len), &out->tag);
}

static bool read_marks(struct arena *arena, const char *path, struct marked **out, uint32_t *count,
                       struct err *err)
{
    struct str text, line, word;
    if (!log_file_read(arena, path, &text, err))
        return false;
    *out = arena_push_many(arena, struct marked, LINES_MAX);
    for (*count = 0; str_split(&text, '\n', &line) && *count < LINES_MAX;) {
        struct marked *marked = &(*out)[*count];
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!str_split(&line, '\t', &marked->system) || !str_split(&line, '\t', &word) ||
            !str_to_int(word, &marked->number))
            return err_set(err, ERR_USAGE, "%s: SYSTEM, LINE and marks are wanted", path);
        while (str_split(&line, ' ', &word))
            if (word.len > 0 && marked->count < TOKENS_MAX &&
                !read_mark(word, &marked->marks[marked->count++]))
                return err_set(err, ERR_USAGE, "%s: `%.*s` is no FROM-TO:TYPE", path,
                               STR_ARG(word));
        ++*count;
    }
    return true;
}

static bool find_lines(struct arena *arena, char **folders, struct marked *marked, uint32_t count,
                       struct err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        if (marked[i].line.ptr)
            continue;
        struct str text = {0}, fields[CSV_COLUMNS_MAX];
        struct csv csv;
        uint32_t content;
        bool more;
        int64_t number = 0;
        for (char **folder = folders; *folder && !text.ptr; folder++) {
            struct err none = {0};
            const struct str path =
                str_printf(arena, "%s/%.*s/%.*s_2k.log_structured.csv", *folder,
                           STR_ARG(marked[i].system), STR_ARG(marked[i].system));
            if (!log_file_read(arena, path.ptr, &text, &none))
                text.ptr = NULL;
        }
        if (!text.ptr)
            return err_set(err, ERR_NOT_FOUND, "no folder has lines of `%.*s`",
                           STR_ARG(marked[i].system));
        if (!csv_open(arena, marked[i].system, text, &csv, err) ||
            !csv_column(&csv, "Content", &content, err))
            return false;
        while (csv_next(&csv, arena, fields, &more, err) && more) {
            number++;
            for (uint32_t j = i; j < count; j++)
                if (marked[j].number == number && str_eq(marked[j].system, marked[i].system))
                    marked[j].line = fields[content];
        }
        if (!marked[i].line.ptr)
            return err_set(err, ERR_NOT_FOUND, "%.*s has no line %lld", STR_ARG(marked[i].system),
                           (long long)marked[i].number);
    }
    return true;
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
    buf_printf(text, "%s\t%.*s\t%lld\t%s\t%.*s\n", what, STR_ARG(marked->system),
               (long long)marked->number, tag_name(found.tag),
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

static double f1_drawn(const struct tally *lines, uint32_t count, uint64_t *state)
{
    struct tally all = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        if (state) {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            at = (uint32_t)(*state % count);
        }
        all.hits += lines[at].hits;
        all.said += lines[at].said;
        all.truth += lines[at].truth;
    }
    return f1_of(all);
}

static void put_finder(enum finder finder, const struct scores *scores, uint32_t count,
                       struct buf *text, struct buf *json)
{
    double values[DRAWS];
    uint64_t state = 88172645463325252u;
    const double f1 = f1_drawn(scores->lines[finder], count, NULL);
    for (int draw = 0; draw < DRAWS; draw++)
        values[draw] = f1_drawn(scores->lines[finder], count, &state);
    qsort(values, DRAWS, sizeof *values, by_value);
    const double low = values[DRAWS / 40], high = values[DRAWS - 1 - DRAWS / 40];
    buf_printf(text, "  %-15s F1 %.3f [%.3f, %.3f]\n", finder_names[finder], f1, low, high);
    json_put_key(json, finder_names[finder]);
    buf_printf(json, "[%.3f,%.3f,%.3f]", f1, low, high);
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

bool entities_measure(struct arena *arena, const char *marks, char **folders,
                      const struct log_numbers *numbers, bool per_line, struct buf *text,
                      struct buf *json, double *f1, struct err *err)
{
    struct marked *marked;
    uint32_t count;
    struct scores *scores = arena_push(arena, struct scores);
    struct buf mistakes = buf_new(arena);
    if (!read_marks(arena, marks, &marked, &count, err) ||
        !find_lines(arena, folders, marked, count, err))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        static struct found found[TOKENS_MAX];
        const struct str line = marked[i].line;
        score_line(&marked[i], found, tagger_find(numbers, line, found),
                   &scores->lines[FINDER_EXPERT][i], scores->tags[FINDER_EXPERT],
                   per_line ? &mistakes : NULL);
        score_line(&marked[i], found, by_mask(line, found), &scores->lines[FINDER_MASK][i],
                   scores->tags[FINDER_MASK], NULL);
        score_line(&marked[i], found, by_form(line, found), &scores->lines[FINDER_FORM][i],
                   scores->tags[FINDER_FORM], NULL);
    }
    buf_printf(text, "\nentities of %u lines that people have marked\n", count);
    json_put_key(json, "entities_f1");
    buf_add_char(json, '{');
    for (int finder = 0; finder < FINDERS; finder++)
        put_finder((enum finder)finder, scores, count, text, json);
    buf_add_char(json, '}');
    put_tags(scores, text);
    put_systems(scores, marked, count, arena, text);
    buf_add(text, buf_str(&mistakes));
    *f1 = f1_drawn(scores->lines[FINDER_EXPERT], count, NULL);
    return true;
}
