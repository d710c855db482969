/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/facts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "guard/lexicon.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct words words;
    struct facts *out;
};

static bool is_in_name(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '-';
}

bool facts_has_name(struct str text, struct str name)
{
    if (name.len == 0)
        return false;
    for (size_t at = 0; at + name.len <= text.len; at++) {
        const size_t end = at + name.len;
        if (text.ptr[at] == name.ptr[0] && str_eq(str_slice(text, at, end), name) &&
            (at == 0 || !is_in_name(text.ptr[at - 1]) || !is_in_name(name.ptr[0])) &&
            (end == text.len || !is_in_name(text.ptr[end]) || !is_in_name(name.ptr[name.len - 1])))
            return true;
    }
    return false;
}

bool facts_know(const struct facts *facts, struct str name)
{
    return facts_has_name(facts->own, name) ||
           (name.len > 0 && name.len == facts->evidence->subject.len &&
            str_find_no_case(facts->evidence->subject, name) == 0) ||
           (name.len > 0 && name.len == facts->evidence->instance.len &&
            str_find_no_case(facts->evidence->instance, name) == 0);
}

/* ---- words of a claim ---- */

static struct str plain(const struct words *words, uint32_t at)
{
    return at < words->count && words->items[at].kind == WORD_PLAIN ? words->items[at].lower
                                                                    : STR("");
}

static bool is_stop_of(const struct word *word, const char *stops)
{
    return word->kind == WORD_STOP && word->text.len > 0 && strchr(stops, word->text.ptr[0]);
}

/* Where the part of the sentence that `at` stands in begins, or ends. */
static uint32_t part_begin(const struct words *words, uint32_t at)
{
    while (at > 0 && !is_stop_of(&words->items[at - 1], ",;."))
        at--;
    return at;
}

static uint32_t part_end(const struct words *words, uint32_t at)
{
    while (at < words->count && !is_stop_of(&words->items[at], ",;."))
        at++;
    return at;
}

static bool part_has(const struct words *words, uint32_t at, const char *word)
{
    const uint32_t end = part_end(words, at);
    for (uint32_t i = part_begin(words, at); i < end; i++)
        if (str_eq(plain(words, i), str_of(word)))
            return true;
    return false;
}

/* "its other replicas", "of the others"; "that others waited" is no comparison */
static bool tells_of_others(const struct words *words, uint32_t at)
{
    const uint32_t end = part_end(words, at);
    for (uint32_t i = part_begin(words, at); i + 1 < end; i++)
        if ((str_eq(plain(words, i), STR("its")) && str_eq(plain(words, i + 1), STR("other"))) ||
            ((str_eq(plain(words, i), STR("the")) || str_eq(plain(words, i), STR("of"))) &&
             str_eq(plain(words, i + 1), STR("others"))))
            return true;
    return false;
}

static enum role role_of(const struct words *words, uint32_t at)
{
    const struct str last = at > 0 ? plain(words, at - 1) : STR("");
    if (str_eq(last, STR("from")) || str_eq(last, STR("usual")))
        return ROLE_BEFORE;
    if (str_eq(last, STR("to")) || str_eq(plain(words, at + 2), STR("what")) ||
        (str_eq(plain(words, at + 1), STR("before")) && str_eq(plain(words, at + 2), STR("it"))))
        return ROLE_NOW;
    if (tells_of_others(words, at))
        return ROLE_OTHERS;
    return part_has(words, at, "before") && !part_has(words, at, "since") ? ROLE_BEFORE : ROLE_NOW;
}

/* ---- numbers ---- */

static void add_number(struct facts *out, const struct amount *amount, enum role role)
{
    if (out->numbers_count < FACTS_MAX)
        out->numbers[out->numbers_count++] = (struct fact){.amount = *amount, .role = role};
}

/* Those in a name: "wait 2.5 s", `64mb`, `answered 503`. */
static void read_quoted_numbers(struct facts *out, struct str text, enum role role)
{
    for (size_t at = 0; at < text.len; at++) {
        struct amount amount;
        if (!isdigit((unsigned char)text.ptr[at]) || (at > 0 && is_in_name(text.ptr[at - 1])))
            continue;
        const struct str rest = str_slice(text, at, text.len);
        size_t len = amount_read(rest, &amount);
        if (len == 0)
            continue;
        if (amount.unit == UNIT_NONE && len + 1 < rest.len && rest.ptr[len] == ' ') {
            char joined[64]; /* "2.5 s" */
            struct str unit = str_slice(rest, len + 1, rest.len);
            size_t unit_len = 0;
            while (unit_len < unit.len && isalpha((unsigned char)unit.ptr[unit_len]))
                unit_len++;
            if (len + unit_len < sizeof joined) {
                memcpy(joined, rest.ptr, len);
                memcpy(joined + len, unit.ptr, unit_len);
                amount_read((struct str){.ptr = joined, .len = len + unit_len}, &amount);
            }
        }
        add_number(out, &amount, role);
        out->numbers[out->numbers_count - 1].is_quoted = true;
        at += len - 1;
    }
}

