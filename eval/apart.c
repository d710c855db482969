/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval apart`: that nothing which the project is judged by, nor anything near it, stands
 * in what its numbers were learned from.
 *
 * What cannot be otherwise stands in eval/known_near, by the text that was learned from: runtimes
 * word what they throw in one way, and what practises on that and a crash have it in common. What
 * was asked of such an item counts apart (eval/tasks/exception_class.c).
 */
#include "eval/apart_sides.h"
#include "eval/known.h"
#include "eval/verb.h"

#include "base/arena.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 10 /* nearest pairs that are printed though they are apart */
#define TEXT_SHOWN 100

static const char help[] =
    "Looks whether what the project is judged by stands in what it has learned from.\n"
    "\n"
    "usage: warroom eval apart [PATH...] [--items PATH]... [--all]\n"
    "\n"
    "Items: data below eval/ and the shipped incidents. Learned from: what train/ makes its texts\n"
    "of, and each PATH, a source as `warroom train corpus` reads it. Two texts are near if they\n"
    "share a run of thirteen words, are short and the same, or resemble each other (MinHash, "
    ".74);\n"
    "digits do not count. Those that eval/known_near lists are told and do no harm.\n"
    "\n"
    "      --items PATH  a source that is asked as well; may be given more than once\n"
    "      --all         all that are near, the known ones too\n"
    "      --help        this text\n"
    "\n"
    "exit status: 0 nothing is near; 1 something is; 2 it could not be looked for\n";

struct pair {
    const struct pile_text *item;
    struct nearest nearest;
    bool is_known;
};

/* Near ones first, then the most alike; ties by the text. */
static int by_nearness(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->nearest.has_run != y->nearest.has_run)
        return x->nearest.has_run ? -1 : 1;
    if (x->nearest.alike != y->nearest.alike)
        return x->nearest.alike > y->nearest.alike ? -1 : 1;
    return str_compare(x->item->text, y->item->text);
}

static void print_text(const char *name, const struct pile_text *text)
{
    printf("    %-8s %.*s: ", name, STR_ARG(text->source));
    const struct str shown = str_slice(text->text, 0, TEXT_SHOWN);
    for (size_t i = 0; i < shown.len; i++)
        putchar((unsigned char)shown.ptr[i] < 0x20 || shown.ptr[i] == 0x7f ? ' ' : shown.ptr[i]);
    printf("%s\n", text->text.len > TEXT_SHOWN ? " ..." : "");
}

static void print_pair(const struct pair *pair)
{
    printf("%s %.2f%s\n", nearest_is_near(&pair->nearest) ? "NEAR" : "apart", pair->nearest.alike,
           pair->nearest.has_run ? ", a run of words"
           : pair->is_known      ? ", known"
                                 : "");
    print_text("asked", pair->item);
    print_text("learned", pair->nearest.text);
}

static uint32_t compare_all(const struct pile *items, const struct pile *learned,
                            const struct pile *known, struct pair *out)
{
    struct arena *scratch = arena_new("apart");
    for (uint32_t i = 0; i < pile_count(items); i++) {
        const struct pile_text *item = pile_text(items, i);
        const struct nearest nearest = pile_nearest(learned, item);
        out[i] = (struct pair){.item = item,
                               .nearest = nearest,
                               .is_known = nearest_is_near(&nearest) &&
                                           known_is(scratch, known, nearest.text->text)};
        arena_reset(scratch);
    }
    arena_free(scratch);
    qsort(out, pile_count(items), sizeof *out, by_nearness);
    return pile_count(items);
}

static bool look(struct arena *arena, struct pile *items, char *const *paths, bool all, bool *found,
                 struct err *err)
{
    struct pile *learned = pile_new(arena);
    struct pile *known;
    uint32_t near = 0, passed = 0;
    if (!known_read(arena, &known, err) || !apart_items(arena, items, err) ||
        !apart_learned(arena, paths, learned, err))
        return false;
    pile_close(learned);
    struct pair *pairs = arena_push_many(arena, struct pair, pile_count(items) + 1);
    const uint32_t count = compare_all(items, learned, known, pairs);
    for (uint32_t i = 0, shown = 0; i < count; i++) {
        const bool is_near = nearest_is_near(&pairs[i].nearest);
        near += is_near && !pairs[i].is_known;
        passed += is_near && pairs[i].is_known;
        if (is_near ? all || !pairs[i].is_known : shown++ < SHOWN)
            print_pair(&pairs[i]);
    }
    printf("%u texts that are asked, %u that were learned from: %u near, and %u known ones\n",
           count, pile_count(learned), near, passed);
    *found = near > 0;
    return true;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"items", required_argument, NULL, 'i'},
                                          {"all", no_argument, NULL, 'a'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct arena *arena = arena_new("eval");
    struct err err = {0};
    struct pile *items = pile_new(arena);
    bool all = false, found = false, ok = true;
    int option;
    while (ok && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        all |= option == 'a';
        if (option == 'i')
            ok = apart_source(items, optarg, &err);
        if (option == 'h') {
            fputs(help, stdout);
            arena_free(arena);
            return EXIT_MEASURED;
        }
        if (option == '?' || option == ':')
            ok = verb_wrong_option(option, argv, &err);
    }
    ok = ok && look(arena, items, argv + optind, all, &found, &err);
    const int code = ok ? found ? EXIT_UNDER : EXIT_MEASURED : verb_complain("eval apart", &err);
    arena_free(arena);
    return code;
}

const struct verb verb_apart = {
    .name = "apart", .summary = "Is what is asked apart from what was learned?", .run = run};
