/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define US_MAX 9.2e15 /* nanoseconds in 64 bits end in 2262 */
#define NS_MAX 9.2e18

static int64_t system_now_ns(void *state)
{
    (void)state;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t fixed_now_ns(void *state)
{
    return *(const int64_t *)state;
}

struct clock clock_system(void)
{
    return (struct clock){.now_ns = system_now_ns};
}

struct clock clock_fixed(const int64_t *now_ns)
{
    return (struct clock){.now_ns = fixed_now_ns, .state = (void *)(uintptr_t)now_ns};
}

int64_t clock_now_ns(struct clock clock)
{
    return clock.now_ns(clock.state);
}

struct deadline deadline_in(struct clock clock, int64_t span_ns)
{
    return (struct deadline){.at_ns = clock_now_ns(clock) + span_ns};
}

bool deadline_passed(struct deadline deadline, struct clock clock)
{
    return clock_now_ns(clock) >= deadline.at_ns;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static struct str format_with(struct arena *arena, int64_t time_ns, const char *format)
{
    const time_t seconds = (time_t)floor_div(time_ns, NS_PER_S);
    struct tm parts = {0};
    gmtime_r(&seconds, &parts);
    char text[64];
    const size_t len = strftime(text, sizeof text, format, &parts);
    return str_copy(arena, (struct str){.ptr = text, .len = len});
}

struct str time_format(struct arena *arena, int64_t time_ns)
{
    return format_with(arena, time_ns, "%Y-%m-%d %H:%M:%S");
}

struct str time_format_short(struct arena *arena, int64_t time_ns)
{
    return format_with(arena, time_ns, "%H:%M:%S");
}

struct str time_format_rfc3339(struct arena *arena, int64_t time_ns)
{
    const struct str seconds = format_with(arena, time_ns, "%Y-%m-%dT%H:%M:%S");
    const int64_t ms = (time_ns % NS_PER_S + NS_PER_S) % NS_PER_S / NS_PER_MS;
    if (ms == 0)
        return str_printf(arena, "%sZ", seconds.ptr);
    return str_printf(arena, "%s.%03dZ", seconds.ptr, (int)ms);
}

struct str time_format_exact(struct arena *arena, int64_t time_ns)
{
    const struct str seconds = format_with(arena, time_ns, "%Y-%m-%dT%H:%M:%S");
    int64_t fraction = (time_ns % NS_PER_S + NS_PER_S) % NS_PER_S;
    int digits = 9;
    while (digits > 0 && fraction % 1000 == 0) {
        fraction /= 1000;
        digits -= 3;
    }
    if (digits == 0)
        return str_printf(arena, "%sZ", seconds.ptr);
    return str_printf(arena, "%s.%0*lldZ", seconds.ptr, digits, (long long)fraction);
}

struct str span_format(struct arena *arena, int64_t span_ns)
{
    const int64_t ms = span_ns / NS_PER_MS;
    const long long s = (long long)((span_ns + NS_PER_S / 2) / NS_PER_S);
    if (ms < 1000)
        return str_printf(arena, "%lld ms", (long long)ms);
    if (s < 120)
        return str_printf(arena, "%lld s", s);
    if (s < 7200)
        return str_printf(arena, "%lld min %lld s", s / 60, s % 60);
    return str_printf(arena, "%lld h %lld min", s / 3600, s % 3600 / 60);
}

/* Reads exactly `digits` digits; the readers below give up where one is missing. */
static bool take_number(struct str *s, size_t digits, int *out)
{
    if (s->len < digits)
        return false;
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (s->ptr[i] < '0' || s->ptr[i] > '9')
            return false;
        number = number * 10 + (s->ptr[i] - '0');
    }
    *s = str_slice(*s, digits, s->len);
    *out = number;
    return true;
}

static bool take_char(struct str *s, const char *one_of)
{
    if (s->len == 0 || !strchr(one_of, s->ptr[0]) || s->ptr[0] == '\0')
        return false;
    *s = str_slice(*s, 1, s->len);
    return true;
}

/* The point has been taken: a digit must follow. What is finer than a nanosecond is cut. */
static bool take_fraction_ns(struct str *s, int64_t *out)
{
    const size_t len = s->len;
    int64_t ns = 0, scale = NS_PER_S / 10;
    while (s->len > 0 && s->ptr[0] >= '0' && s->ptr[0] <= '9') {
        ns += (s->ptr[0] - '0') * scale;
        scale /= 10;
        *s = str_slice(*s, 1, s->len);
    }
    *out = ns;
    return s->len < len;
}

static bool take_offset_s(struct str *s, int64_t *out)
{
    *out = 0;
    if (s->len == 0 || take_char(s, "Zz"))
        return true;
    const bool west = s->ptr[0] == '-';
    int hours, minutes;
    if (!take_char(s, "+-") || !take_number(s, 2, &hours))
        return false;
    take_char(s, ":");
    if (!take_number(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *out = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (leap && month == 2);
}

bool time_parse_rfc3339(struct str text, int64_t *out_ns)
{
    struct tm parts = {0};
    if (!take_number(&text, 4, &parts.tm_year) || !take_char(&text, "-") ||
        !take_number(&text, 2, &parts.tm_mon) || !take_char(&text, "-") ||
        !take_number(&text, 2, &parts.tm_mday) || !take_char(&text, "Tt ") ||
        !take_number(&text, 2, &parts.tm_hour) || !take_char(&text, ":") ||
        !take_number(&text, 2, &parts.tm_min) || !take_char(&text, ":") ||
        !take_number(&text, 2, &parts.tm_sec))
        return false;
    int64_t fraction_ns = 0, offset_s;
    if (take_char(&text, ".,") && !take_fraction_ns(&text, &fraction_ns))
        return false;
    if (!take_offset_s(&text, &offset_s) || text.len > 0)
        return false;
    if (parts.tm_year < 1970 || parts.tm_year > 2200 || parts.tm_mon < 1 || parts.tm_mon > 12 ||
        parts.tm_mday < 1 || parts.tm_mday > days_of_month(parts.tm_year, parts.tm_mon) ||
        parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
        return false;

    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    *out_ns = ((int64_t)timegm(&parts) - offset_s) * NS_PER_S + fraction_ns;
    return true;
}

int64_t time_unit_of(double number)
{
    if (!(fabs(number) < 9.2e18))
        return 0;
    if (number >= 1e17)
        return 1;
    if (number >= 1e14)
        return NS_PER_US;
    if (number >= 1e11)
        return NS_PER_MS;
    return number > 0 ? NS_PER_S : 0;
}

bool time_from_integer(int64_t number, int64_t *out_ns)
{
    const int64_t unit = time_unit_of((double)number);
    return unit > 0 && !__builtin_mul_overflow(number, unit, out_ns);
}

bool time_from_real(double number, int64_t *out_ns)
{
    const int64_t unit = time_unit_of(number);
    const double us = number * (double)(unit / NS_PER_US);
    *out_ns = us < US_MAX ? llround(us) * NS_PER_US : 0;
    return unit >= NS_PER_US && us < US_MAX;
}

bool time_parse(struct str text, int64_t *out_ns)
{
    int64_t integer;
    double real;
    if (str_to_int(text, &integer))
        return time_from_integer(integer, out_ns);
    if (str_to_real(text, &real))
        return time_from_real(real, out_ns);
    return time_parse_rfc3339(text, out_ns);
}

static const struct {
    const char *suffix;
    int64_t ns;
} units[] = {
    {"ns", 1},
    {"us", NS_PER_US},
    {"ms", NS_PER_MS},
    {"s", NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"d", 24 * 3600 * NS_PER_S},
};
#define UNITS_COUNT (sizeof units / sizeof *units)

static bool span_from(struct str number, int64_t unit_ns, int64_t *out_ns)
{
    int64_t integer;
    double real;
    if (str_to_int(number, &integer))
        return !__builtin_mul_overflow(integer, unit_ns, out_ns);
    if (!str_to_real(number, &real) || !(fabs(real * (double)unit_ns) < NS_MAX))
        return false;
    *out_ns = llround(real * (double)unit_ns);
    return true;
}

/* In the order of the table "ms" is tried before "s". */
bool span_parse(struct str text, int64_t *out_ns)
{
    for (size_t i = 0; i < UNITS_COUNT; i++) {
        const struct str suffix = str_of(units[i].suffix);
        if (str_ends(text, suffix))
            return span_from(str_slice(text, 0, text.len - suffix.len), units[i].ns, out_ns);
    }
    return span_from(text, NS_PER_S, out_ns);
}

struct str span_format_exact(struct arena *arena, int64_t span_ns)
{
    if (span_ns == 0)
        return STR("0s");
    size_t i = UNITS_COUNT - 1;
    while (span_ns % units[i].ns != 0)
        i--;
    return str_printf(arena, "%lld%s", (long long)(span_ns / units[i].ns), units[i].suffix);
}
