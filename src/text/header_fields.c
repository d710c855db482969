/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of names with values: JSON objects and logfmt.
 *
 * JSON is scanned where it stands rather than made into a document: a log has a million lines a
 * second to read and five fields of each are wanted. What the scanner does not follow to the
 * closing brace is no JSON to it. Two levels are looked at, as "log.level" of
 * {"log":{"level":...}}.
 */
#include "text/header_lines.h"

#include "base/arena.h"
#include "base/clock.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX 40        /* bytes of the longest name below, and more */
#define DEPTH_MAX 2        /* levels whose names are looked at */
#define LOGFMT_PAIRS_MIN 2 /* fewer are a sentence with an equals sign in it */

enum field {
    FIELD_OTHER,
    FIELD_TIME,
    FIELD_LEVEL,
    FIELD_MESSAGE,
    FIELD_HOST,
    FIELD_PROGRAM,
    FIELD_PID,
    FIELD_THREAD,
    FIELD_COMPONENT,
    FIELD_SOURCE,
    FIELD_TRACE,
    FIELD_STACK
};

/* Of zap, logrus, slog, pino, bunyan, structlog, Serilog, logstash, ECS, journald, Docker, OTel. */
static const struct {
    const char *name;
    enum field field;
} fields[] = {
    {"time", FIELD_TIME},
    {"timestamp", FIELD_TIME},
    {"@timestamp", FIELD_TIME},
    {"ts", FIELD_TIME},
    {"t", FIELD_TIME},
    {"date", FIELD_TIME},
    {"datetime", FIELD_TIME},
    {"asctime", FIELD_TIME},
    {"@t", FIELD_TIME},
    {"__realtime_timestamp", FIELD_TIME},
    {"level", FIELD_LEVEL},
    {"lvl", FIELD_LEVEL},
    {"severity", FIELD_LEVEL},
    {"levelname", FIELD_LEVEL},
    {"loglevel", FIELD_LEVEL},
    {"log.level", FIELD_LEVEL},
    {"severity_text", FIELD_LEVEL},
    {"severitytext", FIELD_LEVEL},
    {"@l", FIELD_LEVEL},
    {"priority", FIELD_LEVEL},
    {"msg", FIELD_MESSAGE},
    {"message", FIELD_MESSAGE},
    {"@message", FIELD_MESSAGE},
    {"log", FIELD_MESSAGE},
    {"event", FIELD_MESSAGE},
    {"body", FIELD_MESSAGE},
    {"text", FIELD_MESSAGE},
    {"@m", FIELD_MESSAGE},
    {"@mt", FIELD_MESSAGE},
    {"textpayload", FIELD_MESSAGE},
    {"short_message", FIELD_MESSAGE},
    {"host", FIELD_HOST},
    {"hostname", FIELD_HOST},
    {"host.name", FIELD_HOST},
    {"_hostname", FIELD_HOST},
    {"service", FIELD_PROGRAM},
    {"service.name", FIELD_PROGRAM},
    {"app", FIELD_PROGRAM},
    {"application", FIELD_PROGRAM},
    {"program", FIELD_PROGRAM},
    {"syslog_identifier", FIELD_PROGRAM},
    {"pid", FIELD_PID},
    {"_pid", FIELD_PID},
    {"process.pid", FIELD_PID},
    {"thread", FIELD_THREAD},
    {"thread_name", FIELD_THREAD},
    {"threadname", FIELD_THREAD},
    {"process.thread.name", FIELD_THREAD},
    {"logger", FIELD_COMPONENT},
    {"logger_name", FIELD_COMPONENT},
    {"loggername", FIELD_COMPONENT},
    {"log.logger", FIELD_COMPONENT},
    {"component", FIELD_COMPONENT},
    {"module", FIELD_COMPONENT},
    {"name", FIELD_COMPONENT},
    {"caller", FIELD_SOURCE},
    {"source", FIELD_SOURCE},
    {"trace_id", FIELD_TRACE},
    {"traceid", FIELD_TRACE},
    {"trace.id", FIELD_TRACE},
    {"dd.trace_id", FIELD_TRACE},
    {"stack_trace", FIELD_STACK},
    {"stacktrace", FIELD_STACK},
    {"stack", FIELD_STACK},
    {"exception", FIELD_STACK},
    {"exc_info", FIELD_STACK},
    {"error.stack_trace", FIELD_STACK},
    {"err.stack", FIELD_STACK},
    {"@x", FIELD_STACK},
};

