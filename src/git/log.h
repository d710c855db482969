/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `git log` prints, as changes: a reader of a stream, in memory that one change needs.
 *
 * Nothing that a commit says can be taken for something else. Fields and paths end in NUL, which
 * git lets neither contain; and of a diff as many lines are taken as its hunk header counts, so a
 * line that looks like a header is a line. git-log(1) and git-diff(1), "Raw output format" and
 * "Generating patch text", describe the form.
 */
#pragma once

#include "base/err.h"
#include "culprit/change.h"

/*
 * The part of the command that says the form; the caller adds what else there is, and the range.
 * The NUL in front of a commit marks where it begins: after a diff nothing else would. What a
 * repository could configure otherwise is said, even where it is what git does by itself.
 */
#define GIT_LOG_FORM                                                                               \
    "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "-z", "--raw", "-M",       \
        "-l1000", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-mailmap",    \
        "--no-show-signature", "--no-decorate", "--no-relative", "-O/dev/null",                    \
        "--submodule=short", "--encoding=UTF-8",                                                   \
        "--format=tformat:%x00%H%x00%P%x00%ct%x00%an%x00%B%x00"
/* The diff of one commit against what it landed on, for a person. */
#define GIT_SHOW_FORM                                                                              \
    "log", "-1", "--first-parent", "--diff-merges=first-parent", "-p", "-U1", "-M", "-l1000",      \
        "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-mailmap",              \
        "--no-show-signature", "--no-decorate", "--no-relative", "-O/dev/null",                    \
        "--submodule=short", "--diff-algorithm=myers", "--src-prefix=a/", "--dst-prefix=b/",       \
        "--format="
#define GIT_LOG_PATCH                                                                              \
    "-p", "-U0", "--inter-hunk-context=0", "--diff-algorithm=myers", "--indent-heuristic"

/* What is kept of one change: what it is about shows in its first files and most frequent words. */
#define GIT_MESSAGE_BYTES_MAX ((size_t)3000)
#define GIT_FILES_MAX 60
#define GIT_WORDS_KEPT_MAX 160
#define GIT_SCOPES_KEPT_MAX 40

#define GIT_ID_BYTES_MAX ((size_t)64) /* of SHA-256, in hexadecimal */

struct git_commit {
    struct change change; /* its texts live until the next commit */
    struct str parent;    /* the first; empty: none */
};

/* Told in landing order. False ends the reading. */
typedef bool git_landed(void *state, const struct git_commit *commit, struct err *err);

#define GIT_TIME_S_MAX INT64_C(7258118400) /* 2200: the last year that base/clock.h reads */

/* Seconds since 1970 as git prints them; what lies beyond what fits is the nearest that does. */
int64_t git_time_ns(struct str text);

struct git_log;

/* `has_patch` says whether GIT_LOG_PATCH is in the command. Changes have no position yet. */
struct git_log *git_log_new(struct arena *arena, bool has_patch, git_landed *landed, void *state);

/* The next bytes. False: they are not what git prints, or the caller gave up. */
MUST_CHECK bool git_log_push(struct git_log *log, struct str bytes, struct err *err);

/* Tells the last commit. False: the stream ends in the middle of one, which is not told. */
MUST_CHECK bool git_log_end(struct git_log *log, struct err *err);

void git_log_free(struct git_log *log);
