/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One change as it landed, and what can be told of it by itself: what kind it is, and how it was
 * named by its author. Where it came from (a feed, git) is forgotten here.
 */
#pragma once

#include "base/str.h"

struct arena;

struct change_file {
    struct str path;
    uint32_t added; /* lines */
    uint32_t removed;
};

struct change_word {
    struct str word; /* as it stands there: an identifier, or a word of a comment */
    uint32_t count;
};

struct change {
    struct str id;
    int64_t position; /* landing order; larger is later */
    int64_t time_ns;  /* when it landed, not when it was written */
    struct str author;
    struct str service; /* where it was deployed to; empty: everywhere, or nobody said */
    struct str message;
    uint32_t parents; /* of the commit; 0: none, or not known; a merge has two or more */
    bool is_rollout;  /* it brings other changes into service, or is a switch: no code itself */
    bool is_inert;    /* what runs cannot feel it (inert.h), as far as was seen */
    struct change_file *files; /* none: nobody has looked, or a merge */
    uint32_t files_count;
    struct change_word *words; /* of the lines that changed */
    uint32_t words_count;
    struct change_word *scopes; /* of the functions and sections that they lie in */
    uint32_t scopes_count;
};

/* What a change is, from its message and its paths; any number may hold. */
#define CHANGE_KINDS(X)                                                                            \
    X(REVERT, revert, "takes an earlier change back")                                              \
    X(RELAND, reland, "lands again what was taken back")                                           \
    X(REPAIR, repair, "repairs something")                                                         \
    X(CLEANUP, cleanup, "says that it changes form only")                                          \
    X(MERGE, merge, "merges a branch")                                                             \
    X(VERSION, version, "moves to another version of something")                                   \
    X(RENAME, rename, "moves many files and hardly changes them")                                  \
    X(TESTS, tests, "touches tests only")                                                          \
    X(DOCS, docs, "touches documents only")                                                        \
    X(GENERATED, generated, "touches only what is generated, vendored or locked")                  \
    X(CONFIG, config, "touches configuration")                                                     \
    X(BUILD, build, "touches how it is built")                                                     \
    X(UNSEEN, unseen, "its files are not known")

enum change_kind {
#define X(id, name, text) CHANGE_##id,
    CHANGE_KINDS(X)
#undef X
        CHANGE_KINDS_COUNT
};

const char *change_kind_name(enum change_kind kind);

/* By what its source calls it: "deploy", "rollout_step"; and "config" or "flag" without files. */
bool change_is_rollout(struct str source_kind, const struct change *change);

/* Bits, 1 << enum change_kind. */
uint32_t change_kinds(const struct change *change);

/* The first line of its message, trimmed. */
struct str change_subject(const struct change *change);
struct str change_body(const struct change *change);

/*
 * What its author says it is about: "net/http" of "net/http: fix a leak", "cart" of "[cart] more",
 * in front of the subject. Empty: nothing is said.
 */
struct str change_topic(const struct change *change);

/* The subject that a revert quotes, or empty: `Revert "Add a cache"`. */
struct str change_reverted_subject(const struct change *change);

/* Whether the id can be nothing but that of a commit: only such a one goes into a command. */
bool change_is_commit(struct str id);

/* The command that takes a commit back, which is pasted as it is; empty: the id is of none. */
struct str change_revert_command(struct arena *arena, struct str id, uint32_t parents);

/* Takes the next name of a commit, 7 to 40 hexadecimal digits with both, off `rest`. */
bool change_next_reference(struct str *rest, struct str *id);

/* How many a source says in so many digits; 0: it does not. */
uint32_t change_parents(struct str text);

/* What a path says of its file. */
enum path_kind {
    PATH_SOURCE,
    PATH_TEST,
    PATH_DOC,
    PATH_CONFIG,
    PATH_BUILD,
    PATH_GENERATED, /* or vendored, or a lock file: not written here, by hand */
};

enum path_kind path_kind(struct str path);
struct str path_folder(struct str path); /* without the slash; may be empty */
struct str path_name(struct str path);

/* The next of `["a.c", "b.c"]`, `[["a.c", 1, 2]]` or `a.c, b.c`; false: there are no more. */
bool path_list_next(struct str *rest, struct str *path);

/* All of such a list, as the files of the change; the texts stay where they are. */
void change_read_files(struct arena *arena, struct str list, struct change *change);
