/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules for bringing a template to one form, after the description by Khan, Shin, Bianculli and
 * Briand, "Guidelines for Assessing the Accuracy of Log Message Template Identification Techniques"
 * (ICSE 2022), table 2, in their order:
 *   DS  white space is one blank, none at the ends
 *   PS  what looks like a path is filled in
 *   BL  so is a boolean;  US  and what a user gives: null, root
 *   DG  so is a number
 *   WV  a word that holds something filled in is filled in as a whole
 *   DV  things filled in with a dot between them are one;  CV  with nothing between them, too
 * and those which Loghub-2.0 has added: so are those with `:`, `#`, `/`, `@` between them, in
 * quotes, or followed by another after `#`.
 */
#include "eval/parsing.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WILD STR("<*>")

/* What stands between the tokens of rule PS, and between those of the rules behind it. */
static const char path_delimiters[] = " ,!;:=|\"'+[](){}";
static const char delimiters[] = " ,!;:=|\"'+[](){}.-@#$%&";

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Three labels or more and a last one of small letters: "a.b.c.com". */
static bool is_domain(struct str token)
{
    uint32_t dots = 0;
    size_t from = 0;
    for (size_t i = 0; i < token.len; i++) {
        const char c = token.ptr[i];
        if (c == '.') {
            if (i == from)
                return false;
            dots++;
            from = i + 1;
        } else if (!isalnum((unsigned char)c) && c != '-') {
            return false;
        }
    }
    for (size_t i = from; i < token.len; i++)
        if (!islower((unsigned char)token.ptr[i]))
            return false;
    return dots >= 3 && from < token.len;
}

static bool is_path(struct str token)
{
    const size_t slash = str_find(token, STR("/"));
    if (slash == STR_NPOS)
        return is_domain(token);
    if (slash == 0 && token.len > 1 && !str_contains(token, STR("//")))
        return true;
    return str_contains(str_slice(token, slash, token.len), STR("."));
}

static bool is_value(struct str token)
{
    static const char *const values[] = {"true", "false", "null", "root"};
    bool digits = token.len > 0;
    for (size_t i = 0; i < token.len; i++)
        digits = digits && isdigit((unsigned char)token.ptr[i]);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (token.len == strlen(values[i]) && strncasecmp(token.ptr, values[i], token.len) == 0)
            return true;
    return digits || (str_contains(token, WILD) && !str_contains(token, STR("/")));
}

/* Each token for which `is_filled_in` holds becomes <*>. */
static struct str replace_tokens(struct arena *arena, struct str text, const char *between,
                                 bool (*is_filled_in)(struct str token))
{
    struct buf out = buf_new(arena);
    for (size_t at = 0; at < text.len;) {
        size_t to = at;
        while (to < text.len && !is_one_of(text.ptr[to], between))
            to++;
        const struct str token = str_slice(text, at, to);
        buf_add(&out, token.len > 0 && is_filled_in(token) ? WILD : token);
        if (to < text.len)
            buf_add_char(&out, text.ptr[to]);
        at = to + 1;
    }
    return buf_str(&out);
}

/* Until there is no more of it. Each replacement is shorter, so it ends. */
static struct str replace_all(struct arena *arena, struct str text, struct str from, struct str to)
{
    for (size_t at; (at = str_find(text, from)) != STR_NPOS;)
        text = str_printf(arena, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(to),
                          (int)(text.len - at - from.len), text.ptr + at + from.len);
    return text;
}

static struct str one_blank(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        const bool blank = isspace((unsigned char)text.ptr[i]) != 0;
        if (!blank)
            buf_add_char(&out, text.ptr[i]);
        else if (out.len > 0 && out.ptr[out.len - 1] != ' ')
            buf_add_char(&out, ' ');
    }
    return str_trim(buf_str(&out));
}

struct str parsing_normalise(struct arena *arena, struct str template)
{
    static const char *const joined[][2] = {
        {"<*>.<*>", "<*>"}, {"<*><*>", "<*>"},      {" #<*># ", " <*> "}, {" #<*> ", " <*> "},
        {"<*>:<*>", "<*>"}, {"<*>#<*>", "<*>"},     {"<*>/<*>", "<*>"},   {"<*>@<*>", "<*>"},
        {"<*>.<*>", "<*>"}, {" \"<*>\" ", " <*> "}, {" '<*>' ", " <*> "}, {"<*><*>", "<*>"},
    };
    struct str text = one_blank(arena, template);
    text = replace_tokens(arena, text, path_delimiters, is_path);
    text = replace_tokens(arena, text, delimiters, is_value);
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        text = replace_all(arena, text, str_of(joined[i][0]), str_of(joined[i][1]));
    return text;
}

