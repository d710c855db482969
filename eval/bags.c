/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A history keeps no words with its changes, but where each word occurs: that is turned around. A
 * change with more words than a bag holds keeps those of its message and its paths.
 */
#include "eval/bags.h"

#include "base/arena.h"
#include "text/terms.h"

static void count_terms(const struct history *history, bool is_line, uint32_t *counts)
{
    for (uint32_t i = 0; i < history->words.count; i++)
        for (uint32_t j = 0; j < history->postings[i].count; j++) {
            const struct posting *posting = &history->postings[i].items[j];
            counts[posting->change] +=
                is_line ? posting->counts[PART_LINE] > 0
                        : (posting->counts[PART_SUBJECT] > 0) + (posting->counts[PART_BODY] > 0) +
                              (posting->counts[PART_FOLDER] > 0 || posting->counts[PART_FILE] > 0);
        }
}

static void add_posting(struct match_bag *bag, struct str word, const struct posting *posting,
                        bool is_line)
{
    const uint8_t *counts = posting->counts;
    const uint32_t path = (uint32_t)counts[PART_FOLDER] + counts[PART_FILE];
    if (is_line && counts[PART_LINE] > 0)
        match_bag_add(bag, word, MATCH_LINE, counts[PART_LINE]);
    if (is_line)
        return;
    if (counts[PART_SUBJECT] > 0)
        match_bag_add(bag, word, MATCH_SUBJECT, counts[PART_SUBJECT]);
    if (counts[PART_BODY] > 0)
        match_bag_add(bag, word, MATCH_BODY, counts[PART_BODY]);
    if (path > 0)
        match_bag_add(bag, word, MATCH_PATH, path);
}

static void add_words(const struct history *history, bool is_line, struct match_bag *bags)
{
    for (uint32_t i = 0; i < history->words.count; i++) {
        const struct str word = history->words.keys[i];
        if (term_is_common(word))
            continue;
        for (uint32_t j = 0; j < history->postings[i].count; j++) {
            const struct posting *posting = &history->postings[i].items[j];
            add_posting(&bags[posting->change], word, posting, is_line);
        }
    }
}

struct match_bag *bags_of(struct arena *arena, const struct history *history)
{
    struct arena *scratch = arena_new("bags");
    uint32_t *counts = arena_push_many(scratch, uint32_t, history->count + 1);
    struct match_bag *bags = arena_push_many(arena, struct match_bag, history->count + 1);
    count_terms(history, false, counts);
    count_terms(history, true, counts);
    for (uint32_t i = 0; i < history->count; i++) {
        const uint32_t room = counts[i] < MATCH_TERMS_MAX ? counts[i] : MATCH_TERMS_MAX;
        bags[i] = (struct match_bag){.terms = arena_push_many(arena, struct match_term, room + 1)};
    }
    add_words(history, false, bags);
    add_words(history, true, bags);
    for (uint32_t i = 0; i < history->count; i++)
        match_bag_end(&bags[i]);
    arena_free(scratch);
    return bags;
}
