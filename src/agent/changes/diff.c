/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines that went are paired with lines that came, within one hunk and by the name of the option:
 * the first of a name with the first, so that two `server` lines of nginx do not cross.
 */
#include "agent/changes/diff.h"

#include <ctype.h>
#include <strings.h>

#define HUNK_MAX 200 /* settings of one hunk, on either side */
#define VALUE_BYTES_MAX 120

struct side {
    struct setting items[HUNK_MAX]; /* the value is in `new` */
    uint32_t count;
};

struct hunk {
    struct side went, came;
};

/* By its name: *.conf, *.yaml, .env and their like. */
static bool is_configuration(struct str file)
{
    static const char *const ends[] = {".conf", ".cfg",  ".cnf",  ".ini",        ".yaml",
                                       ".yml",  ".json", ".toml", ".properties", ".env",
                                       ".tf",   ".hcl",  ".xml",  ".tfvars",     ".values"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct str end = str_of(ends[i]);
        if (file.len >= end.len &&
            strncasecmp(file.ptr + file.len - end.len, end.ptr, end.len) == 0)
            return true;
    }
    return false;
}

/* ---- one line ---- */

static bool is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '/';
}

static struct str without(struct str text, const char *before, const char *after)
{
    while (text.len > 0 && str_find(str_of(before), str_slice(text, 0, 1)) != STR_NPOS)
        text = str_slice(text, 1, text.len);
    while (text.len > 0 &&
           str_find(str_of(after), str_slice(text, text.len - 1, text.len)) != STR_NPOS)
        text = str_slice(text, 0, text.len - 1);
    return text;
}

static bool is_comment(struct str line)
{
    return line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';' ||
           str_starts(line, STR("//")) || str_starts(line, STR("--")) ||
           str_starts(line, STR("<!"));
}

/* "maxmemory 64mb", as Redis, HAProxy and PostgreSQL have it, in files of theirs. */
static bool is_bare_pair(struct str file, struct str option, struct str rest)
{
    return (str_ends(file, STR(".conf")) || str_ends(file, STR(".cfg"))) &&
           isalpha((unsigned char)option.ptr[0]) && !str_ends(rest, STR("{"));
}

/* "key = value", "key: value", "\"key\": value,", "key value;" and "key value" */
static bool read_setting(struct str line, struct setting *out)
{
    line = str_trim(line);
    if (is_comment(line))
        return false;
    if (str_starts(line, STR("- ")))
        line = str_trim(str_slice(line, 2, line.len));
    if (str_starts(line, STR("export ")))
        line = str_trim(str_slice(line, 7, line.len));
    const bool quoted = line.len > 0 && (line.ptr[0] == '"' || line.ptr[0] == '\'');
    size_t from = quoted, to = from;
    while (to < line.len && is_key_char(line.ptr[to]))
        to++;
    out->option = str_slice(line, from, to);
    struct str rest = str_slice(line, to + quoted, line.len);
    const bool spaced = rest.len > 0 && rest.ptr[0] == ' ';
    rest = str_trim(rest);
    if (out->option.len == 0 || rest.len == 0)
        return false;
    if (rest.ptr[0] == '=' || rest.ptr[0] == ':')
        rest = without(str_slice(rest, 1, rest.len), "=", "");
    else if (!spaced || !(str_ends(rest, STR(";")) || is_bare_pair(out->file, out->option, rest)))
        return false;
    const size_t comment = str_find(rest, STR(" #"));
    rest = str_trim(str_slice(rest, 0, comment));
    rest = without(rest, "", ",;");
    rest = without(str_trim(rest), "\"'", "\"'");
    out->new = str_slice(rest, 0, VALUE_BYTES_MAX);
    return rest.len > 0;
}

/* ---- hunks ---- */

static void note(struct side *side, struct str file, struct str line)
{
    struct setting setting = {.file = file};
    if (side->count < HUNK_MAX && read_setting(line, &setting))
        side->items[side->count++] = setting;
}

static void add(struct setting *settings, uint32_t *count, struct setting setting)
{
    if (*count < DIFF_SETTINGS_MAX && !str_eq(setting.old, setting.new))
        settings[(*count)++] = setting;
}

/* Its partner among those that came, which is then used up; NULL: none. */
static struct setting *partner(struct side *came, struct str option)
{
    for (uint32_t i = 0; i < came->count; i++)
        if (came->items[i].option.len > 0 && str_eq(came->items[i].option, option))
            return &came->items[i];
    return NULL;
}

