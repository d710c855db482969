/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL lets people choose what stands before a line's severity ("LOG:", "DETAIL:"), so of
 * that only what is common is read: a process id in brackets or after pid=, and the application or
 * user after app= or in "user@database application". What stands after it is the server's own.
 *
 * A slow-log entry of MySQL is one text: "# User@Host: ... # Query_time: ... SET timestamp=...;
 * SQL".
 */
#include "agent/databases/dialect.h"

#include "base/arena.h"
#include "base/buf.h"

#include <ctype.h>

#define READ_MAX ((size_t)4096)
#define PREFIX_MAX ((size_t)400)

const char *database_trouble_name(enum database_trouble trouble)
{
    static const char *const names[] = {
#define X(id, name, words) name,
        DATABASE_TROUBLES(X)
#undef X
    };
    return names[trouble];
}

const char *database_trouble_words(enum database_trouble trouble)
{
    static const char *const texts[] = {
#define X(id, name, words) words,
        DATABASE_TROUBLES(X)
#undef X
    };
    return texts[trouble];
}

/* ---- pieces of text ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str digits_at(struct str text)
{
    size_t len = 0;
    while (len < text.len && len < 20 && is_digit(text.ptr[len]))
        len++;
    return str_slice(text, 0, len);
}

/* What follows the first place of these words; false: they are not there. */
static bool after(struct str text, struct str words, struct str *rest)
{
    const size_t at = str_find(text, words);
    if (at == STR_NPOS)
        return false;
    *rest = str_slice(text, at + words.len, text.len);
    return true;
}

/* Up to the first of these, or the end. */
static struct str before_any(struct str text, const char *const *ends)
{
    for (; *ends; ends++) {
        const size_t at = str_find(text, str_of(*ends));
        if (at != STR_NPOS)
            text = str_slice(text, 0, at);
    }
    return str_trim(text);
}

static bool number_at(struct str text, double *out)
{
    size_t len = 0;
    while (len < text.len && len < 24 && (is_digit(text.ptr[len]) || text.ptr[len] == '.'))
        len++;
    return str_to_real(str_slice(text, 0, len), out);
}

static bool is_told(struct str name)
{
    return name.len > 0 && !str_eq(name, STR("[unknown]"));
}

/* ---- before the severity ---- */

/* Where the severity begins and what it has after it; false: there is none. */
static bool split_at_severity(struct str text, struct str *prefix, struct str *body)
{
    static const char *const severities[] = {
        "LOG:",     "ERROR:", "FATAL:",  "PANIC:",     "WARNING:", "DETAIL:",
        "CONTEXT:", "HINT:",  "NOTICE:", "STATEMENT:", "INFO:",    NULL};
    const struct str head = str_slice(text, 0, PREFIX_MAX);
    size_t first = STR_NPOS, len = 0;
    for (size_t i = 0; severities[i]; i++) {
        const struct str severity = str_of(severities[i]);
        const size_t at = str_find(head, severity);
        if (at != STR_NPOS && at < first) {
            first = at;
            len = severity.len;
        }
    }
    if (first == STR_NPOS) {
        *prefix = STR("");
        *body = str_trim(text);
        return false;
    }
    *prefix = str_trim(str_slice(text, 0, first));
    *body = str_trim(str_slice(text, first + len, text.len));
    return true;
}

/* "[2449]", "[2449-1]" or "pid=2449". */
static struct str process_in(struct str prefix)
{
    struct str rest = prefix;
    if (after(prefix, STR("pid="), &rest) && digits_at(rest).len > 0)
        return digits_at(rest);
    for (rest = prefix; after(rest, STR("["), &rest);) {
        const struct str digits = digits_at(rest);
        if (digits.len > 0 && digits.len < rest.len &&
            (rest.ptr[digits.len] == ']' || rest.ptr[digits.len] == '-'))
            return digits;
    }
    return STR("");
}

