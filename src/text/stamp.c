/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reader of dates and one of times of day; a form is a date, a mark and a time. Days are
 * counted without the C library, which locks the zone for each line (Howard Hinnant,
 * chrono-Compatible Low-Level Date Algorithms, 2013: days_from_civil).
 */
#include "text/stamp.h"

#include "base/clock.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define YEAR_FIRST 1970
#define YEAR_LAST 2200

struct date {
    int year, month, day; /* year 0: not said; month 0: no date at all */
    bool names_month;     /* "Nov 22", where the year may follow the time, as ctime() has it */
};

/* What has been read of a text so far. */
struct cursor {
    const char *at, *end;
};

static int64_t days_from_civil(int year, int month, int day)
{
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * 146097 + day_of_era - 719468;
}

static int year_of_days(int64_t days)
{
    int year = (int)(YEAR_FIRST + days / 366);
    while (days_from_civil(year + 1, 1, 1) <= days)
        year++;
    return year;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly so many digits. */
static bool take_digits(struct cursor *in, int digits, int *out)
{
    if (in->end - in->at < digits)
        return false;
    int number = 0;
    for (int i = 0; i < digits; i++) {
        if (!is_digit(in->at[i]))
            return false;
        number = number * 10 + (in->at[i] - '0');
    }
    in->at += digits;
    *out = number;
    return true;
}

static bool take_char(struct cursor *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

static bool take_month_name(struct cursor *in, int *out)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (in->end - in->at < 4)
        return false;
    for (int month = 0; month < 12; month++)
        if (memcmp(in->at, names + 3 * month, 3) == 0) {
            in->at += 3;
            *out = month + 1;
            return true;
        }
    return false;
}

static bool date_is_good(const struct date *date)
{
    return (date->year == 0 || (date->year >= YEAR_FIRST && date->year <= YEAR_LAST)) &&
           date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31;
}

/* "01:02:03", "01:02:03.456", "01.02.03.456" */
static bool take_time_of_day(struct cursor *in, int64_t *ns)
{
    int hour, minute, second;
    if (!take_digits(in, 2, &hour) || in->at == in->end || (*in->at != ':' && *in->at != '.'))
        return false;
    const char mark = *in->at++;
    if (!take_digits(in, 2, &minute) || !take_char(in, mark) || !take_digits(in, 2, &second) ||
        hour > 23 || minute > 59 || second > 60)
        return false;
    *ns = ((hour * 60 + minute) * INT64_C(60) + second) * NS_PER_S;
    if (in->end - in->at < 2 || !memchr(".,:", *in->at, 3) || !is_digit(in->at[1]))
        return true;
    in->at++;
    for (int64_t scale = NS_PER_S / 10; in->at < in->end && is_digit(*in->at); scale /= 10)
        *ns += (*in->at++ - '0') * scale;
    return true;
}

/* "Z", "+01:00", "+0100", "+01", and " +0100", " UTC", " GMT" behind a blank. */
static bool take_zone(struct cursor *in, int64_t *offset_s)
{
    struct cursor at = *in;
    *offset_s = 0;
    if (take_char(&at, 'Z')) {
        *in = at;
        return true;
    }
    take_char(&at, ' ');
    const struct str rest = {.ptr = at.at, .len = (size_t)(at.end - at.at)};
    if (at.at > in->at && (str_starts(rest, STR("UTC")) || str_starts(rest, STR("GMT"))) &&
        (rest.len == 3 || !((rest.ptr[3] | 0x20) >= 'a' && (rest.ptr[3] | 0x20) <= 'z'))) {
        in->at = at.at + 3;
        return true;
    }
    int hours, minutes = 0;
    const bool west = at.at < at.end && *at.at == '-';
    if (!take_char(&at, '+') && !take_char(&at, '-'))
        return false;
    if (!take_digits(&at, 2, &hours))
        return false;
    struct cursor further = at;
    take_char(&further, ':');
    if (take_digits(&further, 2, &minutes))
        at = further;
    else if (at.at - in->at > 3)
        return false; /* " -12 x": a blank and a number, not a zone */
    if (hours > 14 || minutes > 59 || (at.at < at.end && is_digit(*at.at)))
        return false;
    *offset_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    *in = at;
    return true;
}

/* What is left out is taken from `newest_ns`. */
static void settle(struct date date, int64_t of_day_ns, int64_t offset_s, int64_t newest_ns,
                   struct stamp *out)
{
    const int64_t newest_day = newest_ns / NS_PER_S / DAY_S;
    int64_t days;
    if (date.month == 0) {
        out->missing |= STAMP_NO_DATE;
        days = newest_day;
        if (days * DAY_S * NS_PER_S + of_day_ns > newest_ns)
            days--;
    } else if (date.year == 0) {
        out->missing |= STAMP_NO_YEAR;
        const int year = year_of_days(newest_day + 1);
        days = days_from_civil(year, date.month, date.day);
        if (days > newest_day + 1)
            days = days_from_civil(year - 1, date.month, date.day);
    } else {
        days = days_from_civil(date.year, date.month, date.day);
    }
    out->time_ns = (days * DAY_S - offset_s) * NS_PER_S + of_day_ns;
}

/* ---- dates ---- */

/* "2026-11-22", "2026/11/22", "2026.11.22", "26/11/22", "20261122", "11-22" */
static bool take_number_date(struct cursor *in, struct date *date)
{
    int digits = 0;
    while (digits < 9 && in->at + digits < in->end && is_digit(in->at[digits]))
        digits++;
    if (digits == 8)
        return take_digits(in, 4, &date->year) && take_digits(in, 2, &date->month) &&
               take_digits(in, 2, &date->day) && date_is_good(date);
    if ((digits != 4 && digits != 2) || !take_digits(in, digits, &date->year) ||
        in->at == in->end || !memchr("-/.", *in->at, 3))
        return false;
    const char mark = *in->at++;
    if (!take_digits(in, 2, &date->month))
        return false;
    if (digits == 2 && mark == '-' && (in->at == in->end || *in->at != '-')) {
        *date = (struct date){.month = date->year, .day = date->month};
        return date_is_good(date);
    }
    if (!take_char(in, mark) || !take_digits(in, 2, &date->day))
        return false;
    if (digits == 2)
        date->year += 2000;
    return date_is_good(date);
}

/* "22/Nov/2026", "22 Nov 2026", "22 Nov" */
static bool take_day_first(struct cursor *in, struct date *date)
{
    if (!take_digits(in, 2, &date->day) || in->at == in->end || !memchr("/ -", *in->at, 3))
        return false;
    const char mark = *in->at++;
    if (!take_month_name(in, &date->month))
        return false;
    struct cursor year = *in;
    if (take_char(&year, mark) && take_digits(&year, 4, &date->year))
        *in = year;
    else
        date->year = 0;
    return date_is_good(date);
}

/* "Nov 22", "Nov  2"; a year may follow the time (ctime) or the day. */
static bool take_month_first(struct cursor *in, struct date *date)
{
    if (!take_month_name(in, &date->month) || !take_char(in, ' '))
        return false;
    const bool padded = take_char(in, ' ');
    const bool two = !padded && in->end - in->at > 1 && is_digit(in->at[1]);
    if (!take_digits(in, two ? 2 : 1, &date->day))
        return false;
    date->names_month = true;
    struct cursor year = *in;
    take_char(&year, ',');
    if (take_char(&year, ' ') && take_digits(&year, 4, &date->year))
        *in = year;
    return date_is_good(date);
}

static bool take_weekday(struct cursor *in)
{
    static const char names[] = "MonTueWedThuFriSatSun";
    if (in->end - in->at < 5)
        return false;
    for (int day = 0; day < 7; day++)
        if (memcmp(in->at, names + 3 * day, 3) == 0 && (in->at[3] == ' ' || in->at[3] == ',')) {
            in->at += in->at[3] == ',' && in->at[4] == ' ' ? 5 : 4;
            return true;
        }
    return false;
}

/* 1795314503, 1795314503.939, 1795314503939 and finer: between 2001 and 2286. */
static bool take_epoch(struct cursor *in, int64_t *ns)
{
    int64_t number = 0;
    const char *at = in->at;
    while (at < in->end && is_digit(*at) && at - in->at < 19)
        number = number * 10 + (*at++ - '0');
    const ptrdiff_t digits = at - in->at;
    if ((digits != 10 && digits != 13 && digits != 16 && digits != 19) || *in->at == '0' ||
        (at < in->end && is_digit(*at)) || !time_from_integer(number, ns))
        return false;
    if (digits == 10 && in->end - at > 1 && *at == '.' && is_digit(at[1])) {
        at++;
        for (int64_t scale = NS_PER_S / 10; at < in->end && is_digit(*at); scale /= 10)
            *ns += (*at++ - '0') * scale;
    }
    in->at = at;
    return true;
}

/* ---- all of it ---- */

/* A digit as a number; what is none gives more than 9. */
static uint32_t digit_at(const char *at)
{
    return (uint32_t)(unsigned char)*at - '0';
}

static bool take_two(const char *at, int *out)
{
    const uint32_t tens = digit_at(at), ones = digit_at(at + 1);
    *out = (int)(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

/*
 * "2026-11-22 01:02:03" with '-' or '/', and 'T' or a blank: what most programs write, in one go.
 * False says nothing: the text is read step by step then.
 */
static bool take_common(struct cursor *in, struct date *date)
{
    const char *at = in->at;
    int century, year;
    if (in->end - at < 19 || (at[4] != '-' && at[4] != '/') || at[7] != at[4] ||
        (at[10] != ' ' && at[10] != 'T') || !take_two(at, &century) || !take_two(at + 2, &year) ||
        !take_two(at + 5, &date->month) || !take_two(at + 8, &date->day))
        return false;
    date->year = century * 100 + year;
    in->at += 11;
    return date_is_good(date);
}

static size_t take_rest(struct cursor in, const char *start, struct date date, int64_t newest_ns,
                        struct stamp *out)
{
    int64_t of_day_ns, offset_s;
    if (!take_time_of_day(&in, &of_day_ns))
        return 0;
    struct cursor year = in;
    if (date.names_month && date.year == 0 && take_char(&year, ' ') &&
        take_digits(&year, 4, &date.year)) {
        if ((year.at == year.end || !memchr(":.-/", *year.at, 4)) && date_is_good(&date))
            in = year;
        else
            date.year = 0;
    }
    if (!take_zone(&in, &offset_s))
        out->missing |= STAMP_NO_ZONE;
    settle(date, of_day_ns, offset_s, newest_ns, out);
    return (size_t)(in.at - start);
}

size_t stamp_read(struct str text, int64_t newest_ns, struct stamp *out)
{
    *out = (struct stamp){0};
    struct cursor in = {.at = text.ptr, .end = text.ptr + text.len};
    if (text.len < 8)
        return 0;
    struct date date = {0};
    if (is_digit(*in.at)) {
        if (in.at[2] == ':')
            return take_rest(in, text.ptr, date, newest_ns, out);
        struct cursor at = in;
        if (take_common(&at, &date))
            return take_rest(at, text.ptr, date, newest_ns, out);
        at = in;
        date = (struct date){0};
        if (take_epoch(&at, &out->time_ns))
            return (size_t)(at.at - text.ptr);
        at = in;
        bool has_date = take_number_date(&at, &date);
        if (!has_date) {
            at = in;
            date = (struct date){0};
            has_date = take_day_first(&at, &date);
        }
        if (!has_date || at.at == at.end || !memchr("T :-_", *at.at, 5))
            return 0;
        at.at++;
        return take_rest(at, text.ptr, date, newest_ns, out);
    }
    take_weekday(&in);
    if (in.at < in.end && is_digit(*in.at) ? !take_day_first(&in, &date)
                                           : !take_month_first(&in, &date))
        return 0;
    return take_char(&in, ' ') ? take_rest(in, text.ptr, date, newest_ns, out) : 0;
}

size_t stamp_read_klog(struct str text, int64_t newest_ns, struct stamp *out)
{
    *out = (struct stamp){0};
    struct cursor in = {.at = text.ptr, .end = text.ptr + text.len};
    struct date date = {0};
    int all;
    struct cursor with_year = in; /* "20261122 01:02:03.456", of newer glog */
    if (take_digits(&with_year, 8, &all))
        take_digits(&in, 4, &date.year);
    if (!take_digits(&in, 2, &date.month) || !take_digits(&in, 2, &date.day) ||
        !date_is_good(&date) || !take_char(&in, ' '))
        return 0;
    return take_rest(in, text.ptr, date, newest_ns, out);
}
