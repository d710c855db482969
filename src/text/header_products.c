/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of one program or protocol each: syslog (RFC 3164, RFC 5424, and what rsyslog and
 * journalctl make of it), Kubernetes' container runtime interface and klog, nginx, Apache,
 * PostgreSQL, Redis; as their manuals describe them.
 */
#include "text/header_lines.h"

#include <string.h>

#define HOST_MAX 255                  /* RFC 1035; RFC 5424, section 6 */
#define PROGRAM_MAX 128               /* RFC 5424 allows 48, others do not count */
#define PREFIX_MAX 200                /* of a line of PostgreSQL, before its severity */
#define REQUEST_WITHIN ((size_t)8192) /* of a line of an access log, its request and status */

static char first_of(struct str text)
{
    return text.len > 0 ? text.ptr[0] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What stands before the next blank, and takes it off. */
static struct str take_word(struct str *rest)
{
    const char *blank = rest->len > 0 ? memchr(rest->ptr, ' ', rest->len) : NULL;
    const struct str word = str_slice(*rest, 0, blank ? (size_t)(blank - rest->ptr) : rest->len);
    *rest = header_behind(*rest, word.len);
    return word;
}

/* RFC 5424 has "-" for what is not known. */
static struct str unless_dash(struct str word)
{
    return str_eq(word, STR("-")) ? STR("") : word;
}

/* ---- syslog ---- */

/* "<34>": facility and severity; false where it is none. */
static bool take_priority(struct str *rest, struct header *out)
{
    int64_t number;
    const struct str head = str_slice(*rest, 0, 5);
    const size_t end = str_find(head, STR(">"));
    if (first_of(head) != '<' || end == STR_NPOS || !header_is_number(str_slice(head, 1, end)) ||
        !str_to_int(str_slice(head, 1, end), &number) || number > 191)
        return false;
    out->level = level_of_number(number % 8);
    *rest = str_slice(*rest, end + 1, rest->len);
    return true;
}

/* "program[12]: msg", "program: msg"; false: no such tag. */
static bool take_tag(struct str *rest, struct header *out)
{
    size_t len = 0;
    while (len < rest->len && len < PROGRAM_MAX && !memchr(" :[<{\"", rest->ptr[len], 6))
        len++;
    struct str behind = str_slice(*rest, len, rest->len);
    struct str pid = STR("");
    if (first_of(behind) == '[') {
        size_t digits = 1;
        while (digits < behind.len && digits < 12 && behind.ptr[digits] != ']')
            digits++;
        if (digits >= behind.len || behind.ptr[digits] != ']')
            return false;
        pid = str_slice(behind, 1, digits);
        behind = str_slice(behind, digits + 1, behind.len);
    }
    if (len == 0 || first_of(behind) != ':' || (behind.len > 1 && behind.ptr[1] != ' '))
        return false;
    out->program = str_slice(*rest, 0, len);
    out->pid = pid;
    *rest = str_slice(behind, behind.len > 1 ? 2 : 1, behind.len);
    return true;
}

/* "[   12.345678] msg": seconds since the kernel has started. */
static struct str without_uptime(struct str message)
{
    size_t at = 1;
    while (at < message.len && at < 20 &&
           (message.ptr[at] == ' ' || message.ptr[at] == '.' || is_digit(message.ptr[at])))
        at++;
    const bool is_uptime = first_of(message) == '[' && at > 8 && at < message.len &&
                           message.ptr[at] == ']' && message.ptr[at - 7] == '.';
    return is_uptime ? header_behind(message, at + 1) : message;
}

bool header_syslog_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct str rest = line;
    const bool has_priority = take_priority(&rest, out);
    const size_t len = header_take_time(rest, asking, out);
    const bool classic = len > 0 && !is_digit(rest.ptr[0]); /* "Nov 22", not "2026-11-22T" */
    if (len == 0 || (!classic && (out->missing != 0 || len < 20 || rest.ptr[10] != 'T')))
        return false;
    rest = header_behind(rest, len);
    const struct str after_time = rest;
    out->host = take_word(&rest);
    if (out->host.len == 0 || out->host.len > HOST_MAX || level_of_word(out->host) != LEVEL_NONE ||
        memchr(out->host.ptr, '[', out->host.len))
        return false;
    if (take_tag(&rest, out)) {
        out->message = str_eq(out->program, STR("kernel")) ? without_uptime(rest) : rest;
        return true;
    }
    if (!classic && !has_priority)
        return false;
    if (str_ends(out->host, STR(":"))) { /* a tag without a host */
        out->program = str_slice(out->host, 0, out->host.len - 1);
        out->host = STR("");
        out->message = header_behind(after_time, out->program.len + 1);
        return true;
    }
    out->message = rest; /* "last message repeated 3 times" */
    return true;
}