static void add_share(struct facts *out, double part, double whole, enum role role)
{
    if (out->shares_count < FACTS_MAX && whole > 0)
        out->shares[out->shares_count++] =
            (struct fact_share){.part = part, .whole = whole, .role = role};
    for (uint32_t i = 0; i < out->numbers_count; i++)
        if (out->numbers[i].role == role && out->numbers[i].amount.written == whole)
            out->numbers[i].is_whole = true;
}

static bool is_number(const struct words *words, uint32_t at)
{
    return at < words->count && words->items[at].kind == WORD_NUMBER;
}

/* "15 of 45"; "of the 45 requests to `a` since 02:34:26 15 failed" */
static void read_shares(struct reading *reading)
{
    const struct words *words = &reading->words;
    for (uint32_t i = 0; i < words->count; i++) {
        if (is_number(words, i) && str_eq(plain(words, i + 1), STR("of")) &&
            is_number(words, i + 2))
            add_share(reading->out, words->items[i].amount.number,
                      words->items[i + 2].amount.number, role_of(words, i));
        if (!str_eq(plain(words, i), STR("of")) || !str_eq(plain(words, i + 1), STR("the")) ||
            !is_number(words, i + 2))
            continue;
        const uint32_t end = part_end(words, i);
        for (uint32_t at = i + 3; at < end; at++)
            if (is_number(words, at)) {
                add_share(reading->out, words->items[at].amount.number,
                          words->items[i + 2].amount.number, role_of(words, i + 2));
                break;
            }
    }
}

static void read_numbers(struct reading *reading)
{
    const struct words *words = &reading->words;
    struct facts *out = reading->out;
    for (uint32_t i = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        if (word->kind == WORD_NUMBER)
            add_number(out, &word->amount, role_of(words, i));
        else if (word->kind == WORD_QUOTE)
            read_quoted_numbers(out, word->text, role_of(words, i));
        else if (word->kind == WORD_CLOCK && out->clocks_count < FACTS_MAX)
            out->clocks[out->clocks_count++] = (struct fact_clock){
                word->clock_s, role_of(words, i) == ROLE_OTHERS ? ROLE_OTHERS : ROLE_NOW};
    }
    read_shares(reading);
}

/* ---- units by name ---- */

static const struct {
    const char *mark;
    enum unit unit;
    double scale;
} marks[] = {
    {"_count)", UNIT_NONE, 1},  {".count)", UNIT_NONE, 1},     {"_ms", UNIT_TIME, 1e-3},
    {"_seconds", UNIT_TIME, 1}, {"duration", UNIT_TIME, 1},    {"every_s", UNIT_TIME, 1},
    {"_age_s", UNIT_TIME, 1},   {"_timeout_s", UNIT_TIME, 1},  {"_kb", UNIT_BYTES, 1e3},
    {"_mb", UNIT_BYTES, 1e6},   {"_gb", UNIT_BYTES, 1e9},      {"bytes", UNIT_BYTES, 1},
    {"ratio", UNIT_SHARE, 1},   {"percent", UNIT_SHARE, 0.01}, {"share", UNIT_SHARE, 1},
};

static void read_unit(struct facts *out, struct str name)
{
    if (str_find_no_case(name, STR("rate(")) == 0 ||
        str_find_no_case(name, STR("per_s")) < name.len)
        out->is_rate = true;
    for (size_t i = 0; out->unit == UNIT_NONE && i < sizeof marks / sizeof *marks; i++)
        if (str_find_no_case(name, str_of(marks[i].mark)) != STR_NPOS) {
            out->unit = marks[i].unit;
            out->unit_scale = marks[i].scale;
            return;
        }
}

/* ---- what rose, what changed ---- */

