/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token becomes a skeleton, in which each run of digits is a `d` and each run of letters an `a`;
 * forms are told apart by comparing skeletons. So a form is a line of a table, and the cost of a
 * token does not grow with the number of forms that begin alike.
 */
#include "text/entity.h"

#include <string.h>
#include <strings.h>

#define SKELETON_MAX 40  /* more runs than any form below has */
#define HEX_WORD_MIN 8   /* so many letters from a to f, and no other, are no word of a language */
#define HEX_MIXED_MIN 6  /* with digits among them, so many */
#define SERIAL_DIGITS 3  /* "cn304" is the 304th of many; "eth0" and "L3" may be the text's own */
#define ID_LENGTH_MIN 12 /* "jA9J1UvC004306": a generated name is long ... */
#define ID_DIGITS_MIN 4  /* ... and has many digits */

const char *entity_name(enum entity entity)
{
    static const char *const names[ENTITIES] = {
        "word",  "number", "hex",  "id",   "uuid",     "ip",   "port",    "mac",
        "host",  "url",    "path", "time", "duration", "size", "percent", "version",
        "email", "status", "user", "pod",  "class",    "list", "any",
    };
    return names[entity];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What a token is made of. */
struct form {
    struct str token;
    char skeleton[SKELETON_MAX + 1];
    uint32_t runs;
    uint32_t digits, digit_runs, others_than_hex, dots, slashes, colons, dashes, queries,
        longest_digits;
    size_t digit_at; /* the first; the length where there is none */
    size_t at_sign;  /* the first @; the length where there is none */
    bool upper, truncated;
};

static void take_run(struct form *form, char kind)
{
    const bool same =
        form->runs > 0 && (kind == 'd' || kind == 'a') && form->skeleton[form->runs - 1] == kind;
    if (same)
        return;
    if (form->runs < SKELETON_MAX)
        form->skeleton[form->runs++] = kind;
    else
        form->truncated = true;
}

static size_t take_digits(struct form *form, size_t from)
{
    const struct str token = form->token;
    size_t to = from + 1;
    while (to < token.len && is_digit(token.ptr[to]))
        to++;
    const uint32_t run = (uint32_t)(to - from);
    form->digits += run;
    form->digit_runs++;
    form->longest_digits = run > form->longest_digits ? run : form->longest_digits;
    form->digit_at = form->digit_at == token.len ? from : form->digit_at;
    take_run(form, 'd');
    return to;
}

static size_t take_letters(struct form *form, size_t from)
{
    const struct str token = form->token;
    size_t to = from;
    for (; to < token.len && is_alpha(token.ptr[to]); to++) {
        form->others_than_hex += !is_hex(token.ptr[to]);
        form->upper |= token.ptr[to] >= 'A' && token.ptr[to] <= 'Z';
    }
    take_run(form, 'a');
    return to;
}

static void take_mark(struct form *form, size_t at)
{
    const char c = form->token.ptr[at];
    form->others_than_hex++;
    form->dots += c == '.';
    form->slashes += c == '/';
    form->colons += c == ':';
    form->dashes += c == '-';
    form->queries += c == '?';
    if (c == '@' && form->at_sign == form->token.len)
        form->at_sign = at;
    take_run(form, c);
}

static void take_form(struct form *form, struct str token)
{
    *form = (struct form){.token = token, .digit_at = token.len, .at_sign = token.len};
    for (size_t at = 0; at < token.len;) {
        if (is_digit(token.ptr[at]))
            at = take_digits(form, at);
        else if (is_alpha(token.ptr[at]))
            at = take_letters(form, at);
        else
            take_mark(form, at++);
    }
    form->skeleton[form->runs] = '\0';
}

static bool has_skeleton(const struct form *form, const char *skeleton)
{
    return strcmp(form->skeleton, skeleton) == 0;
}

/* ---- forms of digits ---- */

/* Skeletons that are one thing, whatever their digits; a sign in front is left away. */
static const struct {
    char skeleton[sizeof(uint64_t)];
    enum entity entity;
} digit_forms[] = {
    {"d", ENTITY_NUMBER},      {"d.d", ENTITY_NUMBER},     {"d-d", ENTITY_NUMBER},
    {"d.d.d", ENTITY_VERSION}, {"d-d-d", ENTITY_TIME},     {"d/d/d", ENTITY_TIME},
    {"d:d:d", ENTITY_TIME},    {"d:d:d.d", ENTITY_TIME},   {"d.dad", ENTITY_NUMBER},
    {"d.da-d", ENTITY_NUMBER}, {"d.d-d.d", ENTITY_NUMBER}, {"d.d.d-d", ENTITY_VERSION},
};

/* As numbers of eight bytes: there are many tokens, and a dozen forms for each. */
static bool is_digit_form(const struct form *form, enum entity *entity)
{
    const size_t sign = form->token.ptr[0] == '-' ? 1 : 0;
    uint64_t skeleton;
    memcpy(&skeleton, form->skeleton + sign, sizeof skeleton);
    for (size_t i = 0; i < sizeof digit_forms / sizeof *digit_forms; i++) {
        uint64_t known;
        memcpy(&known, digit_forms[i].skeleton, sizeof known);
        if (skeleton == known) {
            *entity = digit_forms[i].entity;
            return true;
        }
    }
    return false;
}

static bool is_address(const struct form *form)
{
    return has_skeleton(form, "d.d.d.d") && form->longest_digits <= 3;
}

/* "12:30": a time of day; "3:1" is two numbers. */
static bool is_clock(const struct form *form)
{
    const struct str token = form->token;
    return has_skeleton(form, "d:d") && token.len == 5 && token.ptr[2] == ':' &&
           token.ptr[0] <= '2' && token.ptr[3] <= '5';
}

/* "2026-11-22T02:00:00Z" and its kin: a date, a letter, a time. */
static bool is_date_time(const struct form *form)
{
    return strncmp(form->skeleton, "d-d-dad:d", 9) == 0 ||
           strncmp(form->skeleton, "d-d-d-d:d:d", 11) == 0 ||
           strncmp(form->skeleton, "d/a/d:d:d:d", 11) == 0;
}

static enum entity unit_of(struct str unit)
{
    static const struct {
        const char *unit;
        enum entity entity;
    } units[] = {
        {"ns", ENTITY_DURATION}, {"us", ENTITY_DURATION},  {"ms", ENTITY_DURATION},
        {"s", ENTITY_DURATION},  {"sec", ENTITY_DURATION}, {"secs", ENTITY_DURATION},
        {"m", ENTITY_DURATION},  {"min", ENTITY_DURATION}, {"h", ENTITY_DURATION},
        {"d", ENTITY_DURATION},  {"b", ENTITY_SIZE},       {"k", ENTITY_SIZE},
        {"kb", ENTITY_SIZE},     {"mb", ENTITY_SIZE},      {"g", ENTITY_SIZE},
        {"gb", ENTITY_SIZE},     {"tb", ENTITY_SIZE},      {"kib", ENTITY_SIZE},
        {"mib", ENTITY_SIZE},    {"gib", ENTITY_SIZE},     {"ki", ENTITY_SIZE},
        {"mi", ENTITY_SIZE},     {"gi", ENTITY_SIZE},      {"bytes", ENTITY_SIZE},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (unit.len > 0 && (unit.ptr[0] | 0x20) == units[i].unit[0] &&
            unit.len == strlen(units[i].unit) &&
            strncasecmp(unit.ptr, units[i].unit, unit.len) == 0)
            return units[i].entity;
    return ENTITY_NUMBER;
}

/* "5ms", "1.5GB", "2h30m": the first unit decides. */
static bool is_measure(const struct form *form, enum entity *entity)
{
    const char *at = form->skeleton;
    uint32_t pairs = 0;
    while (*at == 'd') {
        at += strncmp(at, "d.d", 3) == 0 ? 3 : 1;
        if (*at != 'a')
            break;
        at++;
        pairs++;
    }
    if (pairs == 0 || *at != '\0')
        return false;
    const struct str token = form->token;
    size_t from = 0;
    while (is_digit(token.ptr[from]) || token.ptr[from] == '.')
        from++;
    size_t to = from;
    while (to < token.len && is_alpha(token.ptr[to]))
        to++;
    *entity = unit_of(str_slice(token, from, to));
    return pairs == 1 || *entity != ENTITY_NUMBER;
}

/* ---- forms of letters and digits ---- */

static bool is_uuid(struct str token)
{
    if (token.len != 36)
        return false;
    for (size_t i = 0; i < token.len; i++) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? token.ptr[i] != '-' : !is_hex(token.ptr[i]))
            return false;
    }
    return true;
}

