/* SPDX-License-Identifier: Apache-2.0 */
/* What an investigation left behind, as files: report, journal, bundle. */
#include "serve/api.h"

#include "base/arena.h"
#include "data/file.h"
#include "serve/reply.h"
#include "serve/router.h"
#include "serve/story.h"
#include "source/pack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_READ_BYTES_MAX ((size_t)64 << 20)

#define NO_REPORT "there is no report as yet"
#define NO_BUNDLE "there is no bundle as yet"

static const struct form {
    const char *name, *file, *media_type;
} forms[] = {
    {"json", "report.json", "application/json"},
    {"html", "report.html", "text/html; charset=utf-8"},
    {"markdown", "report.md", "text/markdown; charset=utf-8"},
    {"text", "report.txt", "text/plain; charset=utf-8"},
    {"postmortem", "postmortem.md", "text/markdown; charset=utf-8"},
};

/* The id goes into a path, so it must be one of the ledger. */
static bool find(struct clerk *clerk, struct http_exchange *exchange, struct incident *out)
{
    struct err err = {0};
    if (incident_read(clerk->ledger, exchange->request.arena, route_part(exchange, 0), out, &err))
        return true;
    reply_err(exchange, &err);
    return false;
}

void api_read_report(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    const struct str wanted = http_query(request, "format");
    const struct form *form = NULL;
    struct incident incident;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (str_eq(str_of(forms[i].name), wanted.len > 0 ? wanted : STR("json")))
            form = &forms[i];
    if (!form)
        http_refuse(exchange, 400, "usage",
                    "format is one of json, html, markdown, text, postmortem");
    else if (find(clerk, exchange, &incident))
        reply_file(exchange, site_path(clerk->site, request->arena, incident.id, form->file),
                   form->media_type, NO_REPORT);
}

void api_read_journal(struct clerk *clerk, struct http_exchange *exchange)
{
    struct incident incident;
    if (find(clerk, exchange, &incident))
        reply_file(exchange,
                   site_path(clerk->site, exchange->request.arena, incident.id, "journal.jsonl"),
                   "application/jsonl", NO_REPORT);
}

/* An incident that is looked into again has its bundle replaced. */
static void refuse_bundle(struct http_exchange *exchange, const struct err *err)
{
    if (err->kind == ERR_NOT_FOUND)
        http_refuse(exchange, 404, "not_found", NO_BUNDLE);
    else if (err->kind == ERR_CANCELLED)
        http_refuse(exchange, 409, "conflict",
                    "the bundle was replaced by a new one while it was packed; ask again");
    else
        reply_err(exchange, err);
}

/* An archive that was collected elsewhere is sent as it is; a folder is packed. */
static void send_bundle(struct clerk *clerk, struct http_exchange *exchange, const char *bundle)
{
    struct arena *arena = exchange->request.arena;
    struct stat info;
    struct err err = {0};
    if (stat(bundle, &info) == 0 && S_ISREG(info.st_mode)) {
        reply_file(exchange, str_of(bundle), "application/zstd", NO_BUNDLE);
        return;
    }
    char *path = (char *)(uintptr_t)str_printf(arena, "%s/tmp/pack-XXXXXX", clerk->site->data).ptr;
    const int fd = mkstemp(path);
    if (fd < 0)
        http_refuse(exchange, 500, "io", "%s: %s", path, strerror(errno));
    else if (!pack_folder(bundle, fd, &err))
        refuse_bundle(exchange, &err);
    else
        reply_file(exchange, str_of(path), "application/zstd", NO_BUNDLE);
    if (fd >= 0) {
        close(fd);
        unlink(path); /* what is sent is open already */
    }
}

void api_read_bundle(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct incident incident;
    char bundle[4096];
    if (!find(clerk, exchange, &incident))
        return;
    if (!realpath(site_path(clerk->site, arena, incident.id, "bundle").ptr, bundle)) {
        http_refuse(exchange, 404, "not_found", NO_BUNDLE);
        return;
    }
    send_bundle(clerk, exchange, bundle);
    if (exchange->answer.status == 200)
        http_answer_header(
            &exchange->answer, "Content-Disposition",
            str_printf(arena, "attachment; filename=\"%.*s.tar.zst\"", STR_ARG(incident.id)));
}

/* Made when they are asked for: a journal is read within milliseconds. */
void api_read_exhibits(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct incident incident;
    struct str journal;
    struct err err = {0};
    if (!find(clerk, exchange, &incident))
        return;
    if (!file_read(arena, site_path(clerk->site, arena, incident.id, "journal.jsonl").ptr,
                   JOURNAL_READ_BYTES_MAX, &journal, &err)) {
        http_refuse(exchange, 404, "not_found", NO_REPORT);
        return;
    }
    struct buf out = buf_new(arena);
    buf_add(&out, story_exhibits(arena, journal));
    reply_json(exchange, 200, &out);
}
