/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/claim.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/evidence.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct item {
    enum { ITEM_NAME, ITEM_TIME, ITEM_NUMBER, ITEM_CITATION } kind;
    struct str text;
    double number;
    double tolerance; /* half a unit of the last printed digit */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "01:02:03", with or without "2026-11-22 " before it. */
static size_t time_len(struct str s)
{
    static const char *const shapes[] = {"dddd-dd-dd dd:dd:dd", "dd:dd:dd"};
    for (size_t i = 0; i < 2; i++) {
        const size_t len = strlen(shapes[i]);
        size_t at = 0;
        while (at < len && at < s.len &&
               (shapes[i][at] == 'd' ? is_digit(s.ptr[at]) : s.ptr[at] == shapes[i][at]))
            at++;
        if (at == len)
            return len;
    }
    return 0;
}

static size_t take_number(struct str s, struct item *item)
{
    char text[64];
    size_t len = 0;
    bool point = false;
    int decimals = 0;
    while (len < s.len && len < sizeof text - 1) {
        const char c = s.ptr[len];
        const bool more = len + 1 < s.len && is_digit(s.ptr[len + 1]);
        if (c == '.' && !point && more)
            point = true;
        else if (!is_digit(c) && !(len == 0 && c == '-'))
            break;
        else if (point)
            decimals++;
        text[len] = c;
        len++;
    }
    text[len] = '\0';
    item->number = strtod(text, NULL);
    item->tolerance = 0.5 * pow(10.0, -decimals);
    item->text = str_slice(s, 0, len);

    /* 1234000 is a number of which only the first three digits are meant */
    const size_t digits = len - (s.ptr[0] == '-');
    if (!point && digits > 3) {
        size_t zeros = 0;
        while (zeros < digits - 3 && text[len - 1 - zeros] == '0')
            zeros++;
        item->tolerance = 0.5 * pow(10.0, (double)zeros);
    }
    return len;
}

/* The next thing to check; false at the end of the text. */
static bool next_item(struct str *rest, struct item *out)
{
    bool in_word = false;
    while (rest->len > 0) {
        const char c = rest->ptr[0];
        if (c == '`') {
            struct str name = STR("");
            struct str after = str_slice(*rest, 1, rest->len);
            str_split(&after, '`', &name); /* one that does not close reaches to the end */
            *out = (struct item){.kind = ITEM_NAME, .text = name};
            *rest = after;
            return true;
        }
        if (c == '[' && rest->len > 2 && rest->ptr[1] == 'E' && is_digit(rest->ptr[2])) {
            *out = (struct item){.kind = ITEM_CITATION};
            const size_t len = take_number(str_slice(*rest, 2, rest->len), out);
            out->kind = ITEM_CITATION;
            *rest = str_slice(*rest, 2 + len, rest->len);
            return true;
        }
        const size_t len_of_time = in_word ? 0 : time_len(*rest);
        if (len_of_time > 0) {
            *out = (struct item){.kind = ITEM_TIME, .text = str_slice(*rest, 0, len_of_time)};
            *rest = str_slice(*rest, len_of_time, rest->len);
            return true;
        }
        const bool negative = c == '-' && rest->len > 1 && is_digit(rest->ptr[1]);
        if (!in_word && (is_digit(c) || negative)) {
            *out = (struct item){.kind = ITEM_NUMBER};
            *rest = str_slice(*rest, take_number(*rest, out), rest->len);
            return true;
        }
        in_word = isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
        *rest = str_slice(*rest, 1, rest->len);
    }
    return false;
}

/* ---- against rows ---- */

static bool number_in_text(struct str text, const struct item *item)
{
    struct item found;
    while (text.len > 0) {
        if (is_digit(text.ptr[0])) {
            found.kind = ITEM_NUMBER;
            text = str_slice(text, take_number(text, &found), text.len);
            if (fabs(found.number - item->number) <= item->tolerance * 1.000001)
                return true;
        } else {
            text = str_slice(text, 1, text.len);
        }
    }
    return false;
}

static bool time_in_value(struct str wanted, const struct value *value)
{
    if (value->type == TYPE_TEXT)
        return str_contains(value->text, wanted);
    if (value->type != TYPE_TIME)
        return false;
    struct arena *arena = arena_new("claim");
    const struct str time = time_format(arena, value->integer);
    const bool same = str_ends(time, wanted);
    arena_free(arena);
    return same;
}

static bool value_bears_out(const struct item *item, const struct value *value)
{
    if (!value->known)
        return false;
    switch (item->kind) {
    case ITEM_NAME:
        return value->type == TYPE_TEXT && str_contains(value->text, item->text);
    case ITEM_TIME:
        return time_in_value(item->text, value);
    case ITEM_NUMBER:
        if (value->type == TYPE_TEXT)
            return number_in_text(value->text, item);
        if (value->type == TYPE_REAL || value->type == TYPE_INT)
            return fabs((value->type == TYPE_REAL ? value->real : (double)value->integer) -
                        item->number) <= item->tolerance * 1.000001;
        return false;
    case ITEM_CITATION:
        break;
    }
    return true;
}

static bool rows_bear_out(const struct item *item, const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++)
        for (uint32_t column = 0; column < rows->columns_count; column++) {
            const struct value value = batch_value(rows, row, column);
            if (value_bears_out(item, &value))
                return true;
        }
    return false;
}

