/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read from left to right, twice: first every piece for itself, then what belongs together ("two"
 * "thirds", "2.5" "s", "one" "in" "twenty"). What looks like a name is one by its form alone:
 * whether there is such a thing is for others to know.
 */
#include "guard/words.h"

#include "base/arena.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- pieces ---- */

/* "12:03", "02:34:26", "02:34:26.5Z" */
static bool take_clock(struct str text, struct word *out)
{
    int64_t fields[3] = {0};
    uint32_t count = 0;
    size_t at = 0;
    while (count < 3) {
        const size_t run = amount_digits(text, at);
        if (run < 1 || run > 2)
            break;
        for (size_t i = 0; i < run; i++)
            fields[count] = fields[count] * 10 + (text.ptr[at + i] - '0');
        at += run;
        count++;
        if (at + 1 >= text.len || text.ptr[at] != ':')
            break;
        at++;
    }
    if (count < 2 || fields[0] > 24 || fields[1] > 59 || fields[2] > 60)
        return false;
    if (at < text.len && text.ptr[at] == '.')
        at += 1 + amount_digits(text, at + 1);
    if (at < text.len && text.ptr[at] == 'Z')
        at++;
    out->kind = WORD_CLOCK;
    out->clock_s = fields[0] * 3600 + fields[1] * 60 + fields[2];
    out->clock_tolerance_s = count == 2 ? 59 : 0;
    return at == text.len;
}

/* "2026-11-22T02:34:26Z": the day is looked up as a name, the time as a time. */
static bool has_date(struct str text)
{
    return text.len >= 10 && amount_digits(text, 0) == 4 && text.ptr[4] == '-' &&
           amount_digits(text, 5) == 2 && text.ptr[7] == '-' && amount_digits(text, 8) == 2;
}

static bool is_name(struct str text)
{
    bool small = false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (isdigit(c) || strchr("_./:@=#$&*+<>{}[]|~^\\", c)) /* also NUL */
            return true;
        if (small && isupper(c))
            return true; /* CamelCase */
        small = islower(c);
    }
    return false;
}

struct reader {
    struct arena *arena;
    struct words *out;
};

static struct word *push(struct reader *reader, enum word_kind kind, struct str text)
{
    struct words *words = reader->out;
    if (words->count == WORDS_MAX) {
        words->too_many = true;
        return &words->items[WORDS_MAX]; /* one more, that is not counted */
    }
    struct word *word = &words->items[words->count++];
    *word = (struct word){.kind = kind, .text = text, .lower = str_lower(reader->arena, text)};
    return word;
}

static size_t owner_mark(struct str text)
{
    if (str_ends(text, STR("'s")) || str_ends(text, STR("s'")))
        return str_ends(text, STR("s'")) ? 1 : 2;
    return str_ends(text, STR("\xe2\x80\x99s")) ? 4 : 0;
}

static void push_piece(struct reader *reader, struct str text)
{
    struct word clock = {0};
    struct amount amount;
    if (take_clock(text, &clock)) {
        struct word *word = push(reader, WORD_CLOCK, text);
        word->clock_s = clock.clock_s;
        word->clock_tolerance_s = clock.clock_tolerance_s;
        return;
    }
    if (has_date(text) && text.len > 11 && take_clock(str_slice(text, 11, text.len), &clock)) {
        push(reader, WORD_NAME, str_slice(text, 0, 10));
        struct word *word = push(reader, WORD_CLOCK, str_slice(text, 11, text.len));
        word->clock_s = clock.clock_s;
        word->clock_tolerance_s = clock.clock_tolerance_s;
        return;
    }
    if (amount_read(text, &amount) == text.len) {
        push(reader, WORD_NUMBER, text)->amount = amount;
        return;
    }
    const size_t mark = owner_mark(text);
    struct str bare = str_slice(text, 0, text.len - mark);
    struct word *word = push(reader, is_name(bare) ? WORD_NAME : WORD_PLAIN, bare);
    word->owns = mark > 0;
    word->capital = bare.len > 0 && isupper((unsigned char)bare.ptr[0]);
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* How long what stands in quotes is, with them; 0: nothing that closes begins here. */
static size_t quoted(struct str text, size_t *mark_len)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"`", "`"},
                 {"\"", "\""},
                 {"\xe2\x80\x9c", "\xe2\x80\x9d"},
                 {"\xe2\x80\x98", "\xe2\x80\x99"},
                 {"'", "'"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct str open = str_of(marks[i].open), close = str_of(marks[i].close);
        if (!str_starts(text, open))
            continue;
        struct str rest = str_slice(text, open.len, text.len);
        const size_t end = str_find(rest, close);
        if (end == STR_NPOS || end == 0)
            return 0;
        *mark_len = open.len;
        return open.len + end + close.len;
    }
    return 0;
}