/* "app=orders,", or "user@database application" behind the process id; else the user. */
static struct str application_in(struct str prefix)
{
    static const char *const ends[] = {",", " ", NULL};
    struct str rest, user = STR("");
    if (after(prefix, STR("app="), &rest) && is_told(before_any(rest, ends)))
        return before_any(rest, ends);
    if (after(prefix, STR("user="), &rest))
        return is_told(before_any(rest, ends)) ? before_any(rest, ends) : STR("");
    const size_t at = str_find(prefix, STR("@"));
    if (at == STR_NPOS)
        return STR("");
    size_t from = at;
    while (from > 0 && prefix.ptr[from - 1] != ' ')
        from--;
    user = str_slice(prefix, from, at);
    rest = str_slice(prefix, at, prefix.len);
    const struct str application =
        after(rest, STR(" "), &rest) && is_told(str_trim(rest)) ? str_trim(rest) : user;
    return is_told(application) ? application : STR("");
}

/* ---- after it ---- */

static void read_session(struct str body, struct database_line *line)
{
    static const char *const ends[] = {" SSL ", " SSL enabled", " GSS ", " (", "\n", NULL};
    static const char *const user_ends[] = {" ", "\n", NULL};
    struct str rest;
    if (str_starts(body, STR("disconnection:")))
        line->says |= DATABASE_SESSION_END | DATABASE_SERVER;
    if (!str_starts(body, STR("connection authorized:")))
        return;
    line->says |= DATABASE_SESSION | DATABASE_SERVER;
    if (after(body, STR("application_name="), &rest) && is_told(before_any(rest, ends)))
        line->application = before_any(rest, ends);
    else if (after(body, STR("user="), &rest) && is_told(before_any(rest, user_ends)))
        line->application = before_any(rest, user_ends);
}

/* "process 7 still waiting for ShareLock on ...", "Process holding the lock: 9. Wait queue: 7.",
 * and of a deadlock "Process 7 waits for ...; blocked by process 9." */
static void read_lock(struct str body, struct database_line *line)
{
    struct str rest;
    if (str_starts(body, STR("process ")) && str_contains(body, STR(" still waiting for "))) {
        line->says |= DATABASE_WAIT | DATABASE_SERVER;
        line->process = digits_at(str_slice(body, 8, body.len));
        if (after(body, STR(" in relation "), &rest))
            line->relation = before_any(rest, (const char *const[]){" ", "\n", NULL});
    }
    if ((after(body, STR("holding the lock: "), &rest) ||
         after(body, STR("blocked by process "), &rest)) &&
        digits_at(rest).len > 0) {
        line->says |= DATABASE_HOLD | DATABASE_SERVER;
        line->holder = digits_at(rest);
    }
}

/* "duration: 3212.290 ms  execute <unnamed>: UPDATE ..."; parse and bind come before an execute. */
static void read_duration(struct str body, struct database_line *line)
{
    struct str rest, word;
    if (!str_starts(body, STR("duration: ")) ||
        !number_at(str_slice(body, 10, body.len), &line->took_ms) ||
        !after(body, STR(" ms"), &rest))
        return;
    line->says |= DATABASE_SERVER;
    word = str_trim(rest);
    if (!(str_starts(word, STR("statement:")) || str_starts(word, STR("execute ")) ||
          str_starts(word, STR("plan:"))))
        return;
    if (!after(word, STR("Query Text:"), &rest) && !after(word, STR(": "), &rest))
        return;
    line->says |= DATABASE_STATEMENT;
    line->statement = str_trim(rest);
}

static void read_slow_log(struct str text, struct database_line *line)
{
    struct str rest;
    if (!after(text, STR("# Query_time: "), &rest) || !number_at(rest, &line->took_ms))
        return;
    line->took_ms *= 1000;
    line->says |= DATABASE_STATEMENT | DATABASE_SERVER;
    if (after(rest, STR("SET timestamp="), &rest) && after(rest, STR(";"), &rest))
        line->statement = str_trim(rest);
    if (after(text, STR("# User@Host: "), &rest))
        line->application = before_any(rest, (const char *const[]){"[", " ", "\n", NULL});
}

static void read_trouble(struct str text, struct database_line *line)
{
    for (int i = 1; i < DATABASE_TROUBLES_COUNT; i++)
        if (str_contains(text, str_of(database_trouble_words((enum database_trouble)i)))) {
            line->says |= DATABASE_TROUBLE;
            line->trouble = (enum database_trouble)i;
            return;
        }
}

