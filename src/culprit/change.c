/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of changes, by what their authors say and by which files they touch. Authors are believed:
 * a "cleanup" that breaks something is still one, and what that is worth is for the ranker to
 * learn.
 */
#include "culprit/change.h"

#define SUBJECT_BYTES_MAX 512
#define TOPIC_BYTES_MAX 48
#define REFERENCE_BYTES_MIN 7 /* what git prints at least */
#define REFERENCE_BYTES_MAX 40
#define COMMIT_BYTES_MAX 64 /* of SHA-256 */
#define PARENTS_MAX 1000    /* of an octopus; git itself stops far earlier */
#define BULK_FILES_MIN 10   /* fewer files that move are a change like others */

const char *change_kind_name(enum change_kind kind)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        CHANGE_KINDS(X)
#undef X
    };
    return names[kind];
}

bool change_is_rollout(struct str source_kind, const struct change *change)
{
    return str_starts(source_kind, STR("deploy")) || str_starts(source_kind, STR("rollout")) ||
           (source_kind.len > 0 && !str_eq(source_kind, STR("commit")) && change->files_count == 0);
}

struct str change_subject(const struct change *change)
{
    const struct str text = str_trim(change->message);
    size_t len = 0;
    while (len < text.len && text.ptr[len] != '\n')
        len++;
    return str_trim(str_slice(text, 0, len));
}

struct str change_body(const struct change *change)
{
    const struct str text = str_trim(change->message);
    size_t from = 0;
    while (from < text.len && text.ptr[from] != '\n')
        from++;
    return str_trim(str_slice(text, from, text.len));
}

struct str change_topic(const struct change *change)
{
    const struct str subject = str_slice(change_subject(change), 0, SUBJECT_BYTES_MAX);
    if (str_starts(subject, STR("["))) {
        const size_t end = str_find(subject, STR("]"));
        return end != STR_NPOS && end <= TOPIC_BYTES_MAX ? str_slice(subject, 1, end)
                                                         : (struct str){0};
    }
    /* "BUG/MINOR: tools: fix": the last of what stands before a colon and has no space */
    struct str rest = subject, topic = {0};
    for (int i = 0; i < 3; i++) {
        const size_t end = str_find(rest, STR(": "));
        const struct str part = str_trim(str_slice(rest, 0, end));
        if (end == STR_NPOS || part.len == 0 || part.len > TOPIC_BYTES_MAX ||
            str_contains(part, STR(" ")))
            break;
        topic = part;
        rest = str_slice(rest, end + 1, rest.len);
    }
    return topic;
}

struct str change_reverted_subject(const struct change *change)
{
    const struct str subject = change_subject(change);
    if (str_find_no_case(subject, STR("revert")) == STR_NPOS &&
        str_find_no_case(subject, STR("back out")) == STR_NPOS)
        return (struct str){0};
    const size_t from = str_find(subject, STR("\""));
    if (from == STR_NPOS)
        return (struct str){0};
    size_t to = subject.len; /* the last quote: the subject may quote others */
    while (to > from + 1 && subject.ptr[to - 1] != '"')
        to--;
    return to > from + 1 ? str_slice(subject, from + 1, to - 1) : (struct str){0};
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool change_next_reference(struct str *rest, struct str *id)
{
    for (size_t from = 0; from < rest->len;) {
        if (!is_of_word(rest->ptr[from])) {
            from++;
            continue;
        }
        size_t to = from;
        bool hex = true, digit = false, letter = false;
        for (; to < rest->len && is_of_word(rest->ptr[to]); to++) {
            hex &= is_hex(rest->ptr[to]);
            digit |= rest->ptr[to] <= '9';
            letter |= rest->ptr[to] >= 'a';
        }
        const size_t len = to - from;
        if (hex && digit && letter && len >= REFERENCE_BYTES_MIN && len <= REFERENCE_BYTES_MAX) {
            *id = str_slice(*rest, from, to);
            *rest = str_slice(*rest, to, rest->len);
            return true;
        }
        from = to;
    }
    *rest = (struct str){0};
    return false;
}

/* Only what can be nothing but the name of a commit goes into a command. */
bool change_is_commit(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!is_hex(id.ptr[i]))
            return false;
    return id.len >= REFERENCE_BYTES_MIN && id.len <= COMMIT_BYTES_MAX;
}