static bool is_stop(char c)
{
    return strchr(".,;:!?()", c) && c;
}

/* A piece ends at a blank; what stands at its end and belongs to the sentence goes off it. */
static size_t take_piece(struct reader *reader, struct str text)
{
    size_t end = 0;
    while (end < text.len && !is_blank(text.ptr[end]) && text.ptr[end] != '`')
        end++;
    size_t last = end;
    while (last > 0 && (is_stop(text.ptr[last - 1]) || text.ptr[last - 1] == '"')) {
        if (text.ptr[last - 1] == ')' && memchr(text.ptr, '(', last))
            break; /* "SSL_do_handshake()" */
        last--;
    }
    if (last > 0)
        push_piece(reader, str_slice(text, 0, last));
    for (; last < end; last++)
        if (is_stop(text.ptr[last]))
            push(reader, WORD_STOP, str_slice(text, last, last + 1));
    return end;
}

static void read_pieces(struct reader *reader, struct str text)
{
    while (text.len > 0 && !reader->out->too_many) {
        size_t mark, taken = 1;
        if (is_blank(text.ptr[0]) || text.ptr[0] == '"' || text.ptr[0] == '`') {
            if (!is_blank(text.ptr[0]) && (taken = quoted(text, &mark)) > 0)
                push(reader, WORD_QUOTE, str_slice(text, mark, taken - mark));
        } else if ((taken = quoted(text, &mark)) > 0) {
            push(reader, WORD_QUOTE, str_slice(text, mark, taken - (mark == 3 ? 3 : mark)));
        } else if (is_stop(text.ptr[0]) || str_starts(text, STR("\xe2\x80\x94"))) {
            push(reader, WORD_STOP, str_slice(text, 0, 1));
            taken = is_stop(text.ptr[0]) ? 1 : 3;
        } else {
            taken = take_piece(reader, text);
        }
        text = str_slice(text, taken > 0 ? taken : 1, text.len);
    }
}

/* ---- what belongs together ---- */

static void merge(struct words *words, uint32_t at, uint32_t count)
{
    struct word *items = words->items;
    items[at].text.len = (size_t)(items[at + count - 1].text.ptr - items[at].text.ptr) +
                         items[at + count - 1].text.len;
    memmove(&items[at + 1], &items[at + count], (words->count - at - count) * sizeof *items);
    words->count -= count - 1;
}

static struct str plain(const struct words *words, uint32_t at)
{
    return at < words->count && words->items[at].kind == WORD_PLAIN ? words->items[at].lower
                                                                    : STR("");
}

static bool is_plain(const struct words *words, uint32_t at, const char *list)
{
    return amount_among(list, plain(words, at));
}

static void be_number(struct word *word, double number, bool in_words)
{
    word->kind = WORD_NUMBER;
    word->amount = (struct amount){
        .number = number, .written = number, .tolerance = 0.5, .in_words = in_words};
}

static void be_share(struct word *word, double share)
{
    be_number(word, share, true);
    word->amount.unit = UNIT_SHARE;
    word->amount.tolerance = 0.02;
}

/* "one" of "the one", "no one", "another one" is no number; "a second one" is none either. */
static bool is_pronoun(const struct words *words, uint32_t at)
{
    return str_eq(plain(words, at), STR("one")) && at > 0 &&
           is_plain(words, at - 1,
                    " the this that which no each every other another any second "
                    "single new good bad ");
}

static void read_cardinals(struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++) {
        double number, more;
        if (!amount_cardinal(plain(words, i), &number) || is_pronoun(words, i))
            continue;
        struct word *word = &words->items[i];
        while (amount_cardinal(plain(words, i + 1), &more) && more >= 100) {
            number = (number == 0 ? 1 : number) * more;
            merge(words, i, 2);
        }
        const bool once = amount_among(" once twice thrice ", word->lower);
        be_number(word, number, false);
        word->amount.times = once;
    }
    for (uint32_t i = 0; i + 1 < words->count; i++) { /* "120 million" */
        double more;
        if (words->items[i].kind == WORD_NUMBER && amount_cardinal(plain(words, i + 1), &more) &&
            more >= 100) {
            words->items[i].amount.written *= more;
            words->items[i].amount.number *= more;
            words->items[i].amount.tolerance *= more;
            merge(words, i, 2);
        }
    }
}

