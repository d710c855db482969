/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns are plain texts with '*' rather than regular expressions: the sentences of Kubernetes
 * are constant texts with names in between, and a table of constants is read at a glance.
 */
#include "agent/events/words.h"

#include <ctype.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool words_match(struct str text, const char *pattern)
{
    struct str parts = str_of(pattern), part;
    while (str_split(&parts, '*', &part)) {
        if (part.len == 0)
            continue;
        const size_t at = str_find_no_case(text, part);
        if (at == STR_NPOS)
            return false;
        text = str_slice(text, at + part.len, text.len);
    }
    return true;
}

bool words_match_any(struct str text, const char *const *patterns)
{
    for (; *patterns; patterns++)
        if (words_match(text, *patterns))
            return true;
    return false;
}

struct str words_between(struct str text, const char *before, const char *after)
{
    const size_t at = str_find(text, str_of(before));
    if (at == STR_NPOS)
        return STR("");
    text = str_slice(text, at + strlen(before), text.len);
    const size_t end = str_find(text, str_of(after));
    return end == STR_NPOS ? STR("") : str_slice(text, 0, end);
}

bool words_next(struct str *rest, struct str *word)
{
    size_t from = 0;
    while (from < rest->len && is_blank(rest->ptr[from]))
        from++;
    size_t to = from;
    while (to < rest->len && !is_blank(rest->ptr[to]))
        to++;
    *word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return word->len > 0;
}

bool words_next_field(struct str *rest, struct str *field)
{
    size_t from = 0;
    while (from < rest->len && is_blank(rest->ptr[from]))
        from++;
    size_t to = from;
    while (to < rest->len &&
           !(is_blank(rest->ptr[to]) && (to + 1 == rest->len || is_blank(rest->ptr[to + 1]))))
        to++;
    *field = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return field->len > 0;
}

bool words_number(struct str text, int64_t *out)
{
    size_t len = 0;
    int64_t number = 0;
    while (len < text.len && is_digit(text.ptr[len])) {
        if (len == 15)
            return false;
        number = number * 10 + (text.ptr[len] - '0');
        len++;
    }
    if (len > 0)
        *out = number;
    return len > 0;
}

bool words_number_after(struct str text, const char *before, int64_t *out)
{
    const size_t at = str_find(text, str_of(before));
    return at != STR_NPOS && words_number(str_slice(text, at + strlen(before), text.len), out);
}

bool words_is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return text.len > 0 && text.len <= 15;
}

bool words_ratio(struct str text, int64_t *part, int64_t *whole)
{
    const size_t slash = str_find(text, STR("/"));
    return slash != STR_NPOS && words_number(text, part) &&
           words_is_number(str_slice(text, 0, slash)) &&
           words_number(str_slice(text, slash + 1, text.len), whole);
}

bool words_quantity(struct str text, double *out)
{
    static const struct {
        const char *name;
        double factor;
    } units[] = {
        {"", 1},        {"m", 1e-3},      {"k", 1e3},          {"K", 1e3},
        {"M", 1e6},     {"G", 1e9},       {"T", 1e12},         {"P", 1e15},
        {"Ki", 1024.},  {"Mi", 1048576.}, {"Gi", 1073741824.}, {"Ti", 1099511627776.},
        {"Pi", 0x1p50},
    };
    text = str_trim(text);
    size_t len = 0;
    while (len < text.len && (is_digit(text.ptr[len]) || text.ptr[len] == '.'))
        len++;
    double number;
    if (len == 0 || !str_to_real(str_slice(text, 0, len), &number))
        return false;
    const struct str unit = str_slice(text, len, text.len);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(unit, str_of(units[i].name))) {
            *out = number * units[i].factor;
            return true;
        }
    return false;
}

/* ---- likeness ---- */

#define NAME_MAX_LEN 64 /* of a DNS label is 63 */
#define SLIPS_MAX 2

/* The name without what divides its words. */
static size_t letters_of(struct str name, char letters[NAME_MAX_LEN])
{
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < NAME_MAX_LEN; i++)
        if (!strchr("-_.", name.ptr[i]) || name.ptr[i] == '\0')
            letters[len++] = name.ptr[i];
    return len;
}

/* Levenshtein's distance, row by row. */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned row[NAME_MAX_LEN + 1];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            const unsigned above = row[j];
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b_len];
}

bool words_alike(struct str a, struct str b)
{
    if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN || str_eq(a, b))
        return false;
    if ((b.len >= 4 && str_contains(a, b)) || (a.len >= 4 && b.len >= 4 && str_contains(b, a)))
        return true;
    char x[NAME_MAX_LEN], y[NAME_MAX_LEN];
    const size_t x_len = letters_of(a, x), y_len = letters_of(b, y);
    const size_t shorter = x_len < y_len ? x_len : y_len;
    const size_t longer = x_len < y_len ? y_len : x_len;
    if (x_len == y_len && memcmp(x, y, x_len) == 0)
        return true;
    /* two slips in a short name make another name of it */
    return shorter >= 5 && longer - shorter <= SLIPS_MAX &&
           distance(x, x_len, y, y_len) <= SLIPS_MAX;
}