bool claim_check(struct str claim, const struct batch *rows, struct err *err)
{
    static const char *const kinds[] = {
        [ITEM_NAME] = "name", [ITEM_TIME] = "time", [ITEM_NUMBER] = "number"};
    struct item item;
    while (next_item(&claim, &item))
        if (item.kind != ITEM_CITATION && !rows_bear_out(&item, rows))
            return err_set(err, ERR_DENIED, "the %s %.*s is not in what the query gives",
                           kinds[item.kind], STR_ARG(item.text));
    return true;
}

/* ---- against claims ---- */

/* The number as it was written: [E4294967297] is not E1. */
static const struct evidence *find(const struct evidence *evidence, double id)
{
    while (evidence && (double)evidence->id != id)
        evidence = evidence->next;
    return evidence;
}

static bool claim_says(const struct evidence *evidence, const struct item *item)
{
    if (item->kind == ITEM_NAME &&
        (str_eq(evidence->subject, item->text) || str_eq(evidence->instance, item->text)))
        return true;
    if (item->kind == ITEM_TIME && evidence->onset_ns != 0) {
        const struct value onset = value_time(evidence->onset_ns);
        if (time_in_value(item->text, &onset))
            return true;
    }
    struct str rest = evidence->claim;
    struct item said;
    while (next_item(&rest, &said)) {
        if (said.kind != item->kind)
            continue;
        if (item->kind == ITEM_NUMBER ? fabs(said.number - item->number) <= item->tolerance
                                      : str_eq(said.text, item->text))
            return true;
    }
    return false;
}

static bool cited_say(struct str sentence, const struct evidence *evidence,
                      const struct item *wanted)
{
    struct item item;
    while (next_item(&sentence, &item)) {
        if (item.kind != ITEM_CITATION)
            continue;
        const struct evidence *cited = find(evidence, item.number);
        if (cited && claim_says(cited, wanted))
            return true;
    }
    return false;
}

/* ---- against what stands beside ---- */

static bool is_in_name(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '_' || c == '-' ||
           c == '.';
}

/* `db` stands in "deploy/db", and not in "db-old". */
static bool has_name(struct str text, struct str name)
{
    if (name.len == 0)
        return false;
    for (size_t at = 0; at + name.len <= text.len; at++) {
        const size_t end = at + name.len;
        if (str_eq(str_slice(text, at, end), name) && (at == 0 || !is_in_name(text.ptr[at - 1])) &&
            (end == text.len || !is_in_name(text.ptr[end])))
            return true;
    }
    return false;
}

static bool stands_beside(const struct item *item, struct str beside)
{
    if (item->kind == ITEM_NAME)
        return has_name(beside, item->text);
    struct item said;
    while (next_item(&beside, &said)) {
        if (said.kind != item->kind)
            continue;
        if (item->kind == ITEM_NUMBER ? fabs(said.number - item->number) <= item->tolerance
                                      : str_ends(said.text, item->text))
            return true;
    }
    return false;
}

static bool check(struct str sentence, struct str beside, const struct evidence *evidence,
                  bool *cites, struct err *err)
{
    struct str rest = sentence;
    struct item item;
    *cites = false;
    while (next_item(&rest, &item)) {
        if (item.kind == ITEM_CITATION) {
            if (!find(evidence, item.number))
                return err_set(err, ERR_DENIED, "there is no evidence E%.0f", item.number);
            *cites = true;
        } else if (!cited_say(sentence, evidence, &item) && !stands_beside(&item, beside)) {
            return err_set(err, ERR_DENIED, "%.*s is in none of the claims it cites",
                           STR_ARG(item.text));
        }
    }
    return true;
}

bool sentence_check(struct str sentence, const struct evidence *evidence, struct err *err)
{
    bool cites;
    return check(sentence, STR(""), evidence, &cites, err) &&
           (cites || err_set(err, ERR_DENIED, "it cites no evidence"));
}

bool sentence_check_beside(struct str sentence, struct str beside, const struct evidence *evidence,
                           struct err *err)
{
    bool cites;
    return check(sentence, beside, evidence, &cites, err);
}

struct str claim_number(struct arena *arena, double number)
{
    const double size = fabs(number);
    if (size >= 1000)
        return str_printf(arena, "%.0f",
                          size < 1e15 ? round(number / pow(10, floor(log10(size)) - 2)) *
                                            pow(10, floor(log10(size)) - 2)
                                      : number);
    if (size == 0)
        return STR("0");
    int decimals = 2 - (int)floor(log10(size));
    if (decimals < 0)
        decimals = 0;
    if (decimals > 9)
        decimals = 9;
    struct str text = str_printf(arena, "%.*f", decimals, number);
    while (decimals > 0 && str_ends(text, STR("0")))
        text.len--;
    if (str_ends(text, STR(".")))
        text.len--;
    return str_copy(arena, text);
}

struct str claim_quote(struct arena *arena, struct str text, size_t bytes_max)
{
    const size_t len = text.len < bytes_max ? text.len : bytes_max;
    size_t end = 0;
    while (end < len && text.ptr[end] != '`' && (unsigned char)text.ptr[end] >= 0x20)
        end++;
    while (end > 0 && end < text.len && ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
        end--; /* not in the middle of a character */
    return str_copy(arena, str_slice(text, 0, end));
}