static bool is_prefixed_hex(struct str token)
{
    if (token.len < 3 || token.ptr[0] != '0' || (token.ptr[1] | 0x20) != 'x')
        return false;
    for (size_t i = 2; i < token.len; i++)
        if (!is_hex(token.ptr[i]))
            return false;
    return true;
}

/* Six or more pairs between colons, or an IPv6 address. */
static bool is_colon_hex(const struct form *form, enum entity *entity)
{
    if (form->colons < 2 || form->others_than_hex != form->colons)
        return false;
    const bool doubled = str_find(form->token, STR("::")) != STR_NPOS && form->digits > 0;
    if (form->colons < 5 && !doubled)
        return false;
    *entity = form->colons == 7 || doubled ? ENTITY_IP : ENTITY_MAC;
    return true;
}

/* "class@1f2e" is Java's name of an object; "a@b.c" an address of mail. */
static bool is_at(const struct form *form, enum entity *entity)
{
    if (form->at_sign == 0 || form->at_sign + 1 >= form->token.len)
        return false;
    const struct str after = str_slice(form->token, form->at_sign + 1, form->token.len);
    bool hex = after.len >= 4;
    for (size_t i = 0; hex && i < after.len; i++)
        hex = is_hex(after.ptr[i]);
    if (!hex && !str_contains(after, STR(".")) && form->digits == 0)
        return false;
    *entity = hex ? ENTITY_ID : ENTITY_EMAIL;
    return true;
}

