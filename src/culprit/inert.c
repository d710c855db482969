/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hunk is inert if both of its sides say the same, line by line, once comments, empty lines and
 * the spacing within lines are left out; indentation counts where the language makes it count. What
 * looks like a comment and is read by a program (a hash-bang, a build tag, a hint to a database) is
 * none. Renames, modes and binaries have no lines to look at: they may be felt.
 */
#include "culprit/inert.h"

#include "culprit/patch.h"

#include <ctype.h>

#define FILES_MAX 1000 /* a change of more is not looked through */

/* ---- languages ---- */

enum comment_form {
    COMMENT_HASH = 1 << 0,      /* # */
    COMMENT_SEMICOLON = 1 << 1, /* ; */
    COMMENT_SLASHES = 1 << 2,   /* // */
    COMMENT_STARS = 1 << 3,     /* from slash-star to star-slash */
    COMMENT_DASHES = 1 << 4,    /* -- */
    COMMENT_MARKUP = 1 << 5,    /* <!-- --> */
    COMMENT_PERCENT = 1 << 6,   /* % */
    INDENTED = 1 << 7,          /* indentation says what belongs to what */
};

#define LIKE_C (COMMENT_SLASHES | COMMENT_STARS)
#define LIKE_INI (COMMENT_HASH | COMMENT_SEMICOLON)

static const struct {
    const char *ending; /* of the path; a whole name where it has no dot */
    unsigned forms;
} languages[] = {
    {".conf", LIKE_INI},
    {".cfg", LIKE_INI},
    {".cnf", LIKE_INI},
    {".ini", LIKE_INI},
    {".service", LIKE_INI},
    {".properties", COMMENT_HASH},
    {".env", COMMENT_HASH},
    {".toml", COMMENT_HASH},
    {".rules", COMMENT_HASH},
    {".sh", COMMENT_HASH},
    {".bash", COMMENT_HASH},
    {".rb", COMMENT_HASH},
    {".pl", COMMENT_HASH},
    {".r", COMMENT_HASH},
    {".ex", COMMENT_HASH},
    {".exs", COMMENT_HASH},
    {".tf", COMMENT_HASH | LIKE_C},
    {".tfvars", COMMENT_HASH | LIKE_C},
    {".hcl", COMMENT_HASH | LIKE_C},
    {".php", COMMENT_HASH | LIKE_C},
    {".yaml", COMMENT_HASH | INDENTED},
    {".yml", COMMENT_HASH | INDENTED},
    {".py", COMMENT_HASH | INDENTED},
    {".mk", COMMENT_HASH | INDENTED},
    {"Makefile", COMMENT_HASH | INDENTED},
    {"Dockerfile", COMMENT_HASH},
    {".c", LIKE_C},
    {".h", LIKE_C},
    {".cc", LIKE_C},
    {".cpp", LIKE_C},
    {".hpp", LIKE_C},
    {".cs", LIKE_C},
    {".java", LIKE_C},
    {".kt", LIKE_C},
    {".go", LIKE_C},
    {".rs", LIKE_C},
    {".js", LIKE_C},
    {".ts", LIKE_C},
    {".tsx", LIKE_C},
    {".jsx", LIKE_C},
    {".swift", LIKE_C},
    {".scala", LIKE_C},
    {".dart", LIKE_C},
    {".groovy", LIKE_C},
    {".gradle", LIKE_C},
    {".proto", LIKE_C},
    {".scss", LIKE_C},
    {".css", COMMENT_STARS},
    {".sql", COMMENT_DASHES | COMMENT_STARS},
    {".lua", COMMENT_DASHES},
    {".hs", COMMENT_DASHES | INDENTED},
    {".erl", COMMENT_PERCENT},
    {".clj", COMMENT_SEMICOLON},
    {".el", COMMENT_SEMICOLON},
    {".xml", COMMENT_MARKUP},
    {".html", COMMENT_MARKUP},
    {".htm", COMMENT_MARKUP},
};

/* 0: its comments are not known, and all of it counts. */
static unsigned forms_of(struct str path)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (str_ends(path, str_of(languages[i].ending)))
            return languages[i].forms;
    return 0;
}

/* Nothing that runs reads it. A list may be a text file, and settings may lie among tests. */
static bool is_read_by_nobody(struct str path)
{
    const enum path_kind kind = path_kind(path);
    if (kind == PATH_DOC)
        return !str_ends(path, STR(".txt"));
    return kind == PATH_TEST && (forms_of(path) & (LIKE_C | INDENTED)) != 0 &&
           !str_ends(path, STR(".yaml")) && !str_ends(path, STR(".yml"));
}

/* ---- lines ---- */

/* One side of a hunk: what is left of it, as a digest (FNV-1a). */
struct side {
    uint64_t digest;
    const char *until; /* what ends the comment that it is in; NULL: it is in none */
};

static const struct side empty_side = {.digest = 14695981039346656037u};

static void digest_char(struct side *side, char c)
{
    side->digest = (side->digest ^ (unsigned char)c) * 1099511628211u;
}

static void digest_line(struct side *side, struct str line, bool indented)
{
    const struct str text = str_trim(line);
    for (size_t i = 0; indented && line.ptr + i < text.ptr; i++)
        digest_char(side, line.ptr[i]);
    for (size_t i = 0; i < text.len; i++) {
        const bool space = isspace((unsigned char)text.ptr[i]) != 0;
        if (!space || !isspace((unsigned char)text.ptr[i - 1])) /* it does not begin with one */
            digest_char(side, space ? ' ' : text.ptr[i]);
    }
    digest_char(side, '\n');
}

