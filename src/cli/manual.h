/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command's usage and help say, taken apart: one text that people read in `--help`, in the
 * manual and, by its words, in the completion of their shell.
 *
 * The form of the help: a line of two spaces and `--` begins an option, whose text begins after two
 * spaces more; lines that are indented deeper go on with it. Anything else is prose.
 */
#pragma once

#include "base/str.h"

struct arena;
struct command;

struct manual_option {
    struct str form; /* "--format NAME" */
    struct str text; /* may hold line ends */
};

struct manual {
    struct str *verbs; /* "rank", "risk": what may follow the command's name; in their order */
    uint32_t verbs_count;
    struct str *flags; /* "--format": all that usage and help mention, each once, by bytes */
    uint32_t flags_count;
    struct manual_option *options; /* in the order of the help */
    uint32_t options_count;
    struct str *prose; /* paragraphs of the help that are no options */
    uint32_t prose_count;
};

struct manual manual_read(struct arena *arena, const struct command *command);
