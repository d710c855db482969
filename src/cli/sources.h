/* SPDX-License-Identifier: Apache-2.0 */
/* `--config FILE` and `--source NAME=URL`, which `collect` and `sources` share. */
#pragma once

#include "connect/inquiry.h"

struct sources_options {
    const char *config;
    const char *words[SOURCES_MAX];
    uint32_t words_count;
};

#define SOURCES_HELP                                                                               \
    "  --config FILE   the sources that stand there under `sources`; docs/sources.md says how.\n"  \
    "                  Without it and --source: ./warroom.yaml, or where else it may lie\n"        \
    "  --source WHAT   one more: NAME=URL, NAME=/PATH, or a URL or path alone; may be repeated\n"

/* True: the option was one of these, and `*at` stands on its end. */
bool sources_option(struct sources_options *options, int argc, char **argv, int *at);

/*
 * Those of the file, then those of the command line. Where neither is named, the file is the one
 * that config_find() finds.
 */
MUST_CHECK bool sources_load(struct arena *arena, const struct sources_options *options,
                             struct sources *out, struct err *err);

/* One line: "shop-metrics  read  7835  47 ms", and the note. */
void sources_print_findings(struct arena *arena, const struct source *source,
                            const struct findings *findings);

/* Seconds since 1970 by the machine's clock, in ns. */
int64_t sources_now_ns(void);