/* "[id name=\"value\"]", one behind the other, or "-"; false where it does not end. */
static bool skip_structured_data(struct str *rest)
{
    size_t at = 0;
    if (first_of(*rest) == '-') {
        *rest = header_behind(*rest, 1);
        return true;
    }
    while (at < rest->len && rest->ptr[at] == '[') {
        bool quoted = false;
        for (at++; at < rest->len && (quoted || rest->ptr[at] != ']'); at++)
            if (rest->ptr[at] == '\\' && quoted)
                at++;
            else if (rest->ptr[at] == '"')
                quoted = !quoted;
        if (at >= rest->len)
            return false;
        at++;
    }
    const bool any = at > 0;
    *rest = header_behind(*rest, at);
    return any;
}

bool header_rfc5424_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct str rest = line;
    if (!take_priority(&rest, out) || !str_starts(rest, STR("1 ")))
        return false;
    rest = str_slice(rest, 2, rest.len);
    const size_t len = first_of(rest) == '-' ? 1 : header_take_time(rest, asking, out);
    if (len == 0)
        return false;
    rest = header_behind(rest, len);
    out->host = unless_dash(take_word(&rest));
    out->program = unless_dash(take_word(&rest));
    out->pid = unless_dash(take_word(&rest));
    out->component = unless_dash(take_word(&rest));
    if (!skip_structured_data(&rest))
        return false;
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_slice(rest, 3, rest.len);
    out->message = rest;
    return true;
}

/* ---- Kubernetes ---- */

/* "2026-11-22T01:02:03.456789012Z stderr F msg"; P: the message goes on in the next line. */
bool header_cri_line(struct str line, const struct header_asking *asking, struct header *out)
{
    const size_t len = header_take_time(line, asking, out);
    if (len == 0)
        return false;
    struct str rest = str_slice(line, len, line.len);
    if (!str_starts(rest, STR(" stdout ")) && !str_starts(rest, STR(" stderr ")))
        return false;
    const char tag = rest.len > 8 ? rest.ptr[8] : '\0';
    if ((tag != 'F' && tag != 'P') || (rest.len > 9 && rest.ptr[9] != ' ' && rest.ptr[9] != ':'))
        return false;
    out->component = str_slice(rest, 1, 7);
    out->message = str_slice(rest, 10, rest.len);
    out->unfinished = tag == 'P';
    return true;
}

bool header_klog_line(struct str line, const struct header_asking *asking, struct header *out)
{
    if (line.len < 20 || !memchr("IWEFD", line.ptr[0], 5) || !is_digit(line.ptr[1]))
        return false;
    struct stamp stamp;
    struct str rest = str_slice(line, 1, line.len);
    const size_t len = stamp_read_klog(rest, asking->newest_ns, &stamp);
    if (len == 0)
        return false;
    out->time_ns = stamp.time_ns;
    out->missing = stamp.missing;
    out->has_time = true;
    out->level = level_of_letter(line.ptr[0]);
    rest = header_behind(rest, len);
    out->pid = take_word(&rest);
    const size_t end = str_find(str_slice(rest, 0, HOST_MAX), STR("]"));
    if (!header_is_number(out->pid) || end == STR_NPOS ||
        str_find(str_slice(rest, 0, end), STR(":")) == STR_NPOS)
        return false;
    out->source = str_slice(rest, 0, end);
    out->message = header_behind(rest, end + 1);
    return true;
}

/* ---- web servers ---- */

bool header_nginx_error_line(struct str line, const struct header_asking *asking,
                             struct header *out)
{
    const size_t len = header_take_time(line, asking, out);
    struct str rest = header_behind(line, len);
    const size_t end = str_find(str_slice(rest, 0, 16), STR("] "));
    if (len == 0 || line.ptr[4] != '/' || first_of(rest) != '[' || end == STR_NPOS)
        return false;
    out->level = level_of_word(str_slice(rest, 1, end));
    rest = str_slice(rest, end + 2, rest.len);
    const size_t hash = str_find(str_slice(rest, 0, 12), STR("#"));
    const size_t colon = str_find(str_slice(rest, 0, 24), STR(": "));
    if (out->level == LEVEL_NONE || hash == STR_NPOS || colon == STR_NPOS || hash > colon)
        return false;
    out->pid = str_slice(rest, 0, hash);
    out->thread = str_slice(rest, hash + 1, colon);
    rest = str_slice(rest, colon + 2, rest.len);
    if (first_of(rest) == '*') /* "*7 ": the number of the connection */
        take_word(&rest);
    out->message = rest;
    return true;
}