static bool from_to(struct reading *reading)
{
    const struct words *words = &reading->words;
    for (uint32_t i = 0; i + 4 < words->count; i++)
        if (str_eq(plain(words, i), STR("from")) && words->items[i + 1].kind == WORD_QUOTE &&
            str_eq(plain(words, i + 2), STR("to")) && words->items[i + 3].kind == WORD_QUOTE) {
            reading->out->from = str_lower(reading->arena, words->items[i + 1].text);
            reading->out->to = str_lower(reading->arena, words->items[i + 3].text);
            return true;
        }
    return false;
}

static void tell_direction(struct facts *out, double before, double now)
{
    out->rose |= now > before;
    out->fell |= now < before;
}

static void read_values(struct facts *out)
{
    struct amount from, to;
    if (amount_read(out->from, &from) > 0 && amount_read(out->to, &to) > 0)
        tell_direction(out, from.number, to.number);
    else
        tell_direction(out, str_eq(out->from, STR("true")), str_eq(out->to, STR("true")));
}

/* The first number of now against the first of before, and so on. */
static void compare_numbers(struct facts *out)
{
    uint32_t now = 0;
    for (uint32_t i = 0; i < out->numbers_count; i++) {
        if (out->numbers[i].role != ROLE_BEFORE || out->numbers[i].is_quoted)
            continue;
        while (now < out->numbers_count &&
               (out->numbers[now].role != ROLE_NOW || out->numbers[now].is_quoted ||
                out->numbers[now].amount.in_words))
            now++;
        if (now == out->numbers_count)
            return;
        tell_direction(out, out->numbers[i].amount.number, out->numbers[now].amount.number);
        now++;
    }
}

static bool compare_shares(struct facts *out)
{
    for (uint32_t i = 0; i < out->shares_count; i++)
        for (uint32_t j = 0; j < out->shares_count; j++)
            if (out->shares[i].role == ROLE_BEFORE && out->shares[j].role == ROLE_NOW) {
                tell_direction(out, out->shares[i].part / out->shares[i].whole,
                               out->shares[j].part / out->shares[j].whole);
                return true;
            }
    return false;
}

static void read_direction(struct reading *reading)
{
    struct facts *out = reading->out;
    const struct words *words = &reading->words;
    if (from_to(reading)) {
        read_values(out);
        return;
    }
    for (uint32_t i = 0; i + 1 < words->count; i++) {
        const struct str word = plain(words, i);
        if (str_eq(word, STR("went")) && str_eq(plain(words, i + 1), STR("to")) &&
            is_number(words, i + 2))
            tell_direction(out, 1, words->items[i + 2].amount.number);
        if (words->items[i].amount.times || str_eq(plain(words, i + 1), STR("than")))
            continue;
        out->rose |=
            lexicon_has(SENSE_UP, word) && !str_eq(word, STR("more")) && !str_eq(word, STR("slow"));
        out->fell |= lexicon_has(SENSE_DOWN, word);
    }
    if (!out->rose && !out->fell && !compare_shares(out))
        compare_numbers(out);
}

/* ---- who stands to whom ---- */

static struct str quote_at(const struct reading *reading, uint32_t at)
{
    const struct words *words = &reading->words;
    return at < words->count && words->items[at].kind == WORD_QUOTE
               ? str_lower(reading->arena, words->items[at].text)
               : STR("");
}

static void relate(struct facts *out, enum relation relation, struct str one, struct str other)
{
    out->relation = relation;
    out->one = one;
    out->other = other;
}

static void read_lead(struct reading *reading, uint32_t with)
{
    const struct words *words = &reading->words;
    struct str one = STR(""), other = STR("");
    for (uint32_t i = 0; i + 1 < words->count; i++) {
        if (!str_eq(plain(words, i), STR("of")))
            continue;
        if (i < with && one.len == 0)
            one = quote_at(reading, i + 1);
        if (i > with && other.len == 0)
            other = quote_at(reading, i + 1);
    }
    for (uint32_t i = with; i + 1 < words->count; i++)
        if (is_number(words, i) && words->items[i].amount.unit == UNIT_TIME)
            reading->out->lead_s = words->items[i].amount.number;
    if (one.len > 0 && other.len > 0)
        relate(reading->out, RELATION_LEADS, one, other);
}