static enum field field_of(struct str parent, struct str name)
{
    char whole[NAME_MAX];
    if (parent.len > 0) {
        if (parent.len + 1 + name.len > sizeof whole)
            return FIELD_OTHER;
        memcpy(whole, parent.ptr, parent.len);
        whole[parent.len] = '.';
        memcpy(whole + parent.len + 1, name.ptr, name.len);
        name = (struct str){.ptr = whole, .len = parent.len + 1 + name.len};
    }
    if (name.len == 0 || name.len >= NAME_MAX)
        return FIELD_OTHER;
    const char first =
        name.ptr[0] >= 'A' && name.ptr[0] <= 'Z' ? (char)(name.ptr[0] | 0x20) : name.ptr[0];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].name[0] == first && strlen(fields[i].name) == name.len &&
            strncasecmp(fields[i].name, name.ptr, name.len) == 0)
            return fields[i].field;
    return FIELD_OTHER;
}

/* ---- values ---- */

struct scalar {
    struct str text; /* as it stands, without quotes */
    bool quoted;
    bool escaped; /* there is a backslash in it */
};

/* Four hexadecimal digits; -1: they are none. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t number = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char c = at[i];
        const int digit = c >= '0' && c <= '9'                     ? c - '0'
                          : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                   : -1;
        if (digit < 0)
            return -1;
        number = number * 16 + digit;
    }
    return number;
}

static char *put_utf8(char *to, int32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* "\u12ab" at `at`, behind the u; a pair of surrogates is one character, half of one U+FFFD. */
static const char *unescape_unicode(const char *at, const char *end, char **to)
{
    int32_t code = hex4(at, end);
    if (code < 0)
        return at;
    at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        const int32_t low = code < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u'
                                ? hex4(at + 2, end)
                                : -1;
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
        } else {
            code = 0xfffd;
        }
    }
    *to = put_utf8(*to, code);
    return at;
}

/* No escape is shorter than what it stands for. */
static struct str unescape(struct arena *arena, const struct scalar *scalar)
{
    if (!scalar->escaped)
        return scalar->text;
    char *out = arena_alloc(arena, scalar->text.len + 1), *to = out;
    const char *at = scalar->text.ptr, *end = at + scalar->text.len;
    while (at < end) {
        if (*at != '\\' || at + 1 == end) {
            *to++ = *at++;
            continue;
        }
        static const char marks[] = "nrtbf", stands_for[] = "\n\r\t\b\f";
        const char c = at[1];
        at += 2;
        const char *mark = c != '\0' ? strchr(marks, c) : NULL;
        if (c == 'u')
            at = unescape_unicode(at, end, &to);
        else
            *to++ = mark ? stands_for[mark - marks] : c;
    }
    return (struct str){.ptr = out, .len = (size_t)(to - out)};
}

static bool time_of(const struct scalar *value, const struct header_asking *asking,
                    struct header *out)
{
    int64_t time_ns;
    if (value->text.len > 0 && header_take_time(value->text, asking, out) == value->text.len)
        return true;
    if (!time_parse(value->text, &time_ns))
        return false;
    out->time_ns = time_ns;
    return out->has_time = true;
}

static enum level level_of(const struct scalar *value)
{
    int64_t number;
    const enum level level = level_of_word(value->text);
    return level == LEVEL_NONE && str_to_int(value->text, &number) ? level_of_number(number)
                                                                   : level;
}

static void keep_first(struct str *kept, struct str text)
{
    if (kept->len == 0)
        *kept = text;
}

static void take(enum field field, const struct scalar *value, const struct header_asking *asking,
                 struct header *out)
{
    switch (field) {
    case FIELD_TIME:
        if (!out->has_time)
            time_of(value, asking, out);
        break;
    case FIELD_LEVEL:
        if (out->level == LEVEL_NONE)
            out->level = level_of(value);
        break;
    case FIELD_MESSAGE:
        if (out->message.len == 0)
            out->message = unescape(asking->scratch, value);
        break;
    case FIELD_STACK:
        if (out->stack.len == 0)
            out->stack = unescape(asking->scratch, value);
        break;
    case FIELD_HOST:
        keep_first(&out->host, value->text);
        break;
    case FIELD_PROGRAM:
        keep_first(&out->program, value->text);
        break;
    case FIELD_PID:
        keep_first(&out->pid, value->text);
        break;
    case FIELD_THREAD:
        keep_first(&out->thread, value->text);
        break;
    case FIELD_COMPONENT:
        keep_first(&out->component, value->text);
        break;
    case FIELD_SOURCE:
        keep_first(&out->source, value->text);
        break;
    case FIELD_TRACE:
        keep_first(&out->trace_id, value->text);
        break;
    case FIELD_OTHER:
        break;
    }
}

/* ---- JSON ---- */

struct scan {
    const char *at, *end;
    const struct header_asking *asking;
    struct header *out;
};

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && memchr(" \t\r\n", *scan->at, 4))
        scan->at++;
}

static bool take_mark(struct scan *scan, char mark)
{
    skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != mark)
        return false;
    scan->at++;
    return true;
}

