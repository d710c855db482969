/* SPDX-License-Identifier: Apache-2.0 */
#include "train/log_grammar.h"

#include "train/log_words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define WORD(list) (list)[draw(g, COUNT(list))]

struct drawing {
    uint64_t *state;
    struct buf *buf;
    struct grammar_line *out;
};

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t draw(struct drawing *g, size_t count)
{
    return (uint32_t)(next(g->state) % count);
}

static bool chance(struct drawing *g, uint32_t percent)
{
    return draw(g, 100) < percent;
}

#define PUT(...) buf_printf(g->buf, __VA_ARGS__)

/* ---- values ---- */

static void put_capital(struct drawing *g, const char *word, bool capital)
{
    PUT("%c%s", capital ? toupper((unsigned char)*word) : *word, word + 1);
}

/* Two to four words as one name, in one of the styles of programs. */
static void put_name(struct drawing *g, const char *join, bool upper, bool first_upper)
{
    const uint32_t count = 2 + draw(g, 3);
    for (uint32_t i = 0; i < count; i++) {
        const char *word = i == 0 && chance(g, 60) ? WORD(name_verbs) : WORD(name_nouns);
        if (i > 0)
            PUT("%s", join);
        if (upper)
            for (; *word; word++)
                PUT("%c", toupper((unsigned char)*word));
        else
            put_capital(g, word, join[0] == '\0' && (i > 0 || first_upper));
    }
}

/* A word that nobody has heard, so that what stands around it tells. */
static void put_strange(struct drawing *g)
{
    for (uint32_t i = 0, count = 1 + draw(g, 3); i < count; i++) {
        PUT("%c%c", "bcdfghklmnprstvwxz"[draw(g, 18)], "aeiouy"[draw(g, 6)]);
        if (chance(g, 40))
            PUT("%c", "bcdfgklmnprstx"[draw(g, 14)]);
    }
}

static void put_package(struct drawing *g)
{
    PUT("%s.%s", WORD(domains), WORD(name_nouns));
    for (uint32_t i = 0, count = draw(g, 3); i < count; i++)
        PUT(".%s", WORD(name_nouns));
}

static void put_symbol(struct drawing *g)
{
    switch (draw(g, 14)) {
    case 0:
    case 1:
    case 2:
    case 3:
        put_name(g, "", false, false);
        break;
    case 4:
    case 5:
        put_name(g, "", false, true);
        break;
    case 6:
        put_name(g, "_", false, false);
        break;
    case 7:
        put_name(g, "_", true, false);
        break;
    case 8:
        put_package(g);
        PUT(".");
        put_name(g, "", false, true);
        if (chance(g, 30)) {
            PUT("$");
            put_name(g, "", false, true);
        }
        break;
    case 9:
        put_name(g, "", false, true);
        PUT(".");
        put_name(g, "", false, false);
        break;
    case 10:
        put_name(g, ".", false, false);
        break;
    case 11:
    case 12: /* a component, as Android writes it */
        put_package(g);
        PUT("/");
        if (chance(g, 40))
            put_package(g);
        PUT(".");
        put_name(g, "", false, true);
        break;
    default:
        put_package(g);
        break;
    }
}

/* Who speaks, in front of a line: "Scheduler", "RAFT". */
static void put_component(struct drawing *g)
{
    if (chance(g, 40)) {
        put_name(g, "", false, true);
        return;
    }
    for (uint32_t i = 0, count = 3 + draw(g, 3); i < count; i++)
        PUT("%c", 'A' + (int)draw(g, 26));
}

/* What does, in front of a line: "getTask". */
static void put_method(struct drawing *g)
{
    put_name(g, chance(g, 80) ? "" : "_", false, false);
}

static void put_hex(struct drawing *g, uint32_t digits)
{
    for (uint32_t i = 0; i < digits; i++)
        PUT("%c", "0123456789abcdef"[draw(g, 16)]);
}