/* "db.shop.internal:5432": no file of source code has two dots and small letters alone. */
static bool is_host_and_port(struct str token)
{
    const size_t colon = str_find(token, STR(":"));
    uint32_t dots = 0;
    for (size_t i = 0; i < colon && i < token.len; i++) {
        const char c = token.ptr[i];
        dots += c == '.';
        if (c != '.' && c != '-' && !is_digit(c) && !(c >= 'a' && c <= 'z'))
            return false;
    }
    for (size_t i = colon + 1; colon != STR_NPOS && i < token.len; i++)
        if (!is_digit(token.ptr[i]))
            return false;
    return colon != STR_NPOS && dots >= 2 && token.len > colon + 1 && token.len <= colon + 6 &&
           is_alpha(token.ptr[colon - 1]);
}

/* Small letters, at least two dots, and a digit in the first label: "ip-10-0-0-1.ec2.internal". */
static bool is_host(const struct form *form)
{
    if (form->dots < 2 || form->upper || form->others_than_hex == 0)
        return false;
    const size_t dot = str_find(form->token, STR("."));
    return form->digit_at < dot;
}

/* Where the words end and the number of a serial name begins; 0 where it is none. */
static size_t serial_head(const struct form *form)
{
    const struct str token = form->token;
    size_t head = form->digit_at;
    if (head == 0 || head == token.len)
        return 0;
    if (token.ptr[head - 1] == '-' && head > 1 && strchr("_-=", token.ptr[head - 2]))
        head--; /* a sign */
    if (strchr("_-.#$~", token.ptr[head - 1]))
        return head;
    const bool ends = has_skeleton(form, "ad");
    return ends && form->digits >= SERIAL_DIGITS && head > 1 ? head : 0;
}

/* "v1.12" */
static bool is_version(const struct form *form)
{
    return (form->token.ptr[0] | 0x20) == 'v' && form->digit_at == 1 && form->dots > 0;
}

static struct entity_match of_digits(const struct form *form)
{
    const struct str token = form->token;
    struct entity_match match = {0};
    if (is_prefixed_hex(token))
        match.entity = ENTITY_HEX;
    else if (is_uuid(token))
        match.entity = ENTITY_UUID;
    else if (is_address(form))
        match.entity = ENTITY_IP;
    else if (is_clock(form) || is_date_time(form))
        match.entity = ENTITY_TIME;
    else if (is_colon_hex(form, &match.entity) || is_at(form, &match.entity))
        return match;
    else if (form->colons == 1 && is_host_and_port(token))
        match.entity = ENTITY_HOST;
    else if (form->colons > 0 || form->slashes > 0)
        return match; /* the parts may say more */
    else if (is_measure(form, &match.entity))
        return match;
    else if (form->others_than_hex == 0 && token.len >= HEX_MIXED_MIN && form->digits >= 2)
        match.entity = ENTITY_HEX;
    else if (is_version(form))
        match = (struct entity_match){ENTITY_VERSION, 1};
    else if (is_host(form))
        match.entity = ENTITY_HOST;
    else if (form->digit_at == 0)
        match.entity = ENTITY_ID;
    else if ((match.head = serial_head(form)) > 0)
        match.entity = ENTITY_ID;
    else if (form->digit_runs >= 2 && form->dashes > 0 && form->digits >= SERIAL_DIGITS)
        match.entity = ENTITY_ID; /* "R10-M1-N2": a place in a rack */
    else if (token.len >= ID_LENGTH_MIN && form->digits >= ID_DIGITS_MIN)
        match.entity = ENTITY_ID;
    return match;
}

