/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/amount.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES_MAX 40

/* ---- units ---- */

static const struct {
    const char *words; /* with blanks around each */
    enum unit unit;
    double scale;
} units[] = {
    {" ns nanosecond nanoseconds ", UNIT_TIME, 1e-9},
    {" us \xc2\xb5s \xce\xbcs microsecond microseconds ", UNIT_TIME, 1e-6},
    {" ms msec millisecond milliseconds millis ", UNIT_TIME, 1e-3},
    {" s sec secs second seconds ", UNIT_TIME, 1},
    {" m min mins minute minutes ", UNIT_TIME, 60},
    {" h hr hrs hour hours ", UNIT_TIME, 3600},
    {" d day days ", UNIT_TIME, 86400},
    {" b byte bytes ", UNIT_BYTES, 1},
    {" kb kilobyte kilobytes ", UNIT_BYTES, 1e3},
    {" mb megabyte megabytes ", UNIT_BYTES, 1e6},
    {" gb gigabyte gigabytes ", UNIT_BYTES, 1e9},
    {" tb terabyte terabytes ", UNIT_BYTES, 1e12},
    {" ki kib ", UNIT_BYTES, 1024},
    {" mi mib ", UNIT_BYTES, 1048576},
    {" gi gib ", UNIT_BYTES, 1073741824},
    {" ti tib ", UNIT_BYTES, 1099511627776},
    {" % percent percentage ", UNIT_SHARE, 0.01},
};

bool amount_among(const char *words, struct str word)
{
    for (const char *at = words; word.len > 0 && (at = strchr(at, word.ptr[0])); at++)
        if (at > words && at[-1] == ' ' && strlen(at) > word.len && at[word.len] == ' ' &&
            memcmp(at, word.ptr, word.len) == 0)
            return true;
    return false;
}

void amount_set_unit(struct amount *amount, enum unit unit, double scale)
{
    amount->unit = unit;
    amount->number = amount->written * scale;
    amount->tolerance *= scale;
}

bool amount_take_unit(struct amount *amount, struct str word, bool attached)
{
    if (!attached && word.len == 1 && strchr("mdb", word.ptr[0]))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (amount_among(units[i].words, word)) {
            amount_set_unit(amount, units[i].unit, units[i].scale);
            return true;
        }
    return false;
}

/* ---- numbers in digits ---- */

size_t amount_digits(struct str text, size_t at)
{
    const size_t from = at;
    while (at < text.len && isdigit((unsigned char)text.ptr[at]))
        at++;
    return at - from;
}

static size_t take_digits(struct str text, struct amount *out)
{
    char number[NUMBER_BYTES_MAX];
    size_t len = 0, at = 0, decimals = 0;
    if (text.len > 1 && text.ptr[0] == '-')
        number[len++] = text.ptr[at++];
    size_t run = amount_digits(text, at);
    if (run == 0)
        return 0;
    while (run > 0 && len + run < sizeof number - 12) {
        memcpy(number + len, text.ptr + at, run);
        len += run;
        at += run;
        run = at < text.len && text.ptr[at] == ',' && amount_digits(text, at + 1) == 3 ? 3 : 0;
        at += run > 0; /* "1,200" */
    }
    if (at + 1 < text.len && text.ptr[at] == '.' && (decimals = amount_digits(text, at + 1)) > 0) {
        decimals = decimals < 9 ? decimals : 9;
        memcpy(number + len, text.ptr + at, decimals + 1);
        len += decimals + 1;
        at += amount_digits(text, at + 1) + 1;
    }
    number[len] = '\0';
    *out = (struct amount){.written = strtod(number, NULL),
                           .tolerance = 0.5 * pow(10.0, -(double)decimals)};
    out->number = out->written;
    return at;
}

size_t amount_read(struct str text, struct amount *out)
{
    const size_t len = take_digits(text, out);
    if (len == 0)
        return 0;
    size_t end = len;
    char unit[16];
    size_t unit_len = 0;
    while (end < text.len && unit_len < sizeof unit - 1 &&
           (isalpha((unsigned char)text.ptr[end]) || text.ptr[end] == '%' ||
            (unsigned char)text.ptr[end] >= 0x80))
        unit[unit_len++] = (char)tolower((unsigned char)text.ptr[end++]);
    if (unit_len == 0)
        return len;
    if (unit_len == 1 && unit[0] == 'x') {
        out->times = true;
        return end;
    }
    return amount_take_unit(out, (struct str){.ptr = unit, .len = unit_len}, true) ? end : 0;
}

/* ---- numbers in words ---- */

static const struct {
    const char *word;
    double number;
} cardinals[] = {
    {"zero", 0},       {"one", 1},       {"two", 2},        {"three", 3},     {"four", 4},
    {"five", 5},       {"six", 6},       {"seven", 7},      {"eight", 8},     {"nine", 9},
    {"ten", 10},       {"eleven", 11},   {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
    {"fifteen", 15},   {"sixteen", 16},  {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
    {"twenty", 20},    {"thirty", 30},   {"forty", 40},     {"fifty", 50},    {"sixty", 60},
    {"seventy", 70},   {"eighty", 80},   {"ninety", 90},    {"dozen", 12},    {"hundred", 100},
    {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9},  {"once", 1},      {"twice", 2},
    {"thrice", 3},
};

static const struct {
    const char *word;
    double share;
} fractions[] = {
    {"half", 0.5},       {"halves", 0.5},    {"third", 1.0 / 3}, {"thirds", 1.0 / 3},
    {"quarter", 0.25},   {"quarters", 0.25}, {"fifth", 0.2},     {"fifths", 0.2},
    {"sixth", 1.0 / 6},  {"tenth", 0.1},     {"tenths", 0.1},    {"twentieth", 0.05},
    {"hundredth", 0.01},
};

bool amount_cardinal(struct str word, double *out)
{
    for (size_t i = 0; i < sizeof cardinals / sizeof *cardinals; i++)
        if (str_eq(word, str_of(cardinals[i].word))) {
            *out = cardinals[i].number;
            return true;
        }
    struct str rest = word, tens, ones;
    double high, low;
    if (str_split(&rest, '-', &tens) && rest.len > 0 && tens.len < word.len) {
        ones = rest;
        if (amount_cardinal(tens, &high) && amount_cardinal(ones, &low) && high >= 20 && low < 10) {
            *out = high + low;
            return true;
        }
    }
    return false;
}

bool amount_fraction(struct str word, double *out)
{
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++)
        if (str_eq(word, str_of(fractions[i].word))) {
            *out = fractions[i].share;
            return true;
        }
    return false;
}
