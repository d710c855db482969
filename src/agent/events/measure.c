/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/measure.h"

#include "agent/events/words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LEN_MAX 2000
#define NUMBER_LEN_MAX 24
#define UNIT_LEN_MAX 8
#define RATIO_MAX 1e4  /* more than that says no more */
#define SHARE_MIN 0.01 /* of failures: less than a hundredth is as good as none */

enum role { ROLE_NONE, ROLE_BEFORE, ROLE_AFTER };

/* A number of a text, in the base unit of its class. */
struct number {
    double value;
    double rounding; /* half of its last digit: "0.00" may have been so much */
    char class;      /* t: time, b: bytes, %: per cent, else the first letter of the unit, or 0 */
    enum role role;
    bool relative; /* "+250%" */
};

static const struct {
    const char *name;
    char class;
    double factor;
} units[] = {
    {"ns", 't', 1e-9},        {"us", 't', 1e-6}, {"ms", 't', 1e-3},   {"s", 't', 1},
    {"sec", 't', 1},          {"secs", 't', 1},  {"seconds", 't', 1}, {"m", 't', 60},
    {"min", 't', 60},         {"h", 't', 3600},  {"b", 'b', 1},       {"kb", 'b', 1e3},
    {"mb", 'b', 1e6},         {"gb", 'b', 1e9},  {"kib", 'b', 1024},  {"mib", 'b', 1048576},
    {"gib", 'b', 1073741824},
};

/* ---- numbers ---- */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A number that starts at `from`, and where it ends; what is a part of a word is none. */
static bool read_number(struct str text, size_t from, struct number *out, size_t *end)
{
    char digits[NUMBER_LEN_MAX], unit[UNIT_LEN_MAX];
    size_t len = 0, at = from, unit_len = 0;
    const bool sign = from > 0 && (text.ptr[from - 1] == '+' || text.ptr[from - 1] == '-');
    if (!isdigit((unsigned char)text.ptr[from]) ||
        (from > 0 && (is_word_char(text.ptr[from - 1]) || text.ptr[from - 1] == '.')))
        return false;
    for (; at < text.len &&
           (isdigit((unsigned char)text.ptr[at]) ||
            (text.ptr[at] == '.' && at + 1 < text.len && isdigit((unsigned char)text.ptr[at + 1])));
         at++)
        if (len < NUMBER_LEN_MAX - 1)
            digits[len++] = text.ptr[at];
    digits[len] = '\0';
    const char *const point = strchr(digits, '.');
    *out = (struct number){.value = strtod(digits, NULL),
                           .rounding = 0.5 * pow(10, point ? -(double)strlen(point + 1) : 0)};
    *end = at;
    if (at < text.len && text.ptr[at] == ' ')
        at++;
    if (at < text.len && text.ptr[at] == '%') {
        out->class = '%';
        out->relative = sign && (from < 2 || !is_word_char(text.ptr[from - 2]));
        *end = at + 1;
        return true;
    }
    for (; at < text.len && isalpha((unsigned char)text.ptr[at]) && unit_len < UNIT_LEN_MAX - 1;
         at++)
        unit[unit_len++] = (char)tolower((unsigned char)text.ptr[at]);
    unit[unit_len] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].name, unit) == 0 && (at == text.len || !is_word_char(text.ptr[at]))) {
            out->class = units[i].class;
            out->value *= units[i].factor;
            out->rounding *= units[i].factor;
        }
    return true;
}

static bool has_word(struct str text, const char *const *words)
{
    for (; *words; words++)
        if (metric_has_piece(text, str_of(*words)))
            return true;
    return false;
}

/* By the words that lead to it. */
static enum role role_of(struct str lead)
{
    static const char *const before[] = {"normal",   "normally",  "baseline", "usual", "usually",
                                         "expected", "before",    "was",      "from",  "typical",
                                         "average",  "threshold", "target",   "slo",   "allowed",
                                         "above",    "exceeds",   "over",     "than",  NULL};
    static const char *const after[] = {"current", "currently", "cur",      "now",    "is",
                                        "to",      "value",     "val",      "actual", "observed",
                                        "reached", "after",     "measured", NULL};
    if (str_contains(lead, STR("->")) || str_contains(lead, STR("\xe2\x86\x92")))
        return ROLE_AFTER;
    return has_word(lead, before) ? ROLE_BEFORE : has_word(lead, after) ? ROLE_AFTER : ROLE_NONE;
}

