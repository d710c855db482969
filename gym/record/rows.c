// SPDX-License-Identifier: Apache-2.0
/*
 * Turns the native log of one process into rows of a bundle's logs.jsonl: rows FORMAT SERVICE
 * INSTANCE < log. The message is the line as it was written; time and level are read out of it,
 * and a line that states no level gets none.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_BYTES 8192

struct head {
    double timestamp; /* 0: the line has none of its own */
    const char *level;
};

struct format {
    const char *name;
    struct head (*read)(const char *line);
};

/*
 * "1763775845.123 127.0.0.1 "GET / HTTP/1.1" 200 ..." of nginx, or what a process said on stderr,
 * stamped by its supervisor: neither has levels.
 */
static struct head read_stamped(const char *line)
{
    return (struct head){.timestamp = strtod(line, NULL)};
}

/* "2025/11/22 01:44:05 [error] 123#123: ..." in UTC, whole seconds */
static struct head read_nginx_error(const char *line)
{
    static const char *const levels[][2] = {
        {"[emerg]", "FATAL"}, {"[alert]", "FATAL"}, {"[crit]", "FATAL"}, {"[error]", "ERROR"},
        {"[warn]", "WARN"},   {"[notice]", "INFO"}, {"[info]", "INFO"},  {"[debug]", "DEBUG"}};
    struct head head = {0};
    struct tm tm = {0};
    const char *rest = strptime(line, "%Y/%m/%d %H:%M:%S ", &tm);
    if (!rest)
        return head;
    head.timestamp = (double)timegm(&tm);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strncmp(rest, levels[i][0], strlen(levels[i][0])) == 0)
            head.level = levels[i][1];
    return head;
}

/*
 * "1763775845.123 [4711] shop@shop orders-1 LOG:  ..." The words are PostgreSQL's, the levels are
 * those its manual equates them with for syslog (table "Message Severity Levels"). DETAIL and the
 * like continue the message before them and share its level.
 */
static struct head read_postgres(const char *line)
{
    static const char *const levels[][2] = {
        {" LOG:  ", "INFO"},    {" ERROR:  ", "ERROR"},  {" FATAL:  ", "FATAL"},
        {" PANIC:  ", "FATAL"}, {" WARNING:  ", "WARN"}, {" NOTICE:  ", "INFO"},
        {" DETAIL:  ", NULL},   {" HINT:  ", NULL},      {" CONTEXT:  ", NULL},
        {" QUERY:  ", NULL},    {" STATEMENT:  ", NULL}};
    static const char *last_level;
    struct head head = {.timestamp = strtod(line, NULL)};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const char *found = strstr(line, levels[i][0]);
        if (found && (!first || found < first)) {
            first = found;
            head.level = levels[i][1] ? levels[i][1] : last_level;
        }
    }
    last_level = head.level;
    return head;
}

static const struct format formats[] = {{"nginx-access", read_stamped},
                                        {"stderr", read_stamped},
                                        {"nginx-error", read_nginx_error},
                                        {"postgres", read_postgres},
                                        {0}};

static void row_print(struct head head, const char *service, const char *instance, const char *line)
{
    json_t *row = json_pack("{s:f, s:s, s:s, s:s}", "timestamp", head.timestamp, "service", service,
                            "instance", instance, "message", line);
    if (head.level)
        json_object_set_new(row, "level", json_string(head.level));
    if (!row || json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(13)) != 0)
        exit(1);
    putchar('\n');
    json_decref(row);
}

int main(int argc, char **argv)
{
    const struct format *format = formats;
    while (format->name && (argc != 4 || strcmp(format->name, argv[1]) != 0))
        format++;
    if (!format->name) {
        fprintf(stderr,
                "usage: rows nginx-access|nginx-error|postgres|stderr SERVICE INSTANCE < log\n");
        return 2;
    }
    static char line[LINE_MAX_BYTES];
    unsigned long skipped = 0;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        const struct head head = format->read(line);
        if (head.timestamp > 0)
            row_print(head, argv[2], argv[3], line);
        else
            skipped++;
    }
    if (skipped > 0)
        fprintf(stderr, "rows: %s: %lu lines without a time skipped\n", argv[1], skipped);
    return 0;
}
