/* SPDX-License-Identifier: Apache-2.0 */
/* The list of keys, for people: a line each, and a file to begin with. */
#include "config/config.h"

#include "base/arena.h"
#include "config/keys.h"

#include <string.h>

/* ---- explain ---- */

static void put_key(struct buf *out, const struct config_key *key)
{
    buf_printf(out, "%-28s %-14s %s\n", key->path, key->standard ? key->standard : "-",
               key->summary);
}

/* "serve" takes in "serve.listen"; "serve.listen" itself. */
static bool is_asked_for(const char *path, struct str key)
{
    const struct str whole = str_of(path);
    return key.len == 0 || str_eq(whole, key) ||
           (str_starts(whole, key) && whole.ptr[key.len] == '.');
}

static bool put_kinds(struct buf *out, const char *section, struct str key,
                      const struct config_reader *reader)
{
    if (key.len > 0 && !str_eq(key, str_of(section)))
        return false;
    buf_printf(out, "\n%s: names of your own%s\n", section,
               strcmp(section, "experts") ? "; `kind` is the name where it is not said" : "");
    if (reader->explain)
        reader->explain(out);
    return true;
}

bool config_explain(struct buf *out, struct str key, const struct config_readers *readers,
                    struct err *err)
{
    bool found = false;
    for (const struct config_key *it = config_keys; it->path; it++)
        if (is_asked_for(it->path, key)) {
            put_key(out, it);
            found = true;
        }
    found |= put_kinds(out, "sources", key, &readers->sources);
    found |= put_kinds(out, "notify", key, &readers->notify);
    found |= put_kinds(out, "experts", key, &readers->experts);
    if (found)
        return true;
    const char *nearest = config_key_nearest(key);
    return nearest ? err_set(err, ERR_NOT_FOUND, "there is no key `%.*s`; did you mean `%s`?",
                             STR_ARG(key), nearest)
                   : err_set(err, ERR_NOT_FOUND, "there is no key `%.*s`", STR_ARG(key));
}

/* ---- init ---- */

static const char head[] =
    "# warroom.yaml: what is asked, where it listens, who may come in and who is told.\n"
    "# What is commented out stands as it would be without it, or is an example.\n"
    "# Secrets do not stand here: env:NAME, file:PATH or ${NAME} say where they are.\n"
    "# `warroom config check` reads this file, `warroom config explain` has all keys.\n"
    "\n"
    "# What an alert is investigated with. Four lines are enough:\n"
    "#\n"
    "# sources:\n"
    "#   prometheus: {url: \"http://127.0.0.1:9090\"}\n"
    "#   loki: {url: \"http://127.0.0.1:3100\"}\n"
    "#   shop-code: {kind: git, path: /srv/shop}\n"
    "#\n"
    "# `warroom config explain sources` has the kinds and their keys.\n"
    "sources:\n"
    "\n"
    "# Who is told what came of it; `warroom config explain notify` has the kinds.\n"
    "#\n"
    "# notify:\n"
    "#   oncall: {kind: slack, url: \"env:SLACK_URL\"}\n"
    "notify:\n"
    "\n"
    "# Models that may be asked, and for what; without any, all works. docs/experts.md has the "
    "keys.\n"
    "#\n"
    "# experts:\n"
    "#   local: {kind: openai, url: \"http://127.0.0.1:8081\", model: qwen2.5-7b-instruct}\n"
    "# policy:\n"
    "#   logs: [local]\n"
    "# limits:\n"
    "#   tokens: 200000\n";

/* "serve.tls.key" after "serve.tls.certificate" begins no section of its own. */
static size_t shared_sections(struct str before, struct str path)
{
    size_t shared = 0;
    for (size_t i = 0; i < before.len && i < path.len && before.ptr[i] == path.ptr[i]; i++)
        if (path.ptr[i] == '.')
            shared = i + 1;
    return shared;
}

static void put_indent(struct buf *out, int depth, bool is_comment)
{
    buf_printf(out, "%s%*s", is_comment ? "# " : "", 2 * depth, "");
}

static void put_setting(struct buf *out, const struct config_key *key, struct str before)
{
    const struct str path = str_of(key->path);
    const size_t shared = shared_sections(before, path);
    struct str rest = path, part;
    int depth = 0;
    if (shared == 0)
        buf_add_char(out, '\n');
    while (str_split(&rest, '.', &part)) {
        const bool is_last = rest.len == 0;
        const size_t begins = (size_t)(part.ptr - path.ptr);
        if (is_last) {
            put_indent(out, depth, true);
            buf_printf(out, "%.*s: %s # %s\n", STR_ARG(part),
                       key->standard ? key->standard : key->example, key->summary);
        } else if (begins >= shared) {
            put_indent(out, depth, true);
            buf_printf(out, "%.*s:\n", STR_ARG(part));
        }
        depth++;
    }
}

void config_put_init(struct buf *out)
{
    struct str before = STR("");
    buf_add(out, str_of(head));
    for (const struct config_key *key = config_keys; key->path; key++) {
        put_setting(out, key, before);
        before = str_of(key->path);
    }
}
