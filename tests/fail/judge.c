/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of a run, whatever failed in it. */
#include "sweep.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX ((size_t)64 << 20)

/* NULL: it is not there. To be freed. */
static char *text_of(const struct places *places, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", places->run, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = malloc(TEXT_BYTES_MAX);
    const size_t len = text ? fread(text, 1, TEXT_BYTES_MAX - 1, file) : 0;
    fclose(file);
    if (text)
        text[len] = '\0';
    return text;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_empty(const struct places *places, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", places->run, name);
    DIR *folder = opendir(path);
    int entries = 0;
    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries <= 2;
}

/* How much it says that it could not do. */
static size_t gaps_of(const json_t *report)
{
    size_t count = json_array_size(json_object_get(report, "gaps")) +
                   json_array_size(json_object_get(report, "withdrawn"));
    size_t i;
    const json_t *it;
    json_array_foreach(json_object_get(report, "sources"), i, it) count +=
        strcmp(json_string_value(json_object_get(it, "state")), "read") != 0;
    json_array_foreach(json_object_get(report, "steps"), i, it) count +=
        json_is_string(json_object_get(it, "failed"));
    return count;
}

/* A report that tells other things than an undisturbed one says what it lacks. */
static const char *judge_report(const char *text, const struct reference *reference,
                                const char *err)
{
    json_t *now = json_loads(text, 0, NULL), *then = json_loads(reference->out, 0, NULL);
    const char *wrong = NULL;
    if (!now)
        wrong = "it ended well, and its report is not whole";
    else if (!json_equal(now, then) && gaps_of(now) <= gaps_of(then) && err[0] == '\0')
        wrong = "it tells something else than the full run, and no gap";
    json_decref(now);
    json_decref(then);
    return wrong;
}

static const char *judge_words(const struct work *work, const struct reference *reference,
                               const struct outcome *outcome, const char *out, const char *err)
{
    if (outcome->code == 2)
        return strstr(err, "warroom") && strstr(err, ": ") ? NULL
                                                           : "it ended with 2, and says not why";
    if (work->tells_report)
        return judge_report(out, reference, err);
    if (work->tells_itself)
        return NULL;
    if (err[0] == '\0' && strcmp(out, reference->out) != 0)
        return "it tells something else than the full run, and not why";
    if (err[0] == '\0' && outcome->code != reference->code)
        return "it ended with another code than the full run, and says not why";
    return NULL;
}

static const char *judge_files(const struct places *places, const struct work *work)
{
    char *html = work->html ? text_of(places, work->html) : NULL;
    const bool is_whole = !html || ends_with(html, "</html>\n");
    free(html);
    if (!is_whole)
        return "a file is half written under its final name";
    return is_empty(places, "tmp") ? NULL : "something was left in TMPDIR";
}

/*
 * What C++ and a decoder do where memory ends is theirs: some of them crash, and ICU waits for
 * ever. The program cannot mend that, and contains it where it can (base/ending.h, the children of
 * the server).
 */
bool judge_is_of_library(const struct outcome *outcome)
{
    static const char *const libraries[] = {"libduckdb", "libstdc++", "libarchive", "libzstd",
                                            "libcrypto"};
    const bool is_memory =
        strstr(outcome->what, "alloc ") || strncmp(outcome->what, "mmap", 4) == 0;
    bool is_of_one = false;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        is_of_one |= strstr(outcome->what, libraries[i]) != NULL;
    return (outcome->signal != 0 || outcome->late) && is_memory && is_of_one;
}

const char *judge(const struct places *places, const struct work *work,
                  const struct reference *reference, const struct outcome *outcome)
{
    char *out = text_of(places, "out"), *err = text_of(places, "err");
    const char *wrong = NULL;
    if (outcome->late)
        wrong = "it did not end";
    else if (outcome->signal != 0 || outcome->code > 2)
        wrong = "it crashed";
    else if (outcome->left)
        wrong = "a process of it was left behind";
    else
        wrong = judge_words(work, reference, outcome, out ? out : "", err ? err : "");
    if (!wrong)
        wrong = judge_files(places, work);
    free(out);
    free(err);
    if (!wrong && !run_shell(places, work->after))
        wrong = "what it has left cannot be used";
    return wrong;
}

bool judge_reference(const struct places *places, const struct outcome *outcome,
                     struct reference *out)
{
    *out = (struct reference){.out = text_of(places, "out"), .code = outcome->code};
    return out->out && outcome->signal == 0 && outcome->code >= 0 && outcome->code < 2;
}
