/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/deliver.h"

#include "data/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MODE 0666 /* less the umask, as of any file that a person asks for */

bool deliver_option(struct delivery *delivery, int argc, char **argv, int *at)
{
    const char *value;
    if (!strcmp(argv[*at], "--no-timings"))
        delivery->no_timings = true;
    else if (!strcmp(argv[*at], "--json"))
        delivery->format = "json";
    else if ((value = command_option("--format", argc, argv, at)))
        delivery->format = value;
    else if ((value = command_option("--html", argc, argv, at)))
        delivery->html_path = value;
    else if ((value = command_option("--reports", argc, argv, at)))
        delivery->reports_path = value;
    else
        return false;
    return true;
}

static const struct renderer *renderer_of(const struct delivery *delivery)
{
    return renderer_find(delivery->format ? str_of(delivery->format) : STR("text"));
}

const char *deliver_problem(const struct delivery *delivery)
{
    return renderer_of(delivery) ? NULL
                                 : "--format is one of text, markdown, json, html, postmortem";
}

static bool write_forms(const struct report *report, const char *folder, struct err *err)
{
    static const struct {
        const char *form, *file;
    } forms[] = {{"json", "report.json"},
                 {"html", "report.html"},
                 {"markdown", "report.md"},
                 {"text", "report.txt"},
                 {"postmortem", "postmortem.md"}};
    struct arena *arena = report->casefile->arena;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buf out = buf_new(arena);
        renderer_find(str_of(forms[i].form))->render(report, &out);
        if (!file_replace(str_printf(arena, "%s/%s", folder, forms[i].file).ptr, buf_str(&out),
                          FILE_MODE, err))
            return false;
    }
    return true;
}

static bool deliver(const struct delivery *delivery, struct report *report, struct err *err)
{
    struct arena *arena = report->casefile->arena;
    if (delivery->no_timings)
        report_forget_timings(report);
    report->colour = isatty(STDOUT_FILENO) == 1 && !getenv("NO_COLOR");
    struct buf out = buf_new(arena);
    renderer_of(delivery)->render(report, &out);
    const struct str text = buf_str(&out);
    if (fwrite(text.ptr, 1, text.len, stdout) != text.len && errno != EPIPE)
        return err_set(err, ERR_IO, "standard output: %s", strerror(errno));
    if (delivery->reports_path && !write_forms(report, delivery->reports_path, err))
        return false;
    if (!delivery->html_path)
        return true;

    struct buf html = buf_new(arena);
    renderer_find(STR("html"))->render(report, &html);
    if (!file_replace(delivery->html_path, buf_str(&html), FILE_MODE, err))
        return false;
    fprintf(stderr, "The report with charts: %s\n", delivery->html_path);
    return true;
}

int deliver_report(const struct delivery *delivery, struct report *report)
{
    struct err err = {0};
    if (!deliver(delivery, report, &err))
        return command_failed(&err);
    return report->known ? EXIT_DONE : EXIT_NEGATIVE;
}
