/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of two templates that differ in one word only, the one with nothing but a slot there stands for
 * the other, if the other's word holds something filled in or looks like a value. The marks around
 * the slot must be around the other's word too.
 */
#include "text/absorb.h"

#include "base/arena.h"
#include "base/buf.h"

#include <string.h>

#define WORDS_MAX 96 /* longer templates stay as they are */
#define WILD STR("<*>")

struct slot {
    uint64_t key; /* 0: free */
    uint32_t template;
};

struct table {
    struct slot *slots;
    uint32_t mask;
};

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* "<*>", "(<*>),": one slot and marks around it; and where it begins and ends. */
static bool is_bare(struct str word, size_t *from, size_t *to)
{
    *from = str_find(word, WILD);
    *to = *from + WILD.len;
    for (size_t i = 0; *from != STR_NPOS && i < word.len; i++)
        if ((i < *from || i >= *to) && (is_letter_or_digit(word.ptr[i]) || word.ptr[i] == '*'))
            return false;
    return *from != STR_NPOS;
}

static bool is_special_case(struct str word, struct str bare)
{
    size_t from, to;
    if (!is_bare(bare, &from, &to))
        return false;
    const struct str before = str_slice(bare, 0, from), after = str_slice(bare, to, bare.len);
    if (word.len <= before.len + after.len || !str_starts(word, before) || !str_ends(word, after))
        return false;
    const struct str value = str_slice(word, before.len, word.len - after.len);
    bool numbered = str_contains(value, WILD);
    for (size_t i = 0; i < value.len; i++) {
        numbered |= value.ptr[i] >= '0' && value.ptr[i] <= '9';
        if (value.ptr[i] == '=')
            return false; /* a name and its value: another thing than a value */
    }
    return numbered;
}

struct words {
    struct str of[WORDS_MAX];
    uint32_t count; /* 0: too many */
    uint32_t said;  /* of them, with a letter or digit outside of slots */
    uint64_t sum;
};

static uint64_t word_hash(struct str word, uint32_t position)
{
    uint64_t hash = (str_hash(word) + position + 1) * 0xD6E8FEB86659FD93u;
    return hash ^ (hash >> 32);
}

/* Letters and digits outside of slots. */
static size_t letters_in(struct str text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (str_starts(str_slice(text, i, text.len), WILD))
            i += WILD.len - 1;
        else
            letters += is_letter_or_digit(text.ptr[i]);
    }
    return letters;
}

/* A total order, so that no two templates can stand for each other. */
static bool is_more_general(struct str a, struct str b)
{
    const size_t letters_a = letters_in(a), letters_b = letters_in(b);
    if (letters_a != letters_b)
        return letters_a < letters_b;
    return a.len != b.len ? a.len < b.len : str_compare(a, b) < 0;
}

static void take_words(struct str text, struct words *out)
{
    *out = (struct words){0};
    struct str word;
    while (str_split(&text, ' ', &word)) {
        if (out->count == WORDS_MAX) {
            out->count = 0;
            return;
        }
        out->said += letters_in(word) > 0;
        out->sum += word_hash(word, out->count);
        out->of[out->count++] = word;
    }
}