/* "[Sun Nov 22 01:02:03.456789 2026] [core:error] [pid 12:tid 34] [client 1.2.3.4:5] msg" */
bool header_apache_error_line(struct str line, const struct header_asking *asking,
                              struct header *out)
{
    struct str rest = str_slice(line, 1, line.len);
    const size_t len = header_take_time(rest, asking, out);
    if (first_of(line) != '[' || len == 0 || is_digit(rest.ptr[0]) ||
        !str_starts(str_slice(rest, len, rest.len), STR("] [")))
        return false;
    rest = str_slice(rest, len + 2, rest.len);
    while (first_of(rest) == '[') {
        const size_t end = str_find(str_slice(rest, 0, HOST_MAX), STR("]"));
        if (end == STR_NPOS)
            break;
        const struct str inside = str_slice(rest, 1, end);
        const size_t colon = str_find(inside, STR(":"));
        const struct str word = str_slice(inside, colon == STR_NPOS ? 0 : colon + 1, inside.len);
        if (str_starts(inside, STR("pid "))) {
            out->pid = str_slice(inside, 4, colon);
            if (str_starts(word, STR("tid ")))
                out->thread = str_slice(word, 4, word.len);
        } else if (str_starts(inside, STR("client "))) {
            out->host = str_slice(inside, 7, inside.len);
        } else if (out->level == LEVEL_NONE && level_of_word(word) != LEVEL_NONE) {
            out->level = level_of_word(word);
            out->component = colon == STR_NPOS ? STR("") : str_slice(inside, 0, colon);
        } else {
            break;
        }
        rest = header_behind(rest, end + 1);
    }
    out->message = rest;
    return out->level != LEVEL_NONE;
}

/* Where a request stands: "GET /path HTTP/1.1" and its status; STR_NPOS: there is none. */
static size_t find_request(struct str line, int *status)
{
    line = str_slice(line, 0, REQUEST_WITHIN);
    for (size_t at = 0; at < line.len; at++) {
        const char *quote = memchr(line.ptr + at, '"', line.len - at);
        if (!quote)
            return STR_NPOS;
        at = (size_t)(quote - line.ptr);
        const struct str request = str_slice(line, at + 1, line.len);
        const size_t end = str_find(request, STR("\" "));
        if (first_of(request) < 'A' || first_of(request) > 'Z' || end == STR_NPOS)
            continue;
        const struct str version = str_slice(request, end < 9 ? 0 : end - 9, end);
        const struct str behind = str_slice(request, end + 2, end + 6);
        if (str_find(version, STR(" HTTP/")) == STR_NPOS || behind.len < 3 ||
            !header_is_number(str_slice(behind, 0, 3)) || (behind.len > 3 && behind.ptr[3] != ' '))
            continue;
        *status = (behind.ptr[0] - '0') * 100;
        return at;
    }
    return STR_NPOS;
}

/*
 * "1.2.3.4 - user [22/Nov/2026:01:02:03 +0100] "GET / HTTP/1.1" 200 ...", or any other layout in
 * which a time, a client and a request stand in this order or the client comes second. The status
 * says how bad it was: a 5xx is an error, a 4xx a warning.
 */
bool header_access_line(struct str line, const struct header_asking *asking, struct header *out)
{
    int status = 0;
    const size_t request = find_request(line, &status);
    if (request == STR_NPOS || request == 0)
        return false;
    struct str before = str_slice(line, 0, request);
    const size_t len = header_take_time(before, asking, out);
    before = header_behind(before, len);
    const size_t bracket = str_find(before, STR("["));
    if (len == 0 &&
        (bracket == STR_NPOS ||
         header_take_time(str_slice(before, bracket + 1, before.len), asking, out) == 0))
        return false;
    out->host = unless_dash(take_word(&before));
    out->level = status >= 500 ? LEVEL_ERROR : status >= 400 ? LEVEL_WARN : LEVEL_INFO;
    out->message = str_slice(line, request, line.len);
    return true;
}

/* ---- databases ---- */

/*
 * Whatever log_line_prefix has put before the severity, which two blanks follow. DETAIL, HINT and
 * the like go on with the message before them.
 */
