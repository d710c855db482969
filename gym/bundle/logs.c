/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/logs.h"

#include "base/clock.h"
#include "gym/world/inventory.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LINE_BYTES 8192
#define LINES_MAX 200000 /* of one log; what is more is not told */

struct word_level {
    const char *word, *level;
};

static const char *level_of(const struct word_level *words, const char *text)
{
    for (; words->word; words++)
        if (strncmp(text, words->word, strlen(words->word)) == 0)
            return words->level;
    return NULL;
}

/* "1763775845.123 ...": nginx' access log, and what a process said, stamped by its keeper. */
static double read_stamped(const char *line, const char **level)
{
    *level = NULL;
    return strtod(line, NULL);
}

/* "2025/11/22 01:44:05 [error] 123#123: ..." in UTC, whole seconds */
static double read_nginx(const char *line, const char **level)
{
    static const struct word_level words[] = {
        {"[emerg]", "FATAL"}, {"[alert]", "FATAL"}, {"[crit]", "FATAL"},
        {"[error]", "ERROR"}, {"[warn]", "WARN"},   {"[notice]", "INFO"},
        {"[info]", "INFO"},   {"[debug]", "DEBUG"}, {NULL, NULL}};
    struct tm tm = {0};
    const char *rest = strptime(line, "%Y/%m/%d %H:%M:%S ", &tm);
    *level = rest ? level_of(words, rest) : NULL;
    return rest ? (double)timegm(&tm) : 0;
}

/*
 * "1763775845.123 [4711] shop@shop catalog-1 LOG:  ..." The words are PostgreSQL's, the levels
 * those that its manual equates them with for syslog (table "Message Severity Levels"). DETAIL and
 * the like continue the message before them and share its level.
 */
static double read_postgres(const char *line, const char **level)
{
    static const struct word_level words[] = {{" LOG:  ", "INFO"},
                                              {" ERROR:  ", "ERROR"},
                                              {" FATAL:  ", "FATAL"},
                                              {" PANIC:  ", "FATAL"},
                                              {" WARNING:  ", "WARN"},
                                              {" NOTICE:  ", "INFO"},
                                              {" DETAIL:  ", NULL},
                                              {" HINT:  ", NULL},
                                              {" CONTEXT:  ", NULL},
                                              {" STATEMENT:  ", NULL},
                                              {NULL, NULL}};
    static const char *last;
    const char *first = NULL;
    *level = NULL;
    for (const struct word_level *it = words; it->word; it++) {
        const char *found = strstr(line, it->word);
        if (found && (!first || found < first)) {
            first = found;
            *level = it->level ? it->level : last;
        }
    }
    last = *level;
    return strtod(line, NULL);
}

/* "4711:M 22 Nov 2026 11:10:16.123 * Ready to accept connections" in UTC; `*` notice, `#` warning
 */
static double read_redis(const char *line, const char **level)
{
    static const struct word_level words[] = {
        {"# ", "WARN"}, {"* ", "INFO"}, {"- ", "INFO"}, {". ", "DEBUG"}, {NULL, NULL}};
    struct tm tm = {0};
    const char *space = strchr(line, ' ');
    const char *rest = space ? strptime(space + 1, "%d %b %Y %H:%M:%S", &tm) : NULL;
    char *end;
    *level = NULL;
    if (!rest)
        return 0;
    const double fraction = strtod(rest, &end);
    *level = *end == ' ' ? level_of(words, end + 1) : NULL;
    return (double)timegm(&tm) + fraction;
}

static const struct {
    const char *name;
    double (*read)(const char *line, const char **level);
} formats[] = {{"stamped", read_stamped},
               {"nginx", read_nginx},
               {"postgres", read_postgres},
               {"redis", read_redis}};

double log_line_read(const char *format, const char *line, const char **level)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].read(line, level);
    *level = NULL;
    return 0;
}

static void row_print(FILE *out, double time_s, const char *level, const char *service,
                      const char *instance, const char *line)
{
    json_t *row =
        json_pack("{s:f, s:s, s:s}", "timestamp", time_s, "service", service, "instance", instance);
    json_t *message = json_string(line);
    if (!message) /* no UTF-8: somebody's request may be anything */
        message = json_string("(a line that is not text)");
    json_object_set_new(row, "message", message);
    if (level)
        json_object_set_new(row, "level", json_string(level));
    json_dumpf(row, out, JSON_COMPACT | JSON_REAL_PRECISION(13));
    fputc('\n', out);
    json_decref(row);
}

static void log_export(FILE *out, const char *path, const char *format, const char *service,
                       const char *instance, double from_s)
{
    char line[LINE_BYTES];
    const char *level;
    FILE *in = fopen(path, "re");
    for (unsigned i = 0; in && i < LINES_MAX && fgets(line, sizeof line, in); i++) {
        line[strcspn(line, "\n")] = '\0';
        const double time_s = log_line_read(format, line, &level);
        if (time_s >= from_s)
            row_print(out, time_s, level, service, instance, line);
    }
    if (in)
        fclose(in);
}

static const char *format_of(enum part part)
{
    return part == PART_POSTGRES ? "postgres" : part == PART_REDIS ? "redis" : "stamped";
}

bool logs_export(struct world *world, const char *path, int64_t from_ns, struct err *err)
{
    const double from_s = (double)from_ns / 1e9;
    FILE *out = fopen(path, "we");
    if (!out)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    log_export(out, world_path(world, "log/nginx-access.log"), "stamped", "nginx", "nginx-1",
               from_s);
    log_export(out, world_path(world, "log/nginx-error.log"), "nginx", "nginx", "nginx-1", from_s);
    for (const struct instance *it = inventory; it->name; it++)
        if (it->part <= PART_SHOP)
            log_export(out, world_path(world, "log/%s.log", it->name), format_of(it->part),
                       it->service, it->name, from_s);
    return fclose(out) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}