/* What a template shares with all that differ in that word alone; never 0. */
static uint64_t key_without(const struct words *words, uint32_t position)
{
    const uint64_t rest = words->sum - word_hash(words->of[position], position);
    const uint64_t key =
        (rest ^ words->count * 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u + position;
    return key | (key == 0);
}

static struct slot *find_slot(const struct table *table, uint64_t key)
{
    uint32_t at = (uint32_t)(key >> 20) & table->mask;
    while (table->slots[at].key != 0 && table->slots[at].key != key)
        at = (at + 1) & table->mask;
    return &table->slots[at];
}

/* Of all that have a bare slot there, the most general. */
static void offer(const struct table *table, uint64_t key, uint32_t template,
                  const struct str *texts)
{
    struct slot *slot = find_slot(table, key);
    if (slot->key == 0 || is_more_general(texts[template], texts[slot->template]))
        *slot = (struct slot){key, template};
}

static struct table table_of_bare(struct arena *scratch, const struct str *texts, uint32_t count)
{
    struct words words;
    size_t from, to;
    uint32_t bare = 0, size = 16;
    for (uint32_t t = 0; t < count; t++) {
        take_words(texts[t], &words);
        for (uint32_t i = 0; i < words.count; i++)
            bare += is_bare(words.of[i], &from, &to);
    }
    while (size < bare * 2)
        size *= 2;
    const struct table table = {arena_push_many(scratch, struct slot, size), size - 1};
    for (uint32_t t = 0; t < count; t++) {
        take_words(texts[t], &words);
        for (uint32_t i = 0; i < words.count; i++)
            if (words.said > 0 && is_bare(words.of[i], &from, &to))
                offer(&table, key_without(&words, i), t, texts);
    }
    return table;
}

static struct str word_at(struct str text, uint32_t position)
{
    struct str word = {0};
    for (uint32_t i = 0; i <= position; i++)
        str_split(&text, ' ', &word);
    return word;
}

/* What stands for a template, or itself. */
static uint32_t general_of(const struct table *table, const struct str *texts, uint32_t template)
{
    struct words words;
    take_words(texts[template], &words);
    for (uint32_t i = 0; i < words.count; i++) {
        const struct slot *slot = find_slot(table, key_without(&words, i));
        const bool other_words = words.said > (letters_in(words.of[i]) > 0);
        if (slot->key != 0 && other_words &&
            is_special_case(words.of[i], word_at(texts[slot->template], i)) &&
            is_more_general(texts[slot->template], texts[template]))
            return slot->template;
    }
    return template;
}

uint32_t *absorb_templates(struct arena *arena, const struct str *texts, uint32_t count)
{
    uint32_t *into = arena_push_many(arena, uint32_t, count);
    struct arena *scratch = arena_new("words");
    const struct table table = table_of_bare(scratch, texts, count);
    for (uint32_t t = 0; t < count; t++)
        into[t] = general_of(&table, texts, t);
    for (uint32_t t = 0; t < count; t++)
        while (into[into[t]] != into[t])
            into[t] = into[into[t]];
    arena_free(scratch);
    return into;
}

/* ---- lists ---- */

#define PERIOD_MAX 4 /* words that come again together */

static struct str without_comma(struct str word)
{
    const bool comma = str_ends(word, STR(",")) || str_ends(word, STR(";"));
    return str_slice(word, 0, word.len - comma);
}

static bool repeats(const struct words *words, uint32_t at, uint32_t period)
{
    bool slot = false;
    if (at + 2 * period > words->count)
        return false;
    for (uint32_t i = at; i < at + period; i++) {
        slot |= str_contains(words->of[i], WILD);
        if (!str_eq(without_comma(words->of[i]), without_comma(words->of[i + period])))
            return false;
    }
    return slot;
}

static struct str join_words(struct arena *arena, struct str text, const bool *left_out)
{
    struct buf out = buf_new(arena);
    struct str word;
    for (uint32_t i = 0; str_split(&text, ' ', &word); i++) {
        if (left_out[i])
            continue;
        if (out.len > 0)
            buf_add_char(&out, ' ');
        buf_add(&out, word);
    }
    return buf_str(&out);
}

struct str absorb_repeats(struct arena *arena, struct str text, struct str *shown)
{
    struct words words;
    bool left_out[WORDS_MAX] = {0};
    bool any = false;
    take_words(text, &words);
    for (uint32_t at = 0; at < words.count;) {
        uint32_t period = 1;
        while (period <= PERIOD_MAX && !repeats(&words, at, period))
            period++;
        if (period > PERIOD_MAX) {
            at++;
            continue;
        }
        for (; repeats(&words, at, period); at += period)
            memset(left_out + at, true, period);
        at += period;
        any = true;
    }
    if (!any)
        return text;
    *shown = join_words(arena, *shown, left_out);
    return join_words(arena, text, left_out);
}