bool header_postgres_line(struct str line, const struct header_asking *asking, struct header *out)
{
    static const struct {
        const char *word;
        bool goes_on;
    } severities[] = {{"LOG", false},   {"ERROR", false},    {"FATAL", false}, {"WARNING", false},
                      {"PANIC", false}, {"NOTICE", false},   {"INFO", false},  {"DEBUG", false},
                      {"DETAIL", true}, {"STATEMENT", true}, {"HINT", true},   {"CONTEXT", true},
                      {"QUERY", true},  {"LOCATION", true}};
    const size_t len = header_take_time(line, asking, out);
    const struct str head = str_slice(line, 0, PREFIX_MAX);
    size_t end = len;
    struct str word;
    if (len == 0)
        return false;
    for (;; end++) {
        const size_t found = str_find(str_slice(head, end, head.len), STR(":  "));
        if (found == STR_NPOS)
            return false;
        end += found;
        size_t from = end;
        while (from > len && head.ptr[from - 1] >= 'A' && head.ptr[from - 1] <= 'Z')
            from--;
        word = str_slice(head, from, end);
        if (word.len > 0)
            break;
    }
    const size_t count = sizeof severities / sizeof *severities;
    size_t i = 0;
    while (i < count && !str_eq(word, str_of(severities[i].word)))
        i++;
    if (i == count)
        return false;
    out->goes_on = severities[i].goes_on;
    out->level = out->goes_on ? LEVEL_NONE : level_of_word(word);
    out->message = str_slice(line, end + 3, line.len);
    const struct str prefix = str_slice(head, len, (size_t)(word.ptr - head.ptr));
    const size_t open = str_find(prefix, STR("["));
    const size_t close = str_find(prefix, STR("]"));
    if (open != STR_NPOS && close != STR_NPOS && open < close) {
        struct str pid = str_slice(prefix, open + 1, close);
        const size_t dash = str_find(pid, STR("-")); /* "[12-1]": with the number of the line */
        out->pid = str_slice(pid, 0, dash);
    }
    return true;
}

/* "1:M 22 Nov 2026 01:02:03.456 * msg", "[1] 22 Nov 01:02:03.456 # msg" */
bool header_redis_line(struct str line, const struct header_asking *asking, struct header *out)
{
    const bool old = first_of(line) == '[';
    size_t digits = old;
    while (digits < line.len && digits < 12 && is_digit(line.ptr[digits]))
        digits++;
    const struct str mark = str_slice(line, digits, digits + (old ? 2 : 3));
    if (digits == old || (old ? !str_eq(mark, STR("] "))
                              : mark.len < 3 || mark.ptr[0] != ':' ||
                                    !memchr("MSCX", mark.ptr[1], 4) || mark.ptr[2] != ' '))
        return false;
    struct str rest = str_slice(line, digits + mark.len, line.len);
    const size_t len = header_take_time(rest, asking, out);
    rest = str_slice(rest, len, rest.len);
    if (len == 0 || rest.len < 3 || rest.ptr[0] != ' ' || rest.ptr[2] != ' ')
        return false;
    switch (rest.ptr[1]) {
    case '.':
    case '-':
        out->level = LEVEL_DEBUG;
        break;
    case '*':
        out->level = LEVEL_INFO;
        break;
    case '#':
        out->level = LEVEL_WARN;
        break;
    default:
        return false;
    }
    out->pid = str_slice(line, old, digits);
    out->message = str_slice(rest, 3, rest.len);
    return true;
}

/* Names are padded to one width. A level before a pipe is a layout (header_layout.c). */
bool header_compose_line(struct str line, const struct header_asking *asking, struct header *out)
{
    (void)asking;
    size_t len = 0;
    while (len < line.len && len < HOST_MAX &&
           (is_digit(line.ptr[len]) ||
            ((line.ptr[len] | 0x20) >= 'a' && (line.ptr[len] | 0x20) <= 'z') ||
            memchr("_.-", line.ptr[len], 3)))
        len++;
    const struct str name = str_slice(line, 0, len), rest = header_behind(line, len);
    if (len == 0 || rest.ptr == line.ptr + len || !str_starts(rest, STR("|")) ||
        (rest.len > 1 && rest.ptr[1] != ' ') || header_is_number(name) ||
        level_of_word(name) != LEVEL_NONE)
        return false;
    out->program = name;
    out->message = str_slice(rest, 2, rest.len);
    return true;
}