/* What only a server says, while it starts or works. */
static bool is_of_server(struct str text, struct str body)
{
    static const char *const starts[] = {
        "connection received:",      "connection authenticated:",  "checkpoint starting:",
        "checkpoint complete:",      "database system is ready",   "database system was ",
        "automatic vacuum of table", "automatic analyze of table", NULL};
    static const char *const words[] = {"mysqld: ready for connections",
                                        "] InnoDB: ", "] [InnoDB] ", NULL};
    for (size_t i = 0; starts[i]; i++)
        if (str_starts(body, str_of(starts[i])))
            return true;
    for (size_t i = 0; words[i]; i++)
        if (str_contains(text, str_of(words[i])))
            return true;
    return false;
}

struct database_line database_line_of(struct str message)
{
    const struct str text = str_slice(message, 0, READ_MAX);
    struct database_line line = {0};
    struct str prefix, body;
    if (split_at_severity(text, &prefix, &body)) {
        line.process = process_in(prefix);
        line.application = application_in(prefix);
    }
    read_session(body, &line);
    read_lock(body, &line);
    read_duration(body, &line);
    read_slow_log(text, &line);
    read_trouble(text, &line);
    if (is_of_server(text, body))
        line.says |= DATABASE_SERVER;
    return line;
}

/* ---- statements ---- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The length of a value at the start: 'text', 12.5, $1, or a comment, of which none is kept. */
static size_t value_len(struct str rest, char previous, bool *comment)
{
    size_t len = 0;
    *comment = false;
    if (str_starts(rest, STR("/*"))) {
        const size_t end = str_find(str_slice(rest, 2, rest.len), STR("*/"));
        *comment = true;
        return end == STR_NPOS ? rest.len : end + 4;
    }
    if (rest.ptr[0] == '\'') {
        for (len = 1; len < rest.len && rest.ptr[len] != '\''; len++)
            if (rest.ptr[len] == '\\')
                len++;
        return len < rest.len ? len + 1 : rest.len;
    }
    if (is_name_char(previous))
        return 0;
    if (rest.ptr[0] == '$' && rest.len > 1 && is_digit(rest.ptr[1]))
        len = 1;
    while (len < rest.len && (is_digit(rest.ptr[len]) || (len > 0 && rest.ptr[len] == '.')))
        len++;
    return len;
}

static void add_to_like(struct buf *like, char c)
{
    if (c == '%' || c == '_' || c == '\\')
        buf_add_char(like, '\\');
    buf_add_char(like, c);
}

static void add_wild(struct buf *like)
{
    if (like->len == 0 || like->ptr[like->len - 1] != '%' ||
        (like->len > 1 && like->ptr[like->len - 2] == '\\'))
        buf_add_char(like, '%');
}

/* "?, ?, ?" is "?": lists differ in length only. */
static bool repeats_value(const struct buf *text)
{
    const struct str so_far = {.ptr = text->ptr, .len = text->len};
    return str_ends(so_far, STR("?, ")) || str_ends(so_far, STR("?,"));
}

static void add_value(struct buf *text, struct buf *like)
{
    if (!repeats_value(text)) {
        buf_add_char(text, '?');
        add_wild(like);
        return;
    }
    while (text->ptr[text->len - 1] != '?')
        text->len--;
    while (like->ptr[like->len - 1] != ',') /* a wild card, or two */
        like->len--;
    like->len--;
}

struct database_statement database_statement_of(struct arena *arena, struct str statement)
{
    struct buf text = buf_new(arena), like = buf_new(arena);
    struct str rest = str_slice(statement, 0, READ_MAX);
    char previous = ' ';
    add_wild(&like);
    while (rest.len > 0 && text.len < DATABASE_STATEMENT_BYTES_MAX) {
        bool comment;
        const size_t len = value_len(rest, previous, &comment);
        if (len > 0) {
            if (comment)
                add_wild(&like);
            else
                add_value(&text, &like);
            previous = comment ? ' ' : '?';
            rest = str_slice(rest, len, rest.len);
            continue;
        }
        const char c = rest.ptr[0];
        if (isspace((unsigned char)c)) {
            if (text.len > 0 && !isspace((unsigned char)previous))
                buf_add_char(&text, ' ');
            add_wild(&like);
            previous = ' ';
        } else {
            buf_add_char(&text, c);
            add_to_like(&like, c);
            previous = c;
        }
        rest = str_slice(rest, 1, rest.len);
    }
    add_wild(&like);
    return (struct database_statement){.text = str_trim(buf_str(&text)), .like = buf_str(&like)};
}
