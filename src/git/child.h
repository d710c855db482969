/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git as a child process: argv only, no shell, and an environment of our own.
 *
 * A repository is input from outside. What its configuration or attributes would have git start
 * (pagers, hooks, monitors, signature checkers, filters of diffs, transports that fetch what is
 * missing) is switched off here, once, for every command; configuration of the user and the system
 * is not read, so that the same repository gives the same changes on every machine. Of one thing
 * the user alone can say it: which repositories of others git may read. So where git refuses one,
 * `safe.directory` of the user's own configuration is asked for, and that key only.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define GIT_IDLE_NS_MAX (INT64_C(120) * 1000000000) /* without a byte: the disk or git is stuck */
#define GIT_TIME_NS_MAX (INT64_C(3600) * 1000000000)
#define GIT_WORDS_MAX 48 /* of a command */
#define GIT_SAFE_MAX 100  /* values of safe.directory; more are not looked at */
#define GIT_COMPLAINT_BYTES_MAX ((size_t)4096)

/*
 * Takes what git has printed, in pieces of any size. False ends git: `err` says why, or nothing is
 * wrong and the rest is not wanted.
 */
typedef bool git_sink(void *state, struct str bytes, struct err *err);

/*
 * Runs `git -C folder words...`; `words` ends with NULL. False: git could not be started, took
 * too long, the sink gave up, or git failed. Then `err` says what is wrong and what to do; its kind
 * is ERR_NOT_FOUND where a revision or the repository is not there, ERR_CORRUPT where objects are
 * missing, and ERR_DENIED where the repository belongs to somebody else.
 */
MUST_CHECK bool git_run(const char *folder, const char *const *words, git_sink *sink, void *state,
                        struct err *err);

/* The same for a short answer, of at most `bytes_max`. */
MUST_CHECK bool git_ask(struct arena *arena, const char *folder, const char *const *words,
                        size_t bytes_max, struct str *out, struct err *err);
