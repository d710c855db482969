/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/change.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define DIFF_LEN_MAX ((size_t)64 << 10)

/* ---- diffs ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether a piece of the name, divided by anything that is no letter, begins with the word. */
static bool has_word(struct str name, const char *word)
{
    for (size_t at = 0; at < name.len; at++)
        if ((at == 0 || !is_letter(name.ptr[at - 1])) &&
            str_find_no_case(str_slice(name, at, name.len), str_of(word)) == 0)
            return true;
    return false;
}

static enum option_class class_of_name(struct str name)
{
    static const struct {
        const char *word;
        enum option_class class;
    } words[] = {
        {"timeout", OPTION_TIMEOUT},  {"wait", OPTION_TIMEOUT},     {"deadline", OPTION_TIMEOUT},
        {"delay", OPTION_TIMEOUT},    {"interval", OPTION_TIMEOUT}, {"keepalive", OPTION_TIMEOUT},
        {"ttl", OPTION_TIMEOUT},      {"enable", OPTION_SWITCH},    {"disable", OPTION_SWITCH},
        {"feature", OPTION_SWITCH},   {"flag", OPTION_SWITCH},      {"pool", OPTION_CAPACITY},
        {"max", OPTION_CAPACITY},     {"min", OPTION_CAPACITY},     {"limit", OPTION_CAPACITY},
        {"size", OPTION_CAPACITY},    {"worker", OPTION_CAPACITY},  {"thread", OPTION_CAPACITY},
        {"replica", OPTION_CAPACITY}, {"conn", OPTION_CAPACITY},    {"cache", OPTION_CAPACITY},
        {"memory", OPTION_CAPACITY},  {"cpu", OPTION_CAPACITY},     {"batch", OPTION_CAPACITY},
        {"retry", OPTION_CAPACITY},   {"retries", OPTION_CAPACITY}, {"rate", OPTION_CAPACITY},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_word(name, words[i].word))
            return words[i].class;
    return OPTION_OTHER;
}

/* "+backend_timeout_ms = 1": what stands before the value. */
static struct str name_of_line(struct str line)
{
    size_t end = 1;
    while (end < line.len && line.ptr[end] != '=' && line.ptr[end] != ':')
        end++;
    if (end == line.len) /* "proxy_connect_timeout 500ms;" */
        for (end = line.len; end > 1 && line.ptr[end - 1] != ' ';)
            end--;
    return str_slice(line, 1, end);
}

enum option_class option_class_of(struct str diff)
{
    struct str line;
    diff = str_slice(diff, 0, DIFF_LEN_MAX);
    while (str_split(&diff, '\n', &line)) {
        if (line.len < 2 || line.ptr[0] != '+' || line.ptr[1] == '+')
            continue;
        const enum option_class class = class_of_name(name_of_line(line));
        if (class != OPTION_OTHER)
            return class;
    }
    return OPTION_OTHER;
}

/* ---- the change ---- */

static struct str first_text(const struct batch *rows, const char *name)
{
    const struct column *column = batch_find(rows, name);
    return column && column->type == TYPE_TEXT && rows->rows > 0 && column->known[0]
               ? column->texts[0]
               : STR("");
}

bool change_read(struct call *call, struct arena *arena, const struct evidence *evidence,
                 struct told_change *out, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, arena, evidence->query, &rows, err))
        return false;
    const struct str diff = first_text(rows, "commit_detail");
    const struct str id = first_text(rows, "id"), commit = first_text(rows, "commit");
    *out = (struct told_change){
        .kind = first_text(rows, "kind"),
        .commit = change_is_commit(commit) ? commit
                  : change_is_commit(id)   ? id
                                           : STR(""),
        .parents = change_parents(first_text(rows, "parents")),
        .option = option_class_of(diff.len > 0 ? diff : first_text(rows, "detail")),
    };
    return true;
}
