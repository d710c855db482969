/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/ask.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "eval/child.h"
#include "expert/small.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)
#define TIMEOUT_NS (3600 * NS_PER_S)
#define WORDS_MAX 64
#define FOLDERS_MAX 256
#define OWN_BYTES_MAX ((size_t)1 << 20)

bool ask_folder(const struct task_run *run, const char *name, struct str *out, struct err *err)
{
    struct stat about;
    if (!run->place->data)
        return err_set(err, ERR_NOT_FOUND, "the public sets are not at hand: --data DIR");
    *out = str_printf(run->arena, "%s/%s", run->place->data, name);
    return (stat(out->ptr, &about) == 0 && S_ISDIR(about.st_mode)) ||
           err_set(err, ERR_NOT_FOUND, "%s: it is not there", out->ptr);
}

bool ask_own_file(struct arena *arena, const char *path, struct str *out, struct err *err)
{
    if (file_read(arena, path, OWN_BYTES_MAX, out, err))
        return true;
    if (err->kind == ERR_NOT_FOUND)
        err_set(err, ERR_NOT_FOUND, "%s: it is not there; run from the root of the source", path);
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *ask_subfolders(struct arena *arena, const char *folder)
{
    const char **found = arena_push_many(arena, const char *, FOLDERS_MAX + 1);
    uint32_t count = 0;
    DIR *open = opendir(folder);
    for (const struct dirent *entry; open && count < FOLDERS_MAX && (entry = readdir(open));) {
        struct stat about;
        const char *path = str_printf(arena, "%s/%s", folder, entry->d_name).ptr;
        if (entry->d_name[0] != '.' && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
            found[count++] = path;
    }
    if (open)
        closedir(open);
    qsort(found, count, sizeof *found, by_name);
    found[count] = NULL;
    return found;
}

/* Both programs are asked alike. */
static bool ask_text(const struct task_run *run, const char *program, const char *const *words,
                     struct str *out, struct err *err)
{
    const char *argv[WORDS_MAX + 2] = {program};
    struct child_result result;
    for (uint32_t i = 0; words[i] && i < WORDS_MAX; i++)
        argv[i + 1] = words[i];
    if (!child_run(run->arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    const struct str fault = child_fault(run->arena, &result);
    *out = result.output;
    return fault.len == 0 || err_set(err, ERR_IO, "%s: %.*s", words[0], STR_ARG(fault));
}

static bool ask_json(const struct task_run *run, const char *program, const char *const *words,
                     json_t **out, struct err *err)
{
    struct str text;
    if (!ask_text(run, program, words, &text, err))
        return false;
    *out = json_loadb(text.ptr, text.len, 0, NULL);
    return *out || err_set(err, ERR_PROTOCOL, "%s: it printed no JSON", words[0]);
}

bool ask_program(const struct task_run *run, const char *const *words, json_t **out,
                 struct err *err)
{
    return ask_json(run, run->place->program, words, out, err);
}

bool ask_verb_text(const struct task_run *run, const char *const *words, struct str *out,
                   struct err *err)
{
    return ask_text(run, run->place->self, words, out, err) || err_context(err, "eval");
}

bool ask_verb(const struct task_run *run, const char *const *words, json_t **out, struct err *err)
{
    return ask_json(run, run->place->self, words, out, err) || err_context(err, "eval");
}

bool ask_held_out(const struct task_run *run, const char *what, const char *folder,
                  const char **out, struct err *err)
{
    struct arena *arena = run->arena;
    const char *argv[WORDS_MAX + 1] = {run->place->program, "train", what};
    struct child_result result;
    uint32_t count = 3;
    for (const char *const *at = ask_subfolders(arena, folder); *at && count < WORDS_MAX - 4; at++)
        argv[count++] = *at;
    *out = str_printf(arena, "%s/held-out-%s", run->place->out, what).ptr;
    argv[count++] = "--out";
    argv[count++] = str_printf(arena, "%s.json", *out).ptr; /* of all: nobody asks for it */
    argv[count++] = "--held-out";
    argv[count] = *out;
    if (!child_run(arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    const struct str fault = child_fault(arena, &result);
    return fault.len == 0 || err_set(err, ERR_IO, "train %s: %.*s", what, STR_ARG(fault));
}

/* Asked once under that key, for all tasks of this process. */
static bool ask_once(const struct task_run *run, const char *key, const char *const *words,
                     const json_t **out, struct err *err)
{
    static json_t *kept;
    json_t *fresh;
    if (!kept)
        kept = json_object();
    *out = json_object_get(kept, key);
    if (*out)
        return true;
    if (!ask_verb(run, words, &fresh, err))
        return false;
    *out = fresh;
    return json_object_set_new(kept, key, fresh) == 0 ||
           err_set(err, ERR_PROTOCOL, "eval %s: its answer cannot be kept", words[0]);
}

bool ask_public(const struct task_run *run, const char *set, const char *verb, const char *more,
                const json_t **out, struct err *err)
{
    struct str folder;
    if (!ask_folder(run, set, &folder, err))
        return false;
    const char *const words[] = {verb, folder.ptr, "--json", more, NULL};
    return ask_once(run, verb, words, out, err);
}

/* Whether the first case in a set has logs; the sets here have them in all cases or in none. */
static bool has_logs(struct arena *arena, const char *set)
{
    const char *const *cases = ask_subfolders(arena, set);
    for (int i = 0; *cases && i < 2; i++)
        if (access(str_printf(arena, "%s/%s", *cases, i ? "logs.jsonl" : "logs.csv").ptr, R_OK) ==
            0)
            return true;
    return false;
}

bool ask_logs(const struct task_run *run, const json_t **out, struct err *err)
{
    struct str loghub, cases;
    const char *words[WORDS_MAX + 1] = {"expert",     "log",    "--entities", "eval/entities.tsv",
                                        "--per-item", "--json", NULL};
    uint32_t count = 6;
    if (!ask_folder(run, "loghub", &loghub, err) || !ask_folder(run, "rca", &cases, err))
        return false;
    words[count++] = loghub.ptr;
    for (const char *const *set = ask_subfolders(run->arena, cases.ptr); *set && count < WORDS_MAX;
         set++)
        if (has_logs(run->arena, *set))
            words[count++] = *set;
    return ask_once(run, "expert log", words, out, err);
}

void ask_add_each(struct task_run *run, const json_t *list, const char *name, const char *member)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
        task_add(run, TASK_US, str_of(json_string_value(json_object_get(item, name))),
                 &(double){json_number_value(json_object_get(item, member))}, 1);
}

/* ---- incidents ---- */

static bool is_true(const json_t *json, const char *name)
{
    return json_is_true(json_object_get(json, name));
}

static struct str text_of(struct arena *arena, const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return str_copy(arena, str_of(text ? text : ""));
}

static struct asked_case case_of(struct arena *arena, const json_t *json)
{
    const json_int_t rank = json_integer_value(json_object_get(json, "rank"));
    return (struct asked_case){
        .set = text_of(arena, json, "set"),
        .id = text_of(arena, json, "id"),
        .nobody = is_true(json, "nobody"),
        .known = is_true(json, "known"),
        .right = rank == 1,
        .in_five = rank >= 1 && rank <= 5,
        .confidence = json_number_value(json_object_get(json, "confidence")),
        .has_kind = json_is_boolean(json_object_get(json, "kind_right")),
        .kind_right = is_true(json, "kind_right"),
        .tells_change = is_true(json, "tells_change"),
        .change_rank = (uint32_t)json_integer_value(json_object_get(json, "change_rank")),
        .names_change = is_true(json, "names_change"),
        .tells_onset = is_true(json, "tells_onset"),
        .has_onset = json_is_number(json_object_get(json, "onset_error_s")),
        .onset_error_s = json_number_value(json_object_get(json, "onset_error_s")),
    };
}

static bool put_cases(const struct task_run *run, const char *const folders[2],
                      struct asked_cases *out, struct err *err)
{
    const struct task_place *place = run->place;
    const char *words[WORDS_MAX + 1] = {"rca",
                                        "--json",
                                        "--per-case",
                                        "--warroom",
                                        place->program,
                                        "-j",
                                        str_printf(run->arena, "%u", place->jobs).ptr};
    uint32_t count = 7;
    const json_t *root, *item;
    size_t i;
    if (run->mind == MIND_NONE)
        for (const struct small_expert *const *at = small_experts; *at; at++) {
            words[count++] = "--without-expert";
            words[count++] = (*at)->name;
        }
    if (run->mind == MIND_MODEL) {
        words[count++] = "--expert";
        words[count++] = place->expert;
    }
    words[count++] = folders[0];
    words[count++] = folders[1];
    if (!ask_once(run, str_printf(run->arena, "%s with %s", folders[0], mind_name(run->mind)).ptr,
                  words, &root, err))
        return false;
    const json_t *cases = json_object_get(root, "cases");
    out->items = arena_push_many(run->arena, struct asked_case, json_array_size(cases));
    out->count = 0;
    json_array_foreach(cases, i, item) out->items[out->count++] = case_of(run->arena, item);
    return true;
}

bool ask_cases_in(const struct task_run *run, const char *folder, struct asked_cases *out,
                  struct err *err)
{
    return put_cases(run, (const char *const[]){folder, NULL}, out, err);
}

bool ask_cases(const struct task_run *run, struct asked_cases *out, struct err *err)
{
    const struct task_place *place = run->place;
    const char *const folders[] = {place->gym ? place->gym : "examples/incidents",
                                   place->data ? str_printf(run->arena, "%s/rca", place->data).ptr
                                               : NULL};
    return put_cases(run, folders, out, err);
}
