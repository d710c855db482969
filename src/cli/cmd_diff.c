/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "data/json.h"
#include "journal/diff.h"
#include "report/escape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_diff;

#define REPORT_BYTES_MAX ((size_t)64 << 20)
#define SHOWN_MAX 20 /* of each part; --json has them all */

/* ---- what is compared ---- */

struct side {
    const char *path;
    FILE *file;
    struct reader *reader; /* NULL: it is a report */
    json_t *report;
};

static size_t read_some(void *bytes, size_t size, void *state)
{
    struct side *side = state;
    const long at = ftell(side->file);
    if (at < 0 || (size_t)at > REPORT_BYTES_MAX)
        return 0;
    return fread(bytes, 1, size, side->file);
}

/* A journal says so in its first line; what is JSON as a whole may be a report. */
static bool open_side(struct arena *arena, const char *path, struct side *out, struct err *err)
{
    *out = (struct side){.path = path, .file = fopen(path, "r")};
    if (!out->file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (reader_open(arena, out->file, str_of(path), &out->reader, err))
        return true;
    out->reader = NULL;
    if (fseeko(out->file, 0, SEEK_SET) == 0)
        out->report = json_load_callback(read_some, out, JSON_REJECT_DUPLICATES, NULL);
    return out->report != NULL; /* else what the reader said tells more */
}

static void close_side(struct side *side)
{
    json_decref(side->report);
    if (side->file)
        fclose(side->file);
}

static bool compare(struct arena *arena, const struct side *a, const struct side *b,
                    struct comparison *out, struct err *err)
{
    if (a->reader && b->reader)
        return diff_journals(arena, a->reader, b->reader, out, err);
    if (a->report && b->report)
        return diff_reports(arena, a->report, b->report, out, err);
    return err_set(err, ERR_USAGE,
                   "a journal and a report tell different things: give two "
                   "journals, or two reports");
}

/* ---- as text ---- */

static const char *plain(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, text);
    return buf_str(&out).ptr;
}

static void print_conclusion(struct arena *arena, const char *name, const struct side *side,
                             const struct conclusion *it)
{
    printf("%s  %s: ", name, plain(arena, str_of(side->path)));
    if (!it->whole)
        printf("it did not come to its end\n");
    else if (it->subject.len == 0)
        printf("not known, and nothing is suspected\n");
    else
        printf("%s%s, confidence %.0f%%: %s\n", it->known ? "" : "not known; the best guess is ",
               plain(arena, it->subject), 100 * it->confidence, plain(arena, it->cause));
    if (side->reader && side->reader->is_changed)
        printf("   (it was changed after it had been written)\n");
}

static void print_lines(struct arena *arena, struct str lines)
{
    struct str line;
    while (str_split(&lines, '\n', &line))
        printf("      %s\n", plain(arena, line));
}

/* What is said of one thing stands below its name. */
static void print_difference(struct arena *arena, const struct difference *it, bool new_subject)
{
    const bool whole = it->path.len == 0 && (it->a.len == 0 || it->b.len == 0);
    if (it->subject.len > 0 && new_subject)
        printf("    %s%s\n", plain(arena, it->subject),
               !whole          ? ""
               : it->a.len > 0 ? ": only in A"
                               : ": only in B");
    if (it->lines.len == 0 && !(whole && it->subject.len > 0))
        printf("      %s%s%s in A, %s in B\n", plain(arena, it->path), it->path.len > 0 ? ": " : "",
               it->a.len > 0 ? plain(arena, it->a) : "nothing",
               it->b.len > 0 ? plain(arena, it->b) : "nothing");
    print_lines(arena, it->lines);
}

static void print_part(struct arena *arena, enum part part, const struct difference *list,
                       bool named)
{
    uint32_t count = 0;
    const struct difference *last = NULL;
    for (const struct difference *it = list; it; it = it->next) {
        if (it->part != part)
            continue;
        if (!last && named)
            printf("  %s\n", part_name(part));
        if (count++ < SHOWN_MAX)
            print_difference(arena, it, !last || !str_eq(it->subject, last->subject));
        last = it;
    }
    if (count > SHOWN_MAX)
        printf("    and %u more\n", count - SHOWN_MAX);
}

