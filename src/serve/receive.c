/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/receive.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/alert.h"
#include "connect/collect.h"
#include "serve/log.h"
#include "serve/member.h"
#include "serve/wall.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct receive {
    struct intake *intake;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
    pthread_t tender;
};

static void *tend(void *state)
{
    struct receive *receive = state;
    pthread_mutex_lock(&receive->lock);
    while (!receive->is_stopping) {
        struct timespec until;
        struct err err = {0};
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += INTAKE_TEND_EVERY_S;
        pthread_cond_timedwait(&receive->changed, &receive->lock, &until);
        pthread_mutex_unlock(&receive->lock);
        if (!intake_tend(receive->intake, wall_now_ns(), &err))
            log_line(LOG_ERROR, "receive", "%s", err.text);
        pthread_mutex_lock(&receive->lock);
    }
    pthread_mutex_unlock(&receive->lock);
    return NULL;
}

bool receive_start(struct arena *arena, const struct intake_settings *settings,
                   struct receive **out, struct err *err)
{
    struct receive *receive = arena_push(arena, struct receive);
    pthread_condattr_t attributes;
    if (!intake_open(arena, settings, &receive->intake, err))
        return false;
    pthread_mutex_init(&receive->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&receive->changed, &attributes);
    if (pthread_create(&receive->tender, NULL, tend, receive) != 0)
        return err_set(err, ERR_IO, "a thread could not be started");
    *out = receive;
    return true;
}

void receive_stop(struct receive *receive)
{
    pthread_mutex_lock(&receive->lock);
    receive->is_stopping = true;
    pthread_cond_signal(&receive->changed);
    pthread_mutex_unlock(&receive->lock);
    pthread_join(receive->tender, NULL);
}

struct intake *receive_intake(struct receive *receive)
{
    return receive->intake;
}

/* ---- into a bundle ---- */

static void put_source(struct buf *out, const char *table, int64_t rows, bool is_cut)
{
    buf_add_char(out, '{');
    member_text(out, "source", str_printf(out->arena, "pushed %s", table));
    member_text(out, "kind", STR("local"));
    member_text(out, "signal", str_of(table));
    member_text(out, "state", STR("read"));
    member_integer(out, "rows", rows);
    member_text(out, "note", is_cut ? STR("only the latest rows: there were more") : STR(""));
    buf_add(out, STR("}\n"));
}

static bool append(const char *path, struct str text, struct err *err)
{
    FILE *file = fopen(path, "ae");
    bool ok = file && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file && fclose(file) != 0)
        ok = false;
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool receive_export(struct receive *receive, struct arena *arena, struct str bundle,
                    struct str alert, int64_t now_ns, struct err *err)
{
    struct alert read;
    struct buf sources = buf_new(arena);
    if (!alert_parse(arena, alert, &read, err))
        return false;
    const struct window window = collect_window(&read, now_ns, 0);
    for (int table = 0; table < HARVEST_TABLES; table++) {
        const struct intake_window wanted = {
            .table = (enum harvest_table)table, .from_ns = window.start_ns, .to_ns = window.end_ns};
        const struct str path =
            str_printf(arena, "%.*s/%s.parquet", STR_ARG(bundle), harvest_names[table]);
        int64_t rows = 0;
        bool is_cut = false;
        if (!intake_export(receive->intake, &wanted, path, &rows, &is_cut, err))
            return false;
        if (rows > 0)
            put_source(&sources, harvest_names[table], rows, is_cut);
        else
            unlink(path.ptr); /* nothing was pushed: then the bundle has no such file */
    }
    return append(str_printf(arena, "%.*s/sources.jsonl", STR_ARG(bundle)).ptr, buf_str(&sources),
                  err);
}
