/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/changes.h"

#include "base/arena.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define COMMITS_MAX 200
#define DETAIL_BYTES_MAX 2000 /* of a diff; the first commit's is all there is */
#define FILES_MAX 64

static bool git(struct world *world, struct str *out, struct err *err, const char *const *words)
{
    const char *argv[16] = {"git", "-C", world_path(world, "config")};
    for (size_t i = 0; i < 12 && words[i]; i++)
        argv[i + 3] = words[i];
    return command_run(world, &(struct command){.argv = argv}, world->arena, out, err);
}

#define GIT(world, out, err, ...)                                                                  \
    git((world), (out), (err), (const char *const[]){__VA_ARGS__, NULL})

/* The folder that all files of a commit lie in is the service it is about; "": there is none such.
 */
static struct str service_of(struct str files)
{
    struct str service = STR(""), file;
    while (str_split(&files, '\n', &file)) {
        const size_t slash = str_find(file, STR("/"));
        if (slash == STR_NPOS)
            continue;
        const struct str folder = str_slice(file, 0, slash);
        if (service.len > 0 && !str_eq(service, folder))
            return STR("");
        service = folder;
    }
    return service;
}

static json_t *text_of(struct str text)
{
    json_t *json = json_stringn(text.ptr, text.len);
    return json ? json : json_string("(not text)");
}

/* `line` is "ID\tTIME\tAUTHOR\tSUBJECT". */
static bool commit_print(struct world *world, FILE *out, struct str line, struct err *err)
{
    struct str id, time, author, files, detail, file;
    int64_t time_s = 0;
    if (!str_split(&line, '\t', &id) || !str_split(&line, '\t', &time) ||
        !str_split(&line, '\t', &author) || !str_to_int(time, &time_s))
        return err_set(err, ERR_PROTOCOL, "git says `%.*s` of a commit", STR_ARG(line));
    const char *name = str_copy(world->arena, id).ptr;
    if (!GIT(world, &files, err, "show", "--format=", "--name-only", name) ||
        !GIT(world, &detail, err, "show", "--format=", "--unified=0", name))
        return false;
    json_t *list = json_array();
    struct str rest = files;
    for (unsigned i = 0; i < FILES_MAX && str_split(&rest, '\n', &file); i++)
        json_array_append_new(list, text_of(file));
    json_t *row =
        json_pack("{s:o, s:I, s:o, s:s, s:o, s:o, s:o, s:o}", "id", text_of(id), "timestamp",
                  (json_int_t)time_s, "service", text_of(service_of(files)), "kind", "commit",
                  "author", text_of(author), "message", text_of(line), "files", list, "detail",
                  text_of(str_slice(detail, 0, DETAIL_BYTES_MAX)));
    json_dumpf(row, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(row);
    return true;
}

static bool commits_print(struct world *world, FILE *out, struct err *err)
{
    struct str list, line;
    if (!GIT(world, &list, err, "log", "--reverse", "--abbrev=8",
             "--format=%h%x09%ct%x09%an%x09%s"))
        return false;
    for (unsigned i = 0; i < COMMITS_MAX && str_split(&list, '\n', &line); i++)
        if (!commit_print(world, out, line, err))
            return false;
    return true;
}

static void deploys_print(struct world *world, FILE *out)
{
    char line[4096];
    FILE *in = fopen(world_path(world, "deploys.jsonl"), "re");
    while (in && fgets(line, sizeof line, in))
        fputs(line, out);
    if (in)
        fclose(in);
}

bool changes_export(struct world *world, const char *path, struct err *err)
{
    FILE *out = fopen(path, "we");
    if (!out)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    const bool ok = commits_print(world, out, err);
    deploys_print(world, out);
    fclose(out);
    return ok;
}