static void close_hunk(struct hunk *hunk, struct setting *settings, uint32_t *count)
{
    for (uint32_t i = 0; i < hunk->went.count; i++) {
        struct setting *went = &hunk->went.items[i];
        struct setting *other = partner(&hunk->came, went->option);
        add(settings, count,
            (struct setting){.file = went->file,
                             .option = went->option,
                             .old = went->new,
                             .new = other ? other->new : STR("")});
        if (other)
            other->option = STR("");
    }
    for (uint32_t i = 0; i < hunk->came.count; i++)
        if (hunk->came.items[i].option.len > 0)
            add(settings, count, hunk->came.items[i]);
    hunk->went.count = hunk->came.count = 0;
}

/* "b/orders/orders.conf" -> "orders/orders.conf" */
static struct str file_of(struct str header)
{
    header = str_trim(header);
    const size_t tab = str_find(header, STR("\t"));
    header = str_slice(header, 0, tab);
    return str_starts(header, STR("b/")) || str_starts(header, STR("a/"))
               ? str_slice(header, 2, header.len)
               : header;
}

uint32_t diff_settings(struct str diff, struct setting settings[DIFF_SETTINGS_MAX])
{
    struct str rest = str_slice(diff, 0, DIFF_BYTES_MAX), line, file = STR("");
    struct hunk hunk = {0};
    uint32_t count = 0;
    bool wanted = true, is_new_file = false;
    while (str_split(&rest, '\n', &line)) {
        const bool removes = str_starts(line, STR("--- ")), adds = str_starts(line, STR("+++ "));
        if (removes || adds || str_starts(line, STR("@@")) || str_starts(line, STR("diff "))) {
            close_hunk(&hunk, settings, &count);
            if (removes)
                is_new_file = str_starts(line, STR("--- /dev/null"));
            if (adds && !str_starts(line, STR("+++ /dev/null"))) {
                file = file_of(str_slice(line, 4, line.len));
                wanted = is_configuration(file) && !is_new_file;
            }
            continue;
        }
        if (!wanted || line.len == 0)
            continue;
        if (line.ptr[0] == '-')
            note(&hunk.went, file, str_slice(line, 1, line.len));
        else if (line.ptr[0] == '+')
            note(&hunk.came, file, str_slice(line, 1, line.len));
    }
    close_hunk(&hunk, settings, &count);
    return count;
}

/* ---- words ---- */

/* The last word of it, without what surrounds one. */
static struct str last_word(struct str text)
{
    text = without(str_trim(text), "", ":= \"'`,");
    size_t from = text.len;
    while (from > 0 && text.ptr[from - 1] != ' ' && text.ptr[from - 1] != '=' &&
           text.ptr[from - 1] != ':')
        from--;
    return without(str_slice(text, from, text.len), "\"'`", "\"'`");
}

static struct str first_word(struct str text)
{
    text = str_trim(text);
    const size_t end = str_find(text, STR(" "));
    return without(str_slice(text, 0, end), "\"'`", "\"'`,;.");
}

static bool is_key(struct str word)
{
    bool has_letter = false;
    for (size_t i = 0; i < word.len; i++) {
        if (!is_key_char(word.ptr[i]))
            return false;
        has_letter |= isalpha((unsigned char)word.ptr[i]) != 0;
    }
    return has_letter;
}

static void read_words(struct str line, struct setting *settings, uint32_t *count)
{
    struct setting setting = {0};
    struct str left = line, right;
    const size_t arrow = str_find(line, STR("->"));
    const size_t from = str_find(line, STR(" from ")), to = str_find(line, STR(" to "));
    if (arrow != STR_NPOS) {
        left = str_trim(str_slice(line, 0, arrow));
        right = str_slice(line, arrow + 2, line.len);
        setting.old = last_word(left);
        left = str_slice(left, 0, (size_t)(setting.old.ptr - left.ptr));
    } else if (from != STR_NPOS && to != STR_NPOS && from + 6 <= to) {
        left = str_slice(line, 0, from);
        setting.old = first_word(str_slice(line, from + 6, to));
        right = str_slice(line, to + 4, line.len);
    } else {
        return;
    }
    setting.option = last_word(left);
    setting.new = first_word(right);
    if (is_key(setting.option) && setting.old.len > 0 && setting.new.len > 0)
        add(settings, count, setting);
}

uint32_t diff_settings_in_words(struct str text, struct setting settings[DIFF_SETTINGS_MAX])
{
    struct str rest = str_slice(text, 0, DIFF_BYTES_MAX), line;
    uint32_t count = 0;
    while (str_split(&rest, '\n', &line))
        read_words(line, settings, &count);
    return count;
}