uint32_t change_parents(struct str text)
{
    int64_t number;
    return str_to_int(text, &number) && number > 0 && number <= PARENTS_MAX ? (uint32_t)number : 0;
}

/* Of a merge, what it brought against its first parent is taken back: that is what landed. */
struct str change_revert_command(struct arena *arena, struct str id, uint32_t parents)
{
    if (!change_is_commit(id))
        return (struct str){0};
    return str_printf(arena, "git revert --no-edit %s%.*s", parents > 1 ? "-m 1 " : "",
                      STR_ARG(id));
}

/* Whether one of the words begins at the start of a word of the text. */
static bool says(struct str text, const char *const *words)
{
    for (const char *const *word = words; *word; word++) {
        struct str rest = text;
        for (int i = 0; i < 8; i++) {
            const size_t at = str_find_no_case(rest, str_of(*word));
            if (at == STR_NPOS)
                break;
            if (at == 0 || !is_of_word(rest.ptr[at - 1]))
                return true;
            rest = str_slice(rest, at + 1, rest.len);
        }
    }
    return false;
}

static uint32_t kinds_of_subject(struct str subject)
{
    static const char *const reverts[] = {"revert",   "back out",  "backout",
                                          "rollback", "roll back", NULL};
    static const char *const relands[] = {"reland",   "re-land",         "reapply",
                                          "re-apply", "revert \"revert", NULL};
    static const char *const repairs[] = {"fix",     "bug",   "repair", "correct",
                                          "prevent", "avoid", "handle", NULL};
    static const char *const cleanups[] = {"cleanup",    "clean up", "refactor",      "rename",
                                           "typo",       "comment",  "style",         "format",
                                           "whitespace", "simplify", "remove unused", NULL};
    static const char *const merges[] = {"merge branch", "merge pull", "merge remote", "merge tag",
                                         NULL};
    static const char *const versions[] = {"bump",    "upgrade", "update to", "roll ",
                                           "version", "release", "sync",      NULL};
    const struct {
        enum change_kind kind;
        const char *const *words;
    } table[] = {{CHANGE_REVERT, reverts},   {CHANGE_RELAND, relands}, {CHANGE_REPAIR, repairs},
                 {CHANGE_CLEANUP, cleanups}, {CHANGE_MERGE, merges},   {CHANGE_VERSION, versions}};
    uint32_t kinds = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (says(subject, table[i].words))
            kinds |= 1u << table[i].kind;
    if (kinds & 1u << CHANGE_RELAND)
        kinds &= ~(1u << CHANGE_REVERT);
    return kinds;
}

static uint32_t kinds_of_files(const struct change *change)
{
    if (change->files_count == 0) /* a rollout has none of its own */
        return change->is_rollout ? 0 : 1u << CHANGE_UNSEEN;
    uint32_t of_kind[PATH_GENERATED + 1] = {0};
    uint64_t lines = 0;
    for (uint32_t i = 0; i < change->files_count; i++) {
        of_kind[path_kind(change->files[i].path)]++;
        lines += (uint64_t)change->files[i].added + change->files[i].removed;
    }
    uint32_t kinds = 0;
    const uint32_t all = change->files_count;
    if (of_kind[PATH_TEST] == all)
        kinds |= 1u << CHANGE_TESTS;
    if (of_kind[PATH_DOC] == all)
        kinds |= 1u << CHANGE_DOCS;
    if (of_kind[PATH_GENERATED] == all)
        kinds |= 1u << CHANGE_GENERATED;
    if (of_kind[PATH_CONFIG] > 0)
        kinds |= 1u << CHANGE_CONFIG;
    if (of_kind[PATH_BUILD] > 0)
        kinds |= 1u << CHANGE_BUILD;
    if (all >= BULK_FILES_MIN && lines <= 2 * (uint64_t)all)
        kinds |= 1u << CHANGE_RENAME;
    return kinds;
}

uint32_t change_kinds(const struct change *change)
{
    const struct str subject = str_slice(change_subject(change), 0, SUBJECT_BYTES_MAX);
    return kinds_of_subject(subject) | kinds_of_files(change);
}
