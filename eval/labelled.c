/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/labelled.h"

#include "base/arena.h"
#include "data/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX ((size_t)16 << 20)
#define DRAWS 2000
#define LABELS_MAX 64

static bool read_line(struct str line, label_name_fn *name_of, struct labelled_line *out)
{
    struct str word;
    if (!str_split(&line, '\t', &word))
        return false;
    for (out->label = 0; name_of(out->label); out->label++)
        if (str_eq(word, str_of(name_of(out->label))))
            break;
    if (!name_of(out->label) || !str_split(&line, '\t', &out->name))
        return false;
    out->rest = str_trim(line);
    return true;
}

bool labelled_read(struct arena *arena, const char *path, label_name_fn *name_of,
                   struct labelled_set *out, struct err *err)
{
    struct str text, line;
    if (!file_read(arena, path, BYTES_MAX, &text, err))
        return false;
    *out =
        (struct labelled_set){.items = arena_push_many(arena, struct labelled_line, LABELLED_MAX)};
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (out->count == LABELLED_MAX || !read_line(line, name_of, &out->items[out->count]))
            return err_set(err, ERR_CORRUPT, "%s: line %u: wanted are LABEL, a tab and a text",
                           path, number);
        out->count++;
    }
    return true;
}

/* ---- scores ---- */

struct score {
    double right, f1; /* f1: mean over the labels that there are */
};

struct counts {
    uint32_t true_of[LABELS_MAX], said[LABELS_MAX], right[LABELS_MAX], all, hits;
};

static void count(struct counts *counts, const struct labelled_line *line, uint32_t guesser)
{
    const uint32_t guess = line->guesses[guesser];
    counts->true_of[line->label]++;
    counts->said[guess]++;
    counts->right[guess] += guess == line->label;
    counts->hits += guess == line->label;
    counts->all++;
}

static struct score score_of(const struct counts *counts, uint32_t labels)
{
    struct score score = {.right = counts->all > 0 ? (double)counts->hits / counts->all : 0.0};
    uint32_t there = 0;
    for (uint32_t i = 0; i < labels; i++) {
        if (counts->true_of[i] == 0)
            continue;
        score.f1 += 2.0 * counts->right[i] / (counts->true_of[i] + counts->said[i]);
        there++;
    }
    score.f1 /= there > 0 ? there : 1;
    return score;
}

/* Steps through the lines in an order that looks drawn, and is the same each time. */
static uint32_t drawn(uint64_t *state, uint32_t count)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 33) % count);
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

struct intervals {
    double right[2], f1[2], beside[2]; /* `beside`: less than the first is right, of all */
};

static void ends_of(double *draws, double ends[2])
{
    qsort(draws, DRAWS, sizeof *draws, compare);
    ends[0] = draws[DRAWS / 40];
    ends[1] = draws[DRAWS - 1 - DRAWS / 40];
}

static struct intervals intervals_of(const struct labelled_set *set, uint32_t guesser,
                                     uint32_t labels)
{
    static double right[DRAWS], f1[DRAWS], beside[DRAWS];
    struct intervals intervals;
    uint64_t state = 1;
    for (int i = 0; i < DRAWS; i++) {
        struct counts own = {0}, first = {0};
        for (uint32_t j = 0; j < set->count; j++) {
            const struct labelled_line *line = &set->items[drawn(&state, set->count)];
            count(&own, line, guesser);
            count(&first, line, 0);
        }
        const struct score score = score_of(&own, labels);
        right[i] = score.right;
        f1[i] = score.f1;
        beside[i] = score_of(&first, labels).right - score.right;
    }
    ends_of(right, intervals.right);
    ends_of(f1, intervals.f1);
    ends_of(beside, intervals.beside);
    return intervals;
}

void labelled_print(const struct labelled_set *set, const char *const *guessers, uint32_t count_of,
                    uint32_t labels)
{
    printf("%u texts\n%-22s %6s %16s %8s %16s   %s\n", set->count, "", "right", "", "macro F1", "",
           "the first is right more often by");
    for (uint32_t i = 0; i < count_of && set->count > 0; i++) {
        struct counts counts = {0};
        for (uint32_t j = 0; j < set->count; j++)
            count(&counts, &set->items[j], i);
        const struct score score = score_of(&counts, labels);
        const struct intervals ends = intervals_of(set, i, labels);
        printf("%-22s %6.3f   [%.3f, %.3f] %8.3f   [%.3f, %.3f]", guessers[i], score.right,
               ends.right[0], ends.right[1], score.f1, ends.f1[0], ends.f1[1]);
        if (i > 0)
            printf("   [%+.3f, %+.3f]", ends.beside[0], ends.beside[1]);
        putchar('\n');
    }
}

void labelled_print_misses(const struct labelled_set *set, label_name_fn *name_of)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct labelled_line *line = &set->items[i];
        if (line->guesses[0] != line->label)
            printf("%s, said %s (%s): %.*s %.*s\n", name_of(line->label), name_of(line->guesses[0]),
                   name_of(line->guesses[1]), STR_ARG(line->name), STR_ARG(line->rest));
    }
}