/* Looks like a comment, and a program reads it. */
static bool is_directive(struct str text)
{
    static const char *const starts[] = {"#!",  "# syntax=", "//go:", "// +build", "/*!",
                                         "/*+", "--+",       "-- +",  "<!--[if",   "--!",
                                         "//#", "# escape=", "--liq", "--change",  "--rollback"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(text, str_of(starts[i])))
            return true;
    return false;
}

/* Up to the end of a comment of several lines; true: nothing but that comment is on this line. */
static bool skip_comment(struct side *side, struct str text)
{
    const size_t end = str_find(text, str_of(side->until));
    if (end == STR_NPOS)
        return true;
    const struct str rest = str_slice(text, end + str_of(side->until).len, text.len);
    side->until = NULL;
    return str_trim(rest).len == 0;
}

static bool is_comment(struct side *side, struct str text, unsigned forms)
{
    if (side->until)
        return skip_comment(side, text);
    if (text.len == 0)
        return true;
    if (is_directive(text))
        return false;
    if (((forms & COMMENT_HASH) && text.ptr[0] == '#') ||
        ((forms & COMMENT_SEMICOLON) && text.ptr[0] == ';') ||
        ((forms & COMMENT_PERCENT) && text.ptr[0] == '%') ||
        ((forms & COMMENT_SLASHES) && str_starts(text, STR("//"))) ||
        ((forms & COMMENT_DASHES) && str_starts(text, STR("--"))))
        return true;
    if ((forms & COMMENT_STARS) && str_starts(text, STR("/*")))
        side->until = "*/";
    else if ((forms & COMMENT_MARKUP) && str_starts(text, STR("<!--")))
        side->until = "-->";
    else /* within a comment whose beginning the hunk does not show */
        return (forms & COMMENT_STARS) &&
               (str_eq(text, STR("*")) || str_eq(text, STR("*/")) || str_starts(text, STR("* ")));
    return skip_comment(side, str_slice(text, 2, text.len));
}

static void add_line(struct side *side, struct str line, unsigned forms)
{
    if (!is_comment(side, str_trim(line), forms))
        digest_line(side, line, (forms & INDENTED) != 0);
}

/* ---- files ---- */

struct reading {
    struct side went, came;
    unsigned forms;
    bool skipped; /* nobody reads this file */
    bool any_hunk;
    bool felt;
};

static void close_hunk(struct reading *it)
{
    it->felt |= it->went.digest != it->came.digest;
    it->went = it->came = empty_side;
}

/* "diff --git a/x b/x": its path, for a file without hunks never names it otherwise. */
static void open_file(struct reading *it, struct str path)
{
    close_hunk(it);
    it->skipped = is_read_by_nobody(path);
    it->forms = forms_of(path);
}

static void read_other(struct reading *it, struct str text)
{
    static const char *const odd[] = {"old mode", "new mode",     "rename ",
                                      "copy ",    "Binary files", "GIT binary"};
    if (str_starts(text, STR("diff --git ")))
        for (size_t at = text.len; at > 3; at--)
            if (str_starts(str_slice(text, at - 3, text.len), STR(" b/"))) {
                open_file(it, str_slice(text, at, text.len));
                return;
            }
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        it->felt |= !it->skipped && str_starts(text, str_of(odd[i]));
}

static void read_line(struct reading *it, const struct patch_line *line)
{
    if (line->kind == PATCH_FILE)
        open_file(it, line->text);
    else if (line->kind == PATCH_SCOPE)
        close_hunk(it);
    else if (line->kind == PATCH_OTHER)
        read_other(it, line->text);
    it->any_hunk |= line->kind == PATCH_SCOPE;
    if (it->skipped)
        return;
    if (line->kind == PATCH_KEPT && str_starts(line->text, STR(" No newline at end")))
        return; /* a remark of diff */
    if (line->kind == PATCH_REMOVED || line->kind == PATCH_KEPT)
        add_line(&it->went, line->text, it->forms);
    if (line->kind == PATCH_ADDED || line->kind == PATCH_KEPT)
        add_line(&it->came, line->text, it->forms);
}

static bool is_inert_diff(struct str detail)
{
    struct patch patch = patch_of(detail);
    struct patch_line line;
    struct reading it = {.went = empty_side, .came = empty_side};
    while (!it.felt && patch_next(&patch, &line))
        read_line(&it, &line);
    close_hunk(&it);
    const bool whole = patch.old_left == 0 && patch.new_left == 0 && detail.len < PATCH_BYTES_MAX;
    return it.any_hunk && !it.felt && whole;
}

bool inert_change(const struct change *change, struct str detail)
{
    const bool is_diff = patch_is_one(detail);
    for (uint32_t i = 0; i < change->files_count; i++) {
        const struct str path = change->files[i].path;
        if (i == FILES_MAX) /* it is a change of much */
            return false;
        if (!is_read_by_nobody(path) && (!is_diff || !str_contains(detail, path)))
            return false; /* the diff does not show it */
    }
    return is_diff ? is_inert_diff(detail) : change->files_count > 0;
}
