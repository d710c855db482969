/* SPDX-License-Identifier: Apache-2.0 */
/* The report as Markdown in a folder, for wikis and repositories: one file an incident. */
#include "notify/notify.h"

#include "base/arena.h"
#include "data/file.h"
#include "notify/words.h"

#include <errno.h>
#include <stdio.h>

#define TEXT_CHARS_MAX 20000

static const struct field settings[] = {
    {"path", TYPE_TEXT, 0, "the folder, which is there", NULL},
    {0},
};

/* Ids are ours; all the same no file is written elsewhere. */
static bool is_name(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] == '/' || id.ptr[i] == '\0')
            return false;
    return id.len > 0 && id.ptr[0] != '.';
}

/* That it is over stands below the report. */
static bool append(const char *path, struct str text)
{
    FILE *file = fopen(path, "ae");
    const bool ok = file && fprintf(file, "\n%.*s\n", STR_ARG(str_trim(text))) > 0;
    return file && fclose(file) == 0 && ok;
}

static bool deliver(struct arena *arena, const struct notifier *notifier, const struct news *news,
                    struct dispatch *dispatch, struct err *err)
{
    (void)dispatch;
    if (!is_name(news->id))
        return err_set(err, ERR_USAGE, "`%.*s` is no name for a file", STR_ARG(news->id));
    const struct str folder = notifier_text(notifier, "path");
    const struct str path = str_printf(arena, "%.*s/%.*s.md", STR_ARG(folder), STR_ARG(news->id));
    const struct str text =
        news->markdown.len > 0 ? news->markdown : words_of_news(arena, news, TEXT_CHARS_MAX);
    if (news->phase == NEWS_RESOLVED)
        return append(path.ptr, text) || err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    return file_replace(path.ptr, text, 0666, err);
}

const struct notifier_type notifier_file = {
    .name = "file",
    .summary = "the report as Markdown, a file an incident",
    .settings = settings,
    .place = "path",
    .deliver = deliver,
};
