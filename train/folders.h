/* SPDX-License-Identifier: Apache-2.0 */
/* How those who learn from folders of repositories are told what to read and what to write. */
#pragma once

/* `out`: where the model goes; `held_out`: what it says of those it was not shown; either NULL. */
typedef int folders_learn_fn(char **folders, const char *out, const char *held_out);

/* Reads the options of `warroom COMMAND` and learns; gives its exit code. */
int folders_learn(int argc, char **argv, const char *command, const char *help,
                  folders_learn_fn *learn);