/* ---- one part of a text ---- */

static enum metric_kind kind_of(struct str words)
{
    const enum metric_kind kind = metric_meaning_of(words).kind;
    return kind == METRIC_LIMIT ? METRIC_OTHER : kind;
}

static double ratio_of(enum metric_kind kind, struct number before, struct number after)
{
    double from = fmax(before.value, before.rounding), to = after.value;
    if (kind == METRIC_SUCCESS) {
        const double whole = before.class == '%' || fmax(from, to) > 1 ? 100 : 1;
        from = fmax(1 - before.value / whole, SHARE_MIN);
        to = fmax(1 - to / whole, SHARE_MIN);
    }
    return fmin(to / from, RATIO_MAX);
}

/* Before and after, as far as they are told: the first of each, if they are of one unit. */
struct numbers {
    struct number before, after, relative;
    bool has_before, has_after, has_relative;
    size_t first, last; /* where the first one stands, and the one that tells how it is */
};

static struct numbers read_numbers(struct str part)
{
    struct numbers out = {.first = part.len, .last = part.len};
    size_t lead = 0;
    for (size_t at = 0; at < part.len;) {
        struct number number;
        size_t end;
        if (!read_number(part, at, &number, &end)) {
            at++;
            continue;
        }
        out.first = at < out.first ? at : out.first;
        number.role = role_of(str_slice(part, lead, at));
        if (number.relative && !out.has_relative) {
            out.relative = number;
            out.relative.value *= part.ptr[at - 1] == '-' ? -1 : 1;
            out.has_relative = true;
        } else if (number.role == ROLE_BEFORE && !number.relative &&
                   (!out.has_before || (out.has_after && out.before.class != out.after.class))) {
            out.before = number;
            out.has_before = true;
        } else if (!number.relative && number.role != ROLE_BEFORE && !out.has_after) {
            out.after = number;
            out.has_after = true;
            out.last = at;
        } else if (number.role == ROLE_AFTER && out.after.role == ROLE_NONE && !out.has_before) {
            out.before = out.after; /* "10ms -> 40ms": the arrow tells which was first */
            out.has_before = true;
            out.after = number;
        }
        lead = at = end;
    }
    return out;
}

static bool read_part(struct str part, enum metric_kind otherwise, struct measure *out)
{
    const struct numbers numbers = read_numbers(part);
    enum metric_kind own = kind_of(str_slice(part, 0, numbers.first));
    if (own == METRIC_OTHER) /* "more than 80 % of its memory is used: 93 %" */
        own = kind_of(str_slice(part, numbers.first, numbers.last));
    const enum metric_kind kind = own != METRIC_OTHER ? own : otherwise;
    double ratio;
    if (numbers.has_before && numbers.has_after && numbers.before.class == numbers.after.class)
        ratio = ratio_of(kind, numbers.before, numbers.after);
    else if (numbers.has_relative && kind != METRIC_SUCCESS)
        ratio = fmin(fmax(1 + numbers.relative.value / 100, 0), RATIO_MAX);
    else
        return false;
    if (kind == METRIC_OTHER)
        return false;
    *out = (struct measure){.kind = kind == METRIC_SUCCESS ? METRIC_ERRORS : kind,
                            .text = str_trim(part),
                            .ratio = ratio};
    return true;
}

/* ---- the text ---- */

/* Takes the part up to the next bar, semicolon, line or end of a sentence off the text. */
static struct str next_part(struct str *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != '|' && rest->ptr[len] != ';' &&
           rest->ptr[len] != '\n' &&
           !(rest->ptr[len] == '.' && len + 1 < rest->len && rest->ptr[len + 1] == ' '))
        len++;
    const struct str part = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len < rest->len ? len + 1 : len, rest->len);
    return part;
}

uint32_t measures_parse(struct str title, struct str text, struct measure out[MEASURES_MAX])
{
    uint32_t count = 0;
    enum metric_kind kind = kind_of(title);
    struct str rest = str_slice(text, 0, TEXT_LEN_MAX);
    while (rest.len > 0 && count < MEASURES_MAX) {
        const struct str part = next_part(&rest);
        if (read_part(part, kind, &out[count])) {
            count++;
            continue;
        }
        const enum metric_kind heading = kind_of(part);
        kind = heading != METRIC_OTHER ? heading : kind;
    }
    return count;
}
