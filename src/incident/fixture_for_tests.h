/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a folder of its own, and notices to put into it. */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "incident/incident.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */
#define MINUTE (60 * NS_PER_S)

struct fixture {
    struct arena *arena;
    char folder[64];
    struct str path;
    struct ledger *ledger;
    struct incident_limits limits;
    uint32_t posts;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new("test");
    struct fixture *fixture = arena_push(arena, struct fixture);
    struct err err = {0};
    fixture->arena = arena;
    fixture->limits = incident_limits_standard;
    strcpy(fixture->folder, "/tmp/warroom-incident-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = str_printf(arena, "%s/ledger.db", fixture->folder);
    if (!ledger_open(arena, fixture->path.ptr, &fixture->ledger, &err))
        fail_msg("%s", err.text);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char folder[64];
    strcpy(folder, fixture->folder);
    arena_free(fixture->arena);
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm"};
    for (int i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

/* An alert of that service; who is told apart by `fingerprint`. */
static inline struct notice notice_of(const char *fingerprint, const char *service)
{
    return (struct notice){.alert = {.id = str_of(fingerprint),
                                     .name = STR("Slow"),
                                     .status = STR("firing"),
                                     .severity = STR("critical"),
                                     .service = str_of(service),
                                     .starts_ns = NOW},
                           .fingerprint = str_of(fingerprint),
                           .episode = STR("1")};
}

/* One post, which nobody has sent before. */
static inline struct delivery take_many(struct fixture *fixture, const struct notice *notices,
                                        uint32_t count, int64_t now_ns)
{
    const struct notices all = {.items = (struct notice *)(uintptr_t)notices,
                                .count = count,
                                .key = str_printf(fixture->arena, "test:%u", fixture->posts++),
                                .has_id = true};
    struct delivery delivery = {.notices = &all, .arena = fixture->arena};
    struct err err = {0};
    if (!incident_take(fixture->ledger, &fixture->limits, NULL, now_ns, &delivery, 1, &err))
        fail_msg("%s", err.text);
    return delivery;
}

static inline struct delivery take(struct fixture *fixture, struct notice notice, int64_t now_ns)
{
    return take_many(fixture, &notice, 1, now_ns);
}

static inline struct incident incident_of(struct fixture *fixture, struct str id)
{
    struct incident incident;
    struct err err = {0};
    if (!incident_read(fixture->ledger, fixture->arena, id, &incident, &err))
        fail_msg("%s", err.text);
    return incident;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* The one number that a query gives. */
static inline int64_t count_of(struct fixture *fixture, const char *sql)
{
    static const struct field columns[] = {{"count", TYPE_INT, 0, "", NULL}, {0}};
    struct batch *rows;
    struct err err = {0};
    if (!ledger_rows(fixture->ledger, fixture->arena, sql, NULL, 0, columns, &rows, &err))
        fail_msg("%s", err.text);
    return rows->columns[0].integers[0];
}
