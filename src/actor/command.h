/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands for a person to read, approve and paste into a POSIX shell.
 *
 * What goes into one was recorded, and whoever names a pod or writes a commit must not write a part
 * of a command. So there are three ways in: words of ours; names, which have a strict alphabet and
 * cannot be options; and texts, which are quoted to be one word, whatever is in them. Whatever does
 * not fit spoils the command, and a spoilt command is empty: nothing is ever left out of one.
 */
#pragma once

#include "base/buf.h"

#define COMMAND_NAME_LEN_MAX 253 /* of a DNS name, which is the longest that Kubernetes takes */
#define COMMAND_TEXT_LEN_MAX 500 /* nobody approves what cannot be read at a glance */

struct command {
    struct buf text;
    bool spoilt;
};

/* `words` are ours, as they stand: "kubectl rollout undo". */
struct command command_new(struct arena *arena, const char *words);
void command_add(struct command *command, const char *words);

/* One word: `before`, which is ours, and the name ("deployment/", "web"). */
void command_add_name(struct command *command, const char *before, struct str name);

/* One word, quoted if need be. */
void command_add_text(struct command *command, struct str text);

/* Empty: something did not fit. */
struct str command_str(struct command *command);

/* Letters, digits and any of ._/- after the first; not "..", which leads elsewhere. */
bool command_is_name(struct str text);

/*
 * The text as exactly one word of a shell. Empty: it is too long, or holds what does not print as
 * it is: a terminal would obey it, or the reader not see it.
 */
struct str command_quote(struct arena *arena, struct str text);
