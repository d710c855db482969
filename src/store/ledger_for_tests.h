/* SPDX-License-Identifier: Apache-2.0 */
/* For tests with a ledger: a folder of its own, and where the ledger is to be. */
#pragma once

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[64];
    struct str path;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new("test");
    struct fixture *fixture = arena_push(arena, struct fixture);
    fixture->arena = arena;
    strcpy(fixture->folder, "/tmp/warroom-ledger-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = str_printf(arena, "%s/ledger.db", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm"};
    for (int i = 0; i < 3; i++)
        unlink(str_printf(fixture->arena, "%s/%s", fixture->folder, names[i]).ptr);
    assert_int_equal(rmdir(fixture->folder), 0);
    arena_free(fixture->arena);
    return 0;
}
