/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reviewer should look at, by the words of a change and its paths. The words are those of
 * post-mortems that are public: limits and time-outs in the wrong unit, expired or leaked secrets,
 * migrations that lock, switches turned for everybody at once.
 */
#include "culprit/risk_reasons.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/terms.h"

#include <string.h>

#define TOLD 4
#define USUALLY_TESTED 0.5 /* of the changes to these files */

const char *risk_look_name(enum risk_look look)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        RISK_LOOKS(X)
#undef X
    };
    return names[look];
}

static const struct {
    enum risk_look what;
    const char *touches;
    const char *const words[12]; /* ends with NULL */
} matters[] = {
    {RISK_LOOK_LIMITS,
     "limits or time-outs",
     {"timeout", "limit", "retry", "deadline", "ttl", "threshold", "quota", "capacity", "backoff"}},
    {RISK_LOOK_ACCESS,
     "secrets or permissions",
     {"secret", "password", "credential", "permission", "certificate", "acl", "tls", "ssl",
      "privilege"}},
    {RISK_LOOK_MIGRATION,
     "migrations or schemas",
     {"migration", "migrate", "schema", "backfill", "ddl"}},
    {RISK_LOOK_SWITCHES, "switches or defaults", {"default", "rollout", "toggle", "experiment"}},
};

/* Among its lines or paths, in any of its forms. */
static bool stands_in(const struct history *history, uint32_t number, const char *word)
{
    char stem[TERM_BYTES_MAX];
    const size_t len = str_of(word).len;
    memcpy(stem, word, len);
    const struct postings found =
        history_postings(history, (struct str){stem, term_stem(stem, len)}, number, number + 1);
    return found.count > 0 &&
           (found.items[0].counts[PART_LINE] > 0 || found.items[0].counts[PART_FILE] > 0 ||
            found.items[0].counts[PART_FOLDER] > 0);
}

static void add(struct risk_looks *looks, enum risk_look what, struct str text)
{
    looks->items[looks->count++] = (struct risk_look_at){what, text};
}

static void look_at_matters(struct arena *arena, const struct history *history, uint32_t number,
                            struct risk_looks *looks)
{
    for (size_t i = 0; i < sizeof matters / sizeof *matters; i++) {
        struct buf out = buf_new(arena);
        uint32_t told = 0;
        for (const char *const *word = matters[i].words; *word && told < TOLD; word++)
            if (stands_in(history, number, *word))
                buf_printf(&out, "%s`%s`", told++ > 0 ? ", " : "", *word);
        if (told > 0)
            add(looks, matters[i].what,
                str_printf(arena, "it touches %s: %.*s", matters[i].touches,
                           STR_ARG(buf_str(&out))));
    }
}

static void look_at_config(struct arena *arena, const struct change *change,
                           struct risk_looks *looks)
{
    struct buf out = buf_new(arena);
    uint32_t told = 0;
    for (uint32_t i = 0; i < change->files_count && told < TOLD; i++)
        if (path_kind(change->files[i].path) == PATH_CONFIG)
            buf_printf(&out, "%s`%.*s`", told++ > 0 ? ", " : "it touches configuration: ",
                       STR_ARG(change->files[i].path));
    if (told > 0)
        add(looks, RISK_LOOK_CONFIG, buf_str(&out));
}

static void look_at_tests(struct arena *arena, const struct risk *risk, struct risk_looks *looks)
{
    const double usual = risk->hazards->of[HAZARD_UNTESTED];
    if (usual >= USUALLY_TESTED)
        add(looks, RISK_LOOK_TESTS,
            str_printf(arena,
                       "it touches code and no test; %.0f %% of the last changes to these files "
                       "touched one",
                       100.0 * usual));
}

static bool is_of_name(char c)
{
    return c != '.' && c != '-' && c != '_' && c != ' ';
}

/* "@kim-doe", "kim.doe@example.org" and "Kim Doe" are one. */
static bool is_same_person(struct str owner, struct str author)
{
    if (str_starts(owner, STR("@")))
        owner = str_slice(owner, 1, owner.len);
    owner = str_slice(owner, 0, str_find(owner, STR("@")));
    for (size_t i = 0, j = 0;; i++, j++) {
        while (i < owner.len && !is_of_name(owner.ptr[i]))
            i++;
        while (j < author.len && !is_of_name(author.ptr[j]))
            j++;
        if (i == owner.len || j == author.len)
            return i == owner.len && j == author.len;
        if (str_find_no_case(str_slice(owner, i, i + 1), str_slice(author, j, j + 1)) != 0)
            return false;
    }
}

static void look_at_owners(struct arena *arena, const struct history *history,
                           const struct owners *owners, uint32_t number, struct risk_looks *looks)
{
    const struct change *change = &history->items[number].change;
    const struct owner_list list = owners_of_change(arena, owners, history, number, change);
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < list.count; i++)
        if (is_same_person(list.items[i].name, change->author))
            return;
    for (uint32_t i = 0; i < list.count && i < TOLD; i++)
        buf_printf(&out, "%s`%.*s`", i > 0 ? ", " : "", STR_ARG(list.items[i].name));
    if (list.count > 0)
        add(looks, RISK_LOOK_OWNERS,
            str_printf(arena,
                       list.changes > 0 ? "its author is none of those who change these folders "
                                          "most: %.*s"
                                        : "its author is none of its owners by name: %.*s",
                       STR_ARG(buf_str(&out))));
}

struct risk_looks risk_look(struct arena *arena, const struct history *history,
                            const struct owners *owners, const struct risk *risk)
{
    const struct landed *landed = &history->items[risk->number];
    struct risk_looks looks = {0};
    if (landed->kinds & 1u << CHANGE_UNSEEN)
        add(&looks, RISK_LOOK_UNSEEN,
            STR("which files it touches is not known; the score goes by its message and author"));
    look_at_matters(arena, history, risk->number, &looks);
    look_at_config(arena, &landed->change, &looks);
    look_at_tests(arena, risk, &looks);
    look_at_owners(arena, history, owners, risk->number, &looks);
    return looks;
}