static void print_text(struct arena *arena, const struct side *a, const struct side *b,
                       const struct comparison *it)
{
    print_conclusion(arena, "A", a, &it->a);
    print_conclusion(arena, "B", b, &it->b);
    if (!it->differences) {
        printf("\nThey are the same, but for how long they took.\n");
        return;
    }
    const enum part first = it->differences->part;
    printf("\nThey differ first in the %s:\n", part_name(first));
    print_part(arena, first, it->differences, false);
    bool others = false;
    for (int part = 0; part < PARTS_COUNT; part++) {
        bool any = false;
        for (const struct difference *at = it->differences; at && !any; at = at->next)
            any = at->part == (enum part)part && at->part != first;
        if (any && !others)
            printf("\nand then:\n");
        others |= any;
        if (any)
            print_part(arena, (enum part)part, it->differences, true);
    }
    if (it->left_out > 0)
        printf("\n%u more differences are left out.\n", it->left_out);
}

/* ---- as JSON ---- */

static void put_text_or_null(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    if (text.len > 0)
        json_put_text(out, text);
    else
        buf_add(out, STR("null"));
}

static void put_conclusion(struct buf *out, const char *name, const struct side *side,
                           const struct conclusion *it)
{
    json_put_key(out, name);
    buf_add(out, STR("{\"path\":"));
    json_put_text(out, str_of(side->path));
    buf_printf(out, ",\"whole\":%s,\"known\":%s", it->whole ? "true" : "false",
               it->known ? "true" : "false");
    put_text_or_null(out, "subject", it->subject);
    put_text_or_null(out, "cause", it->cause);
    json_put_key(out, "confidence");
    json_put_real(out, it->confidence);
    buf_add_char(out, '}');
}

static void print_json_of(struct arena *arena, const struct side *a, const struct side *b,
                          const struct comparison *comparison)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"same\":%s", comparison->differences ? "false" : "true");
    put_conclusion(&out, "a", a, &comparison->a);
    put_conclusion(&out, "b", b, &comparison->b);
    buf_add(&out, STR(",\"differences\":["));
    for (const struct difference *it = comparison->differences; it; it = it->next) {
        json_put_comma(&out);
        buf_printf(&out, "\n{\"part\":\"%s\"", part_name(it->part));
        put_text_or_null(&out, "subject", it->subject);
        put_text_or_null(&out, "path", it->path);
        put_text_or_null(&out, "a", it->a);
        put_text_or_null(&out, "b", it->b);
        put_text_or_null(&out, "lines", it->lines);
        buf_add_char(&out, '}');
    }
    buf_printf(&out, "],\"left_out\":%u}", comparison->left_out);
    printf("%s\n", buf_str(&out).ptr);
}

/* ---- the command ---- */

static int diff(struct arena *arena, const char *const *paths, bool json)
{
    struct side a = {0}, b = {0};
    struct comparison comparison;
    struct err err = {0};
    int code = EXIT_FAILED;
    if (open_side(arena, paths[0], &a, &err) && open_side(arena, paths[1], &b, &err) &&
        compare(arena, &a, &b, &comparison, &err)) {
        (json ? print_json_of : print_text)(arena, &a, &b, &comparison);
        code = comparison.differences ? EXIT_NEGATIVE : EXIT_DONE;
    } else {
        command_failed(&err);
    }
    close_side(&a);
    close_side(&b);
    return code;
}

static int run(int argc, char **argv)
{
    const char *paths[2];
    int count = 0;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json"))
            json = true;
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return command_usage_error(&command_diff, "an option that is not known");
        else if (count < 2)
            paths[count++] = argv[i];
        else
            return command_usage_error(&command_diff, "two at a time");
    }
    if (count < 2)
        return command_usage_error(&command_diff, "two journals are wanted, or two reports");
    struct arena *arena = arena_new("diff");
    const int code = diff(arena, paths, json);
    arena_free(arena);
    return code;
}

const struct command command_diff = {
    .name = "diff",
    .usage = "A B [--json]",
    .summary = "Say why two investigations differ",
    .help = "A and B are journals (`investigate --journal`), or reports in JSON, which tell less.\n"
            "What differs is listed in the order of an investigation: the first is where to look.\n"
            "How long anything took does not count.\n"
            "\nExit code: 0 they are the same, 1 they differ, 2 one of them cannot be read.\n",
    .run = run,
};