/* ---- scores ---- */

/* For each group the group of the truth that it equals, or MAP_NONE. */
struct groups {
    uint32_t *size;
    uint32_t *truth;  /* of its first line; MAP_NONE: not all lines have it */
    uint32_t *sample; /* its first line */
    uint32_t count;
};

static struct groups groups_of(struct arena *arena, const uint32_t *group, const uint32_t *other,
                               uint32_t lines, uint32_t count)
{
    struct groups groups = {
        .size = arena_push_many(arena, uint32_t, count),
        .truth = arena_push_many(arena, uint32_t, count),
        .sample = arena_push_many(arena, uint32_t, count),
        .count = count,
    };
    for (uint32_t i = 0; i < lines; i++) {
        const uint32_t g = group[i];
        if (groups.size[g]++ == 0) {
            groups.truth[g] = other[i];
            groups.sample[g] = i;
        } else if (groups.truth[g] != other[i]) {
            groups.truth[g] = MAP_NONE;
        }
    }
    return groups;
}

/* From any numbers to 0, 1, 2, ... */
static uint32_t number_densely(struct arena *arena, const struct parsed *lines, uint32_t count,
                               bool of_truth, uint32_t *out)
{
    struct map numbers = map_new(arena);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t group = of_truth ? lines[i].truth_group : lines[i].group;
        out[i] = map_add(&numbers, (struct str){(const char *)&group, sizeof group});
    }
    return numbers.count;
}

static double f1(uint32_t right, uint32_t found, uint32_t wanted)
{
    return found + wanted > 0 ? 2.0 * right / (double)(found + wanted) : 0.0;
}

struct parsing_score parsing_score_of(struct arena *arena, const struct parsed *lines,
                                      uint32_t count)
{
    uint32_t *group = arena_push_many(arena, uint32_t, count);
    uint32_t *truth = arena_push_many(arena, uint32_t, count);
    struct parsing_score score = {.lines = count};
    score.groups = number_densely(arena, lines, count, false, group);
    score.truth_groups = number_densely(arena, lines, count, true, truth);
    const struct groups found = groups_of(arena, group, truth, count, score.groups);
    const struct groups wanted = groups_of(arena, truth, group, count, score.truth_groups);

    uint32_t lines_grouped = 0, lines_written = 0, lines_exact = 0;
    uint32_t groups_right = 0, templates_right = 0, templates_exact = 0;
    for (uint32_t g = 0; g < found.count; g++) {
        const struct parsed *line = &lines[found.sample[g]];
        const bool right = found.truth[g] != MAP_NONE && wanted.truth[found.truth[g]] == g;
        const bool written = str_eq(parsing_normalise(arena, line->template),
                                    parsing_normalise(arena, line->truth_template));
        const bool exact =
            str_eq(one_blank(arena, line->template), one_blank(arena, line->truth_template));
        lines_grouped += right ? found.size[g] : 0;
        groups_right += right;
        templates_right += right && written;
        templates_exact += right && exact;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct arena *scratch = arena;
        lines_written += str_eq(parsing_normalise(scratch, lines[i].template),
                                parsing_normalise(scratch, lines[i].truth_template));
        lines_exact += str_eq(one_blank(scratch, lines[i].template),
                              one_blank(scratch, lines[i].truth_template));
    }
    const double all = count > 0 ? count : 1;
    score.ga = lines_grouped / all;
    score.pa = lines_written / all;
    score.pa_exact = lines_exact / all;
    score.fga = f1(groups_right, score.groups, score.truth_groups);
    score.fta = f1(templates_right, score.groups, score.truth_groups);
    score.fta_exact = f1(templates_exact, score.groups, score.truth_groups);
    return score;
}

struct parsing_score parsing_score_mean(const struct parsing_score *scores, uint32_t count)
{
    struct parsing_score mean = {.system = STR("mean")};
    for (uint32_t i = 0; i < count; i++) {
        mean.lines += scores[i].lines;
        mean.groups += scores[i].groups;
        mean.truth_groups += scores[i].truth_groups;
        mean.ga += scores[i].ga / count;
        mean.pa += scores[i].pa / count;
        mean.fga += scores[i].fga / count;
        mean.fta += scores[i].fta / count;
        mean.pa_exact += scores[i].pa_exact / count;
        mean.fta_exact += scores[i].fta_exact / count;
    }
    return mean;
}