static void put_id(struct drawing *g)
{
    switch (draw(g, 12)) {
    case 0:
    case 1:
        PUT("0x");
        put_hex(g, 1 + draw(g, 16));
        break;
    case 9: /* of a bus */
        PUT("%04x:%02x:%02x.%u", 0, draw(g, 32), draw(g, 32), draw(g, 8));
        break;
    case 10:
        put_hex(g, 7 + draw(g, 2));
        break;
    case 11:
        put_hex(g, chance(g, 50) ? 16 : 32);
        break;
    case 2:
        if (chance(g, 50))
            PUT("%08x", draw(g, 100000)); /* of a register */
        else
            put_hex(g, 8 + draw(g, 3) * 12);
        break;
    case 3:
        PUT("%s_%u", WORD(name_nouns), draw(g, 100000));
        break;
    case 4:
        PUT("%s-%u-%u", WORD(name_nouns), draw(g, 1000), draw(g, 1000));
        break;
    case 5:
        PUT("%s%u", WORD(devices), draw(g, 16));
        break;
    case 6:
        PUT("%s_%u_%04u_%c_%06u", WORD(name_nouns), 1000 + draw(g, 1000000), draw(g, 9999),
            'a' + (int)draw(g, 26), draw(g, 1000));
        break;
    case 7:
        for (int i = 0; i < 6; i++) {
            PUT(i ? ":" : "");
            put_hex(g, 2);
        }
        break;
    default:
        for (uint32_t i = 0, count = 9 + draw(g, 12); i < count; i++)
            PUT("%c", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"[draw(g, 58)]);
        PUT("%u", 100 + draw(g, 9000));
        break;
    }
}

static void put_uuid(struct drawing *g)
{
    static const uint32_t parts[] = {8, 4, 4, 4, 12};
    for (size_t i = 0; i < COUNT(parts); i++) {
        PUT(i ? "-" : "");
        put_hex(g, parts[i]);
    }
}

static void put_number(struct drawing *g)
{
    static const uint32_t powers[] = {10, 10, 100, 1000, 10000, 1000000, 1000000000};
    if (chance(g, 8))
        PUT("-");
    PUT("%u", draw(g, WORD(powers)));
    if (chance(g, 10))
        PUT(".%u", draw(g, 1000));
}

static void put_ip(struct drawing *g)
{
    if (chance(g, 6)) {
        PUT("fe80::%x:%x:%x", 1 + draw(g, 0xfffe), draw(g, 0xffff), 1 + draw(g, 0xffff));
        return;
    }
    PUT("%u.%u.%u.%u", draw(g, 256), draw(g, 256), draw(g, 256), draw(g, 256));
}

static void put_host(struct drawing *g)
{
    switch (draw(g, 5)) {
    case 0:
        PUT("%s-%s%u", WORD(machines), WORD(machines), draw(g, 100));
        break;
    case 1:
        PUT("%s-%02u.%s.internal", WORD(machines), draw(g, 100), WORD(machines));
        break;
    case 2:
        PUT("%s.%s.%s", WORD(machines), WORD(name_nouns), WORD(ends));
        break;
    case 3:
        PUT("%s%u", WORD(machines), 1 + draw(g, 900));
        break;
    default:
        PUT("%s-%u", WORD(machines), draw(g, 300));
        break;
    }
}

/* The name of a folder or a file, as people and programs give them. */
static void put_part(struct drawing *g)
{
    switch (draw(g, 12)) {
    case 0:
        PUT("%s-%u", WORD(name_nouns), draw(g, 1000));
        break;
    case 1:
        PUT("%s_%s", WORD(name_nouns), WORD(name_nouns));
        break;
    case 2:
        PUT("%c%u", 'a' + (int)draw(g, 26), draw(g, 100));
        break;
    case 3:
        PUT("%u", draw(g, 10000));
        break;
    case 4:
        put_name(g, "", false, true);
        break;
    case 5:
        put_capital(g, WORD(name_nouns), true);
        break;
    case 6:
        PUT("%s-%u.%u%s", WORD(name_nouns), draw(g, 10), draw(g, 20), chance(g, 40) ? "b" : "");
        break;
    case 7:
        for (const char *word = WORD(name_nouns); *word; word++)
            PUT("%c", toupper((unsigned char)*word));
        break;
    case 8:
        PUT("%s%u", WORD(name_nouns), draw(g, 100));
        break;
    case 9:
        if (chance(g, 30))
            put_uuid(g);
        else
            PUT("%s_%u_%u", WORD(name_nouns), draw(g, 100), draw(g, 10000));
        break;
    default:
        PUT("%s%s", chance(g, 15) ? "." : "", WORD(name_nouns));
        break;
    }
}

static void put_path(struct drawing *g)
{
    const bool file = chance(g, 50);
    if (file && chance(g, 12)) {
        PUT("%s.%s", WORD(name_nouns), WORD(extensions));
        return;
    }
    if (chance(g, 70))
        PUT("/%s", WORD(roots));
    else
        PUT("/%c", 'a' + (int)draw(g, 26));
    for (uint32_t i = 0, count = draw(g, 6); i < count; i++) {
        PUT("/");
        put_part(g);
    }
    PUT("/");
    put_part(g);
    if (file)
        PUT(".%s", WORD(extensions));
    else if (chance(g, 20)) {
        PUT(".");
        put_hex(g, 6 + draw(g, 6));
    } else if (chance(g, 20)) { /* what a request asks */
        PUT("?%s=%u", WORD(name_nouns), draw(g, 1000));
        if (chance(g, 50))
            PUT("&%s=%s+%s", WORD(name_nouns), WORD(name_nouns), WORD(prose));
    }
}

static void put_url(struct drawing *g)
{
    PUT("%s://", WORD(schemes));
    if (chance(g, 15)) {
        put_name(g, "", false, chance(g, 50));
        PUT("@");
    }
    if (chance(g, 50))
        put_ip(g);
    else
        put_host(g);
    if (chance(g, 50))
        PUT(":%u", 80 + draw(g, 60000));
    for (uint32_t i = 0, count = draw(g, 4); i < count; i++) {
        PUT("/");
        put_part(g);
    }
    if (chance(g, 20))
        PUT("?%s=%u", WORD(name_nouns), draw(g, 1000));
}

static void put_time(struct drawing *g)
{
    const uint32_t year = 2000 + draw(g, 30), month = draw(g, 12), day = 1 + draw(g, 28),
                   hour = draw(g, 24), minute = draw(g, 60), second = draw(g, 60);
    switch (draw(g, 10)) {
    case 9: /* of today */
        PUT("%02u:%02u:%02u.%03u", hour, minute, second, draw(g, 1000));
        break;
    case 7:
        PUT("%02u %s %u %02u:%02u:%02u.%03u", day, months[month], year, hour, minute, second,
            draw(g, 1000));
        break;
    case 8:
        PUT("%04u-%02u-%02dT%02u:%02u:%02u.%09u%s", year, month + 1, day, hour, minute, second,
            draw(g, 1000000000), chance(g, 50) ? "Z" : "+02:00");
        break;
    case 0:
        PUT("%04u-%02u-%02dT%02u:%02u:%02uZ", year, month + 1, day, hour, minute, second);
        break;
    case 1:
        PUT("%04u-%02u-%02d %02u:%02u:%02u.%03u", year, month + 1, day, hour, minute, second,
            draw(g, 1000));
        break;
    case 2:
        PUT("%s %s %2u %02u:%02u:%02u %u", WORD(weekdays), months[month], day, hour, minute, second,
            year);
        break;
    case 3:
        PUT("%s %s %u %02u:%02u:%02u %s %u", WORD(weekdays), months[month], day, hour, minute,
            second, chance(g, 50) ? "UTC" : "CET", year);
        break;
    case 4:
        PUT("%02u/%s/%u:%02u:%02u:%02u", day, months[month], year, hour, minute, second);
        break;
    case 5:
        PUT("%04u/%02u/%02d %02u:%02u:%02u", year, month + 1, day, hour, minute, second);
        break;
    default:
        PUT("%04u%02u%02d", year, month + 1, day);
        break;
    }
}

static void put_duration(struct drawing *g)
{
    if (chance(g, 8)) {
        PUT("%02u:%02u:%02u", draw(g, 24), draw(g, 60), draw(g, 60));
        return;
    }
    PUT("%u", draw(g, chance(g, 50) ? 100 : 30000));
    if (chance(g, 25))
        PUT(".%u", draw(g, 1000));
    if (chance(g, 55))
        PUT("%s", WORD(short_spans));
    else
        PUT(" %s", WORD(long_spans));
}

static void put_size(struct drawing *g)
{
    PUT("%u", draw(g, chance(g, 50) ? 1000 : 100000));
    if (chance(g, 25))
        PUT(".%u", draw(g, 10));
    PUT("%s%s", chance(g, 45) ? " " : "", WORD(sizes));
}

static void put_quantity(struct drawing *g)
{
    if (chance(g, 12))
        PUT("-");
    PUT("%u", draw(g, 1000));
    if (chance(g, 25))
        PUT(".%u", draw(g, 10));
    if (chance(g, 45))
        PUT("%%");
    else
        PUT("%s%s", chance(g, 35) ? "" : " ", WORD(units));
}

static void put_version(struct drawing *g)
{
    PUT("%s%u.%u", chance(g, 40) ? "v" : "", draw(g, 20), draw(g, 30));
    if (chance(g, 85))
        PUT(".%u", draw(g, 40));
    if (chance(g, 20))
        PUT("-%u", draw(g, 40));
    else if (chance(g, 10))
        PUT("%s", chance(g, 50) ? "-rc1" : "a");
}

static void put_service(struct drawing *g)
{
    switch (draw(g, 6)) {
    case 0:
        PUT("%s-%s", WORD(name_nouns), WORD(roles));
        break;
    case 1:
        PUT("%s-%s-", WORD(name_nouns), WORD(roles));
        put_hex(g, 9);
        PUT("-%c%c%u%c%c", 'b' + (int)draw(g, 20), 'c' + (int)draw(g, 20), draw(g, 10),
            'd' + (int)draw(g, 20), 'f' + (int)draw(g, 20));
        break;
    case 2:
        if (chance(g, 20))
            PUT("rpc.");
        if (chance(g, 40))
            PUT("%s", WORD(name_nouns));
        else
            put_strange(g);
        PUT("%s", chance(g, 60) ? "d" : "");
        if (chance(g, 15))
            PUT("-%u", 1 + draw(g, 9));
        break;
    default:
        PUT("%s", WORD(daemons));
        break;
    }
}

static void put_exception(struct drawing *g)
{
    if (chance(g, 45)) {
        put_package(g);
        PUT(".");
    }
    put_capital(g, WORD(name_nouns), true);
    if (chance(g, 60))
        put_capital(g, WORD(name_nouns), true);
    PUT("%s", WORD(thrown));
}

static void put_code(struct drawing *g)
{
    if (chance(g, 30))
        PUT("%s/", WORD(name_nouns));
    if (chance(g, 35))
        put_name(g, "", false, true);
    else
        put_name(g, "_", false, false);
    PUT(".%s:%u", WORD(sources), 1 + draw(g, 3000));
}

static void put_table(struct drawing *g)
{
    if (chance(g, 12)) { /* of a short name for a table */
        PUT("%c.", 'a' + (int)draw(g, 26));
    } else if (chance(g, 10)) {
        put_strange(g);
        return;
    }
    PUT("%s", WORD(name_nouns));
    if (chance(g, 60))
        PUT("_%s", WORD(name_nouns));
    if (chance(g, 20))
        PUT(".%s_%s", WORD(name_nouns), WORD(name_nouns));
}

static const struct {
    const char *name;
    enum tag tag;
    void (*put)(struct drawing *g);
} slots[] = {
    {"ip", TAG_IP, put_ip},
    {"host", TAG_HOST, put_host},
    {"url", TAG_URL, put_url},
    {"path", TAG_PATH, put_path},
    {"uuid", TAG_UUID, put_uuid},
    {"id", TAG_ID, put_id},
    {"number", TAG_NUMBER, put_number},
    {"quantity", TAG_QUANTITY, put_quantity},
    {"duration", TAG_DURATION, put_duration},
    {"size", TAG_SIZE, put_size},
    {"time", TAG_TIME, put_time},
    {"version", TAG_VERSION, put_version},
    {"service", TAG_SERVICE, put_service},
    {"exception", TAG_EXCEPTION, put_exception},
    {"symbol", TAG_SYMBOL, put_symbol},
    {"code", TAG_CODE, put_code},
    {"table", TAG_TABLE, put_table},
    {"component", TAG_SERVICE, put_component},
    {"method", TAG_SYMBOL, put_method},
};

/* ---- patterns ---- */

static void mark(struct drawing *g, size_t start, enum tag tag)
{
    struct grammar_line *out = g->out;
    if (out->entities_count < GRAMMAR_ENTITIES_MAX)
        out->entities[out->entities_count++] =
            (struct found){(uint16_t)start, (uint16_t)g->buf->len, tag};
}

static void put_pattern(struct drawing *g, const char *pattern);

/* "{name}"; what is filled in and no entity as well. */
static void put_slot(struct drawing *g, struct str name)
{
    const size_t start = g->buf->len;
    for (size_t i = 0; i < COUNT(slots); i++)
        if (str_eq(name, str_of(slots[i].name))) {
            slots[i].put(g);
            mark(g, start, slots[i].tag);
            return;
        }
    if (str_eq(name, STR("port"))) {
        PUT("%u", 20 + draw(g, 65000));
        mark(g, start, TAG_PORT);
    } else if (str_eq(name, STR("status"))) {
        PUT("%u", chance(g, 50) ? 100 + draw(g, 500) : draw(g, 140));
        mark(g, start, TAG_STATUS);
    } else if (str_eq(name, STR("user"))) {
        if (chance(g, 70))
            PUT("%s", WORD(users));
        else if (chance(g, 30))
            PUT("u%u", draw(g, 200));
        else
            put_strange(g);
        mark(g, start, TAG_USER);
    } else if (str_eq(name, STR("email"))) {
        PUT("%s@%s.%s", WORD(users), WORD(name_nouns), WORD(ends));
        mark(g, start, TAG_EMAIL);
    } else if (str_eq(name, STR("noun"))) {
        PUT("%s", chance(g, 12) ? WORD(hardware) : WORD(name_nouns));
    } else if (str_eq(name, STR("prose"))) {
        put_capital(g, WORD(prose), chance(g, 15));
    } else if (str_eq(name, STR("hardware"))) {
        PUT("%s", WORD(hardware));
    } else if (str_eq(name, STR("thing"))) {
        PUT("%s", WORD(things));
    } else if (str_eq(name, STR("do"))) {
        PUT("%s", WORD(verbs));
    } else if (str_eq(name, STR("doing"))) {
        PUT("%s", WORD(doings));
    } else if (str_eq(name, STR("done"))) {
        PUT("%s", WORD(dones));
    } else if (str_eq(name, STR("cause"))) {
        PUT("%s", WORD(causes));
    } else if (str_eq(name, STR("key"))) {
        if (chance(g, 50))
            PUT("%s", WORD(name_nouns));
        else
            put_name(g, chance(g, 60) ? "" : "_", false, false);
    } else if (str_eq(name, STR("any"))) {
        put_pattern(g, WORD(values));
    } else if (str_eq(name, STR("word"))) {
        PUT("%s", WORD(states));
    }
}

static void put_pattern(struct drawing *g, const char *pattern)
{
    while (*pattern) {
        const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
        if (end && isalpha((unsigned char)pattern[1])) {
            put_slot(g, (struct str){pattern + 1, (size_t)(end - pattern - 1)});
            pattern = end + 1;
        } else {
            PUT("%c", *pattern++);
        }
    }
}

static void put_gravity(struct drawing *g)
{
    static const struct {
        const char *const *patterns;
        uint32_t count;
        enum gravity gravity;
    } all[] = {{routine, COUNT(routine), GRAVITY_ROUTINE},
               {warning, COUNT(warning), GRAVITY_WARNING},
               {error, COUNT(error), GRAVITY_ERROR}};
    const uint32_t dice = draw(g, 100), which = dice < 45 ? 0 : dice < 65 ? 1 : 2;
    const size_t start = g->buf->len;
    put_pattern(g, all[which].patterns[draw(g, all[which].count)]);
    if (chance(g, 45))
        g->buf->ptr[start] = (char)toupper((unsigned char)g->buf->ptr[start]);
    g->out->is_judged = true;
    g->out->gravity = all[which].gravity;
}

void grammar_draw(uint64_t *state, struct buf *buf, struct grammar_line *out)
{
    struct drawing drawing = {.state = state, .buf = buf, .out = out}, *g = &drawing;
    buf->len = 0;
    out->entities_count = 0;
    out->is_judged = false;
    if (chance(g, 40))
        put_pattern(g, WORD(prefixes));
    if (chance(g, 55))
        put_gravity(g);
    else {
        put_pattern(g, WORD(plain));
        out->is_judged = true;
        out->gravity = GRAVITY_ROUTINE;
    }
    if (chance(g, 30))
        for (uint32_t i = 0, count = 1 + draw(g, 3); i < count; i++)
            put_pattern(g, WORD(suffixes));
    if (chance(g, 15))
        PUT("%s", WORD(stops));
    if (chance(g, 5)) /* as some programs shout */
        for (size_t i = 0; i < buf->len; i++)
            if (out->entities_count == 0)
                buf->ptr[i] = (char)toupper((unsigned char)buf->ptr[i]);
    out->text = buf_str(buf);
}