/* The quote has been taken. */
static bool take_string(struct scan *scan, struct scalar *out)
{
    const char *start = scan->at;
    *out = (struct scalar){.quoted = true};
    while (scan->at < scan->end && *scan->at != '"') {
        const bool escape = *scan->at == '\\';
        out->escaped |= escape;
        scan->at += escape && scan->end - scan->at > 1 ? 2 : 1;
    }
    out->text = (struct str){.ptr = start, .len = (size_t)(scan->at - start)};
    return take_mark(scan, '"');
}

/* A number, true, false or null. */
static bool take_bare(struct scan *scan, struct scalar *out)
{
    const char *start = scan->at;
    while (scan->at < scan->end && !memchr(",}] \t\r\n{[\"", *scan->at, 10))
        scan->at++;
    *out = (struct scalar){.text = {.ptr = start, .len = (size_t)(scan->at - start)}};
    return out->text.len > 0;
}

/* What nobody wants to look into: to the bracket that closes the one at hand. */
static bool skip_nested(struct scan *scan)
{
    struct scalar ignored;
    int64_t open = 0;
    do {
        const char c = *scan->at++;
        if (c == '"' && !take_string(scan, &ignored))
            return false;
        open += (c == '{' || c == '[') - (c == '}' || c == ']');
    } while (open > 0 && scan->at < scan->end);
    return open == 0;
}

static bool take_object(struct scan *scan, struct str parent, int depth);

static bool take_member(struct scan *scan, struct str parent, int depth)
{
    struct scalar name, value;
    if (!take_mark(scan, '"') || !take_string(scan, &name) || !take_mark(scan, ':'))
        return false;
    skip_blanks(scan);
    if (scan->at == scan->end)
        return false;
    if (*scan->at == '{' && depth < DEPTH_MAX) {
        scan->at++;
        return take_object(scan, name.text, depth + 1);
    }
    if (*scan->at == '{' || *scan->at == '[')
        return skip_nested(scan);
    if (!(take_mark(scan, '"') ? take_string(scan, &value) : take_bare(scan, &value)))
        return false;
    const bool is_null = !value.quoted && str_eq(value.text, STR("null"));
    if (!is_null)
        take(field_of(parent, name.text), &value, scan->asking, scan->out);
    return true;
}

/* The brace has been taken. */
static bool take_object(struct scan *scan, struct str parent, int depth)
{
    if (take_mark(scan, '}'))
        return true;
    do
        if (!take_member(scan, parent, depth))
            return false;
    while (take_mark(scan, ','));
    return take_mark(scan, '}');
}

bool header_json_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct scan scan = {.at = line.ptr, .end = line.ptr + line.len, .asking = asking, .out = out};
    if (!take_mark(&scan, '{') || !take_object(&scan, STR(""), 1))
        return false;
    skip_blanks(&scan);
    if (scan.at != scan.end)
        return false;
    while (out->message.len > 0 && memchr("\r\n", out->message.ptr[out->message.len - 1], 2))
        out->message.len--; /* as Docker leaves it */
    const bool says_nothing = !out->has_time && out->level == LEVEL_NONE && out->message.len == 0;
    if (out->message.len == 0)
        out->message = line;
    return !says_nothing;
}

/* ---- logfmt ---- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '@';
}

/* name=value or name="value"; `start` is where the value begins, with its quote. */
static bool take_pair(struct scan *scan, struct str *name, struct scalar *value, const char **start)
{
    const char *from = scan->at;
    while (scan->at < scan->end && is_name_char(*scan->at))
        scan->at++;
    *name = (struct str){.ptr = from, .len = (size_t)(scan->at - from)};
    if (name->len == 0 || scan->at == scan->end || *scan->at != '=')
        return false;
    *start = ++scan->at;
    if (scan->at < scan->end && *scan->at == '"') {
        scan->at++;
        return take_string(scan, value);
    }
    while (scan->at < scan->end && *scan->at != ' ')
        scan->at++;
    *value = (struct scalar){.text = {.ptr = *start, .len = (size_t)(scan->at - *start)}};
    return true;
}

/* What stands behind the message belongs to it: msg="query failed" table=orders. */
bool header_logfmt_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct scan scan = {.at = line.ptr, .end = line.ptr + line.len};
    uint32_t pairs = 0;
    bool has_message = false;
    while (skip_blanks(&scan), scan.at < scan.end) {
        struct str name;
        struct scalar value;
        const char *start;
        if (!take_pair(&scan, &name, &value, &start))
            return false;
        pairs++;
        const enum field field = field_of(STR(""), name);
        const size_t behind = (size_t)(scan.end - scan.at);
        if (field == FIELD_MESSAGE && !has_message) {
            has_message = true;
            out->message = behind == 0
                               ? unescape(asking->scratch, &value)
                               : (struct str){.ptr = start, .len = (size_t)(scan.end - start)};
        } else if (field != FIELD_MESSAGE) {
            take(field, &value, asking, out);
        }
    }
    if (out->message.len == 0)
        out->message = line;
    return pairs >= LOGFMT_PAIRS_MIN && (out->has_time || out->level != LEVEL_NONE || has_message);
}
