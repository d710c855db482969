/* SPDX-License-Identifier: Apache-2.0 */
/* How a report is handed over: to standard output in some form, and as a page. */
#pragma once

#include "cli/command.h"
#include "report/report.h"

struct delivery {
    const char *format; /* "text" where none is named */
    const char *html_path;
    const char *reports_path; /* a folder: all forms are written there */
    bool no_timings;
};

#define DELIVER_HELP                                                                               \
    "  --format NAME   text (default), markdown, json, html or postmortem, to standard "           \
    "output\n"                                                                                     \
    "  --json          the same as --format json\n"                                                \
    "  --html FILE     write the report with charts there as well\n"                               \
    "  --reports DIR   write it in every form into that folder as well\n"                          \
    "  --no-timings    leave out how long it took: the same case gives the same bytes\n"

/* Whether the word at `*at` is an option of these; it is taken then. */
bool deliver_option(struct delivery *delivery, int argc, char **argv, int *at);

/* NULL: there is such a form. */
const char *deliver_problem(const struct delivery *delivery);

/* What could not be written is told on stderr. The exit code says whether a cause is known. */
int deliver_report(const struct delivery *delivery, struct report *report);