/* ---- paths and addresses ---- */

/* An absolute path; or one of several parts, or with a dot in its last. */
static bool is_path(const struct form *form)
{
    const struct str token = form->token;
    if (form->slashes == 0 || token.len < 2)
        return false;
    if (token.ptr[0] == '.')
        return true;
    if (token.ptr[0] == '/' && (is_alpha(token.ptr[1]) || form->slashes >= 2))
        return true;
    size_t last = token.len;
    while (token.ptr[last - 1] != '/')
        last--;
    const struct str name = str_slice(token, last, token.len);
    return (form->slashes >= 2 || str_contains(name, STR("."))) && token.len > last;
}

/* "scheme://rest", of which the scheme stays; or a path with a query. */
static bool is_url(const struct form *form, struct entity_match *match)
{
    const struct str token = form->token;
    const size_t scheme = form->colons > 0 ? str_find(token, STR("://")) : STR_NPOS;
    if (scheme != STR_NPOS && scheme > 0 && scheme + 3 < token.len)
        *match = (struct entity_match){.entity = ENTITY_URL, .head = scheme + 3};
    else if (form->queries > 0)
        match->entity = ENTITY_URL;
    return match->entity != ENTITY_WORD;
}

static bool is_windows_path(struct str token)
{
    return token.len >= 3 && is_alpha(token.ptr[0]) && token.ptr[1] == ':' && token.ptr[2] == '\\';
}

struct entity_match entity_of(struct str token)
{
    struct form form;
    struct entity_match match = {0};
    if (is_windows_path(token))
        return (struct entity_match){.entity = ENTITY_PATH};
    take_form(&form, token);
    if (form.slashes > 0 && is_url(&form, &match))
        return match;
    if (form.digits > 0 && form.runs < sizeof(uint64_t) && is_digit_form(&form, &match.entity))
        return match;
    if (form.colons == 0 && is_path(&form))
        return (struct entity_match){.entity = ENTITY_PATH};
    if (form.digits > 0)
        return of_digits(&form);
    if (form.others_than_hex == 0 && token.len >= HEX_WORD_MIN)
        match.entity = ENTITY_HEX;
    else if (!is_at(&form, &match.entity))
        match.entity = ENTITY_WORD;
    return match;
}

enum entity entity_after(struct str before, enum entity entity)
{
    static const struct {
        const char *word;
        enum entity entity;
    } words[] = {
        {"user", ENTITY_USER},     {"username", ENTITY_USER},    {"login", ENTITY_USER},
        {"uid", ENTITY_ID},        {"pid", ENTITY_ID},           {"id", ENTITY_ID},
        {"pod", ENTITY_POD},       {"host", ENTITY_HOST},        {"hostname", ENTITY_HOST},
        {"rhost", ENTITY_HOST},    {"node", ENTITY_HOST},        {"server", ENTITY_HOST},
        {"port", ENTITY_PORT},     {"status", ENTITY_STATUS},    {"code", ENTITY_STATUS},
        {"errno", ENTITY_STATUS},  {"size", ENTITY_SIZE},        {"bytes", ENTITY_SIZE},
        {"path", ENTITY_PATH},     {"file", ENTITY_PATH},        {"time", ENTITY_TIME},
        {"took", ENTITY_DURATION}, {"elapsed", ENTITY_DURATION}, {"timeout", ENTITY_DURATION},
    };
    if (entity != ENTITY_WORD && entity != ENTITY_NUMBER && entity != ENTITY_ANY)
        return entity;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (before.len > 0 && (before.ptr[0] | 0x20) == words[i].word[0] &&
            before.len == strlen(words[i].word) &&
            strncasecmp(before.ptr, words[i].word, before.len) == 0)
            return words[i].entity;
    return entity;
}