static bool is_number(const struct words *words, uint32_t at)
{
    return at < words->count && words->items[at].kind == WORD_NUMBER;
}

/* "two thirds", "a third of", "half", "one in twenty"; "the third" is an ordinal. */
static void read_shares(struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++) {
        double share;
        if (is_number(words, i) && is_plain(words, i + 1, " in ") && is_number(words, i + 2) &&
            words->items[i].amount.written == 1 && words->items[i + 2].amount.written >= 2 &&
            words->items[i].amount.unit == UNIT_NONE) {
            be_share(&words->items[i], 1 / words->items[i + 2].amount.written);
            merge(words, i, 3);
            continue;
        }
        if (!amount_fraction(plain(words, i), &share))
            continue;
        const bool ordinal = share != 0.5 && share != 0.25 && share != 0.05;
        if (i > 0 && is_number(words, i - 1)) {
            be_share(&words->items[i - 1], words->items[i - 1].amount.written * share);
            merge(words, i - 1, 2);
            i--;
        } else if (!ordinal || is_plain(words, i + 1, " of as ")) {
            be_share(&words->items[i], share);
        }
    }
}

/* "2.5" "s"; "per" "second", "a" "second"; "from 64 to 1 MB" gives both their unit. */
static void read_units(struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++) {
        if (!is_number(words, i) || words->items[i].amount.in_words)
            continue;
        struct amount *amount = &words->items[i].amount;
        if (amount->unit == UNIT_NONE && i + 1 < words->count) {
            const struct word *next = &words->items[i + 1];
            if (next->text.len == 1 && next->text.ptr[0] == '%') {
                amount_set_unit(amount, UNIT_SHARE, 0.01);
                merge(words, i, 2);
            } else if (next->kind != WORD_QUOTE && amount_take_unit(amount, next->lower, false)) {
                merge(words, i, 2);
            } else if (is_plain(words, i + 1, " per ") && is_plain(words, i + 2, " cent ")) {
                amount_set_unit(amount, UNIT_SHARE, 0.01);
                merge(words, i, 3);
            }
        }
        amount->times |= is_plain(words, i + 1, " times fold ");
    }
    for (uint32_t i = 0; i + 2 < words->count; i++)
        if (is_number(words, i) && is_number(words, i + 2) &&
            is_plain(words, i + 1, " to and or ") && words->items[i].amount.unit == UNIT_NONE &&
            !words->items[i].amount.in_words && !words->items[i + 2].amount.in_words &&
            words->items[i + 2].amount.written != 0) {
            const struct amount *with = &words->items[i + 2].amount;
            amount_set_unit(&words->items[i].amount, with->unit, with->number / with->written);
        }
}

static void read_rates(struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++) {
        if (!is_number(words, i))
            continue;
        for (uint32_t at = i + 1; at < i + 4 && at < words->count; at++)
            if (is_plain(words, at, " a per each every ") &&
                is_plain(words, at + 1, " second minute hour sec s "))
                words->items[i].amount.rate = true;
    }
}

/* "under a millisecond": one of them. */
static void read_lone_units(struct words *words)
{
    for (uint32_t i = 0; i + 1 < words->count; i++) {
        struct amount amount = {.written = 1, .number = 1, .tolerance = 0.5, .in_words = true};
        if (!is_plain(words, i, " a an ") ||
            !is_plain(words, i + 1, " microsecond millisecond second minute hour day ") ||
            (is_plain(words, i + 1, " second ") && /* an ordinal */
             !is_plain(words, i + 2, " later earlier before after ago ")) ||
            (i > 0 && (is_number(words, i - 1) ||
                       is_plain(words, i - 1, " times requests queries calls operations jobs "))))
            continue;
        amount_take_unit(&amount, plain(words, i + 1), true);
        words->items[i].kind = WORD_NUMBER;
        words->items[i].amount = amount;
        merge(words, i, 2);
    }
}

struct words words_of(struct arena *arena, struct str text)
{
    struct words words = {.items = arena_push_many(arena, struct word, WORDS_MAX + 1)};
    struct reader reader = {.arena = arena, .out = &words};
    read_pieces(&reader, text);
    read_rates(&words);
    read_cardinals(&words);
    read_shares(&words);
    read_rates(&words);
    read_lone_units(&words);
    read_units(&words);
    return words;
}