static void read_relation(struct reading *reading)
{
    const struct words *words = &reading->words;
    for (uint32_t i = 1; i + 1 < words->count; i++) {
        const struct str word = plain(words, i);
        if (str_eq(word, STR("logged")) && quote_at(reading, i - 1).len > 0 &&
            str_eq(plain(words, i + 2), STR("of")) && quote_at(reading, i + 3).len > 0)
            relate(reading->out, RELATION_COMPLAINS, quote_at(reading, i - 1),
                   quote_at(reading, i + 3));
        else if (str_eq(word, STR("calls")) && str_contains(reading->out->claim, STR(" explains ")))
            relate(reading->out, RELATION_EXPLAINS, quote_at(reading, i - 1),
                   quote_at(reading, i + 1));
        else if (str_eq(word, STR("lock")) && str_eq(plain(words, i + 1), STR("that")))
            relate(reading->out, RELATION_HOLDS, quote_at(reading, i + 2), STR(""));
        else if (str_eq(word, STR("moved")))
            read_lead(reading, i);
    }
}

/* ---- the words of others ---- */

#define NAME_WORDS_MAX 3  /* of a name of ours: "GET /product", "orders-1 reconcile" */
#define TITLE_WORDS_MIN 2 /* of a line or a message */

static uint32_t count_words(struct str text, bool *are_capital)
{
    uint32_t count = 0;
    struct str word;
    *are_capital = true;
    while (str_split(&text, ' ', &word)) {
        count += word.len > 0;
        *are_capital &= word.len == 0 || isupper((unsigned char)word.ptr[0]);
    }
    return count;
}

/* A line of a log, a message of a change, what a platform said: anybody may have written it. */
static bool is_of_others(const struct evidence *evidence, struct str quote)
{
    bool are_capital;
    const uint32_t count = count_words(quote, &are_capital);
    switch (evidence->finding) {
    case FINDING_LOG_ERRORS:
    case FINDING_LOG_SHIFT:
    case FINDING_CHANGE:
    case FINDING_CULPRIT:
        if (are_capital && count == 2) /* a person */
            return false;
        return count >= TITLE_WORDS_MIN;
    case FINDING_EXCEPTION: /* "answer_page (gateway.c:81)" */
        return count > TITLE_WORDS_MIN;
    default:
        return count > NAME_WORDS_MAX && evidence->finding != FINDING_COMPLAINT;
    }
}

static struct str own_words(struct arena *arena, const struct evidence *evidence,
                            struct str *without)
{
    struct buf own = buf_new(arena);
    struct str rest = evidence->claim, part;
    for (bool in_quote = false; str_split(&rest, '`', &part); in_quote = !in_quote)
        if (!in_quote || !is_of_others(evidence, part))
            buf_printf(&own, in_quote ? "`%.*s`" : "%.*s", STR_ARG(part));
    *without = buf_str(&own);
    return str_lower(arena, buf_str(&own));
}

/* ---- all of it ---- */

static bool denies(struct str claim)
{
    static const char *const words[] = {"only at",      " stayed ", "n't ",      " not ",  " no ",
                                        "insufficient", "missing",  " ended at", " froze "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_contains(claim, str_of(words[i])))
            return true;
    return false;
}

struct facts facts_of(struct arena *arena, const struct evidence *evidence)
{
    struct facts out = {
        .evidence = evidence,
        .claim = str_lower(arena, evidence->claim),
        .numbers = arena_push_many(arena, struct fact, FACTS_MAX),
        .shares = arena_push_many(arena, struct fact_share, FACTS_MAX),
        .clocks = arena_push_many(arena, struct fact_clock, FACTS_MAX),
        .unit_scale = 1,
    };
    struct reading reading = {
        .arena = arena, .words = words_of(arena, evidence->claim), .out = &out};
    for (uint32_t i = 0; i < reading.words.count; i++)
        if (reading.words.items[i].kind == WORD_QUOTE)
            read_unit(&out, reading.words.items[i].text);
    read_numbers(&reading);
    read_direction(&reading);
    read_relation(&reading);
    out.denies = denies(out.claim);
    struct str own;
    out.own = own_words(arena, evidence, &own);
    out.own_topics = lexicon_topics_of(own) |
                     lexicon_topics_of(str_of(finding_text(evidence->finding))) |
                     lexicon_topics_of(str_of(finding_name(evidence->finding)));
    out.topics = lexicon_topics_of(evidence->claim) |
                 lexicon_topics_of(str_of(finding_text(evidence->finding))) |
                 lexicon_topics_of(str_of(finding_name(evidence->finding)));
    if (evidence->kind != KIND_UNKNOWN)
        out.topics |= lexicon_topics_of(str_of(kind_text(evidence->kind)));
    return out;
}
