/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/times.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#define AROUND_NS (INT64_C(2) * 86400 * NS_PER_S)
#define NUMBER_LEN_MIN 9  /* seconds since 1973 */
#define NUMBER_LEN_MAX 19 /* nanoseconds until 2262 */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_near(int64_t time_ns, int64_t around_ns)
{
    return time_ns > around_ns - AROUND_NS && time_ns < around_ns + AROUND_NS;
}

static size_t digits_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    return end - at;
}

/* Bytes that were a time since 1970 at `at`, and were told moved; 0: there is none. */
static size_t move_number(struct str text, size_t at, int64_t seconds, int64_t around_ns,
                          struct buf *out)
{
    const size_t len = digits_at(text, at);
    int64_t number, time_ns;
    if (len < NUMBER_LEN_MIN || len > NUMBER_LEN_MAX || text.ptr[at] == '0' ||
        !str_to_int(str_slice(text, at, at + len), &number) ||
        !time_from_integer(number, &time_ns) || !is_near(time_ns, around_ns))
        return 0;
    const int64_t unit_ns = time_unit_of((double)number);
    buf_printf(out, "%lld", (long long)(number + seconds * (NS_PER_S / unit_ns)));
    return len;
}

/* Does `text` at `at` look like `pattern`: d a digit, m a letter, all else itself? */
static bool looks_like(struct str text, size_t at, const char *pattern)
{
    for (size_t i = 0; pattern[i]; i++) {
        if (at + i >= text.len)
            return false;
        const char byte = text.ptr[at + i];
        const bool fits = pattern[i] == 'd' ? is_digit(byte)
                          : pattern[i] == 'm'
                              ? (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')
                              : byte == pattern[i];
        if (!fits)
            return false;
    }
    return true;
}

static int number_at(struct str text, size_t at, size_t len)
{
    int number = 0;
    for (size_t i = 0; i < len; i++)
        number = number * 10 + (text.ptr[at + i] - '0');
    return number;
}

static int month_at(struct str text, size_t at)
{
    for (int i = 0; i < 12; i++)
        if (memcmp(months + 3 * i, text.ptr + at, 3) == 0)
            return i;
    return -1;
}

struct layout {
    const char *pattern;
    size_t year, month, day, clock; /* where they begin */
    bool named;                     /* the month is three letters */
};

static const struct layout layouts[] = {
    {"dddd-dd-ddTdd:dd:dd", 0, 5, 8, 11, false}, {"dddd-dd-dd dd:dd:dd", 0, 5, 8, 11, false},
    {"dddd/dd/dd dd:dd:dd", 0, 5, 8, 11, false}, {"dd/mmm/dddd:dd:dd:dd", 7, 3, 0, 12, true},
    {"dd mmm dddd dd:dd:dd", 7, 3, 0, 12, true},
};

static void put(char *to, int number, size_t len)
{
    for (size_t i = len; i > 0; i--, number /= 10)
        to[i - 1] = (char)('0' + number % 10);
}

static size_t move_date(struct str text, size_t at, const struct layout *layout, int64_t seconds,
                        int64_t around_ns, struct buf *out)
{
    const int month = layout->named ? month_at(text, at + layout->month)
                                    : number_at(text, at + layout->month, 2) - 1;
    struct tm tm = {.tm_year = number_at(text, at + layout->year, 4) - 1900,
                    .tm_mon = month,
                    .tm_mday = number_at(text, at + layout->day, 2),
                    .tm_hour = number_at(text, at + layout->clock, 2),
                    .tm_min = number_at(text, at + layout->clock + 3, 2),
                    .tm_sec = number_at(text, at + layout->clock + 6, 2)};
    const int64_t time_s = timegm(&tm);
    if (month < 0 || llabs(time_s - around_ns / NS_PER_S) > AROUND_NS / NS_PER_S)
        return 0;
    const time_t moved_s = (time_t)(time_s + seconds);
    if (!gmtime_r(&moved_s, &tm))
        return 0;
    char date[24];
    const size_t len = strlen(layout->pattern);
    memcpy(date, text.ptr + at, len);
    put(date + layout->year, tm.tm_year + 1900, 4);
    if (layout->named)
        memcpy(date + layout->month, months + (size_t)tm.tm_mon * 3, 3);
    else
        put(date + layout->month, tm.tm_mon + 1, 2);
    put(date + layout->day, tm.tm_mday, 2);
    put(date + layout->clock, tm.tm_hour, 2);
    put(date + layout->clock + 3, tm.tm_min, 2);
    put(date + layout->clock + 6, tm.tm_sec, 2);
    buf_add(out, (struct str){date, len});
    return len;
}

static size_t move_at(struct str text, size_t at, int64_t seconds, int64_t around_ns,
                      struct buf *out)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (looks_like(text, at, layouts[i].pattern))
            return move_date(text, at, &layouts[i], seconds, around_ns, out);
    return move_number(text, at, seconds, around_ns, out);
}

static bool is_part_of_number(char byte)
{
    return is_digit(byte) || byte == '.' || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

void times_move(struct str text, int64_t seconds, int64_t around_ns, struct buf *out)
{
    size_t told = 0;
    for (size_t i = 0; i < text.len;) {
        const bool begins =
            is_digit(text.ptr[i]) && (i == 0 || !is_part_of_number(text.ptr[i - 1]));
        if (!begins) {
            i++;
            continue;
        }
        struct buf moved = buf_new(out->arena);
        const size_t len = move_at(text, i, seconds, around_ns, &moved);
        if (len > 0) {
            buf_add(out, str_slice(text, told, i));
            buf_add(out, buf_str(&moved));
            told = i + len;
        }
        i += len > 0 ? len : digits_at(text, i);
    }
    buf_add(out, str_slice(text, told, text.len));
}
