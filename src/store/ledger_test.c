/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger.h"

#include "store/ledger_for_tests.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char *const steps[] = {
    "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",
    ("ALTER TABLE notes ADD COLUMN weight REAL;"
     "UPDATE notes SET weight = 2.5;"),
    "CREATE TABLE broken (",
};
static const struct ledger_schema first = {steps, 1}, second = {steps, 2}, broken = {steps, 3};

static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                       {"text", TYPE_TEXT, 0, "", NULL},
                                       {"weight", TYPE_REAL, 0, "", NULL},
                                       {0}};

static struct ledger *open_as(struct arena *arena, struct fixture *fixture,
                              const struct ledger_schema *schema)
{
    struct ledger *ledger;
    struct err err = {0};
    const bool ok = ledger_open_with(arena, fixture->path.ptr, schema, &ledger, &err);
    assert_string_equal(err.text, "");
    assert_true(ok);
    return ledger;
}

static void refused(struct fixture *fixture, const struct ledger_schema *schema, enum err_kind kind,
                    const char *wanted)
{
    struct arena *arena = arena_new("refused");
    struct ledger *ledger;
    struct err err = {0};
    assert_false(ledger_open_with(arena, fixture->path.ptr, schema, &ledger, &err));
    assert_int_equal(err.kind, kind);
    assert_non_null(strstr(err.text, wanted));
    arena_free(arena);
}

static bool put(struct ledger *ledger, int64_t number, struct str text, struct err *err)
{
    const struct value values[] = {value_int(number), value_text(text)};
    return ledger_run(ledger, "INSERT INTO notes (number, text) VALUES (?1, ?2)", values, 2, err);
}

static struct batch *all(struct arena *arena, struct ledger *ledger)
{
    struct batch *rows;
    struct err err = {0};
    const bool ok = ledger_rows(ledger, arena, "SELECT * FROM notes ORDER BY number", NULL, 0,
                                columns, &rows, &err);
    assert_string_equal(err.text, "");
    assert_true(ok);
    return rows;
}

static void what_is_put_is_there_again(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("once");
    struct ledger *ledger = open_as(arena, fixture, &second);
    struct err err;
    struct stat info;
    assert_int_equal(stat(fixture->path.ptr, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(all(arena, ledger)->rows, 0);
    assert_true(put(ledger, 7, STR("a\0b\xff"), &err));
    assert_true(put(ledger, INT64_MIN, (struct str){0}, &err));
    assert_false(put(ledger, 7, STR("again"), &err));
    arena_free(arena);

    arena = arena_new("again");
    const struct batch *rows = all(arena, open_as(arena, fixture, &second));
    assert_int_equal(rows->rows, 2);
    assert_int_equal(rows->columns[0].integers[0], INT64_MIN);
    assert_int_equal(rows->columns[1].texts[0].len, 0);
    assert_true(str_eq(rows->columns[1].texts[1], STR("a\0b\xff")));
    assert_false(rows->columns[2].known[1]);
    arena_free(arena);
}

static void a_transaction_is_kept_as_a_whole_or_not(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("test");
    struct ledger *ledger = open_as(arena, fixture, &second);
    struct err err;
    assert_true(ledger_begin(ledger, &err) && put(ledger, 1, STR("one"), &err));
    ledger_rollback(ledger);
    ledger_rollback(ledger); /* there is none: nothing happens */
    assert_int_equal(all(arena, ledger)->rows, 0);
    assert_true(ledger_begin(ledger, &err) && put(ledger, 1, STR("one"), &err) &&
                put(ledger, 2, STR("two"), &err) && ledger_commit(ledger, &err));
    assert_int_equal(all(arena, ledger)->rows, 2);
    arena_free(arena);
}

static void an_older_one_is_brought_up_to_date(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("old");
    struct err err;
    assert_true(put(open_as(arena, fixture, &first), 1, STR("old"), &err));
    arena_free(arena);

    refused(fixture, &broken, ERR_IO, "incomplete input");
    arena = arena_new("new");
    const struct batch *rows = all(arena, open_as(arena, fixture, &second));
    assert_int_equal(rows->rows, 1);
    assert_true(rows->columns[2].reals[0] == 2.5); /* once, and not by the step that failed */
    arena_free(arena);
    refused(fixture, &first, ERR_DENIED, "a newer warroom");
}

/* The tables of the program itself: a row that the oldest could hold is there in the newest. */
static void every_version_that_was_is_brought_to_this_one(void **state)
{
    struct fixture *fixture = *state;
    static const struct field texts[] = {{"text", TYPE_TEXT, 0, "", NULL}, {0}};
    static const char row[] = "INSERT INTO git_indexes (repository, revision, is_shallow)"
                              " VALUES ('/srv/shop', 'main', 0)";
    static const char told[] = "SELECT repository AS text FROM git_indexes";
    for (int version = 1; version < ledger_schema.steps_count; version++) {
        const struct ledger_schema old = {ledger_schema.steps, version};
        struct arena *arena = arena_new("old");
        struct batch *rows;
        struct err err = {0};
        assert_true(ledger_run(open_as(arena, fixture, &old), row, NULL, 0, &err));
        arena_free(arena);
        arena = arena_new("new");
        struct ledger *ledger = open_as(arena, fixture, &ledger_schema);
        assert_true(ledger_rows(ledger, arena, told, NULL, 0, texts, &rows, &err));
        assert_int_equal(rows->rows, 1);
        assert_string_equal(rows->columns[0].texts[0].ptr, "/srv/shop");
        arena_free(arena);
        refused(fixture, &old, ERR_DENIED, "a newer warroom");
        assert_int_equal(unlink(fixture->path.ptr), 0);
    }
}

static void what_is_no_ledger_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    FILE *file = fopen(fixture->path.ptr, "w");
    fputs("my diary\n", file);
    fclose(file);
    refused(fixture, &first, ERR_DENIED, "no ledger");
    file = fopen(fixture->path.ptr, "r");
    char text[32] = {0};
    assert_int_equal(fread(text, 1, sizeof text, file), 9);
    fclose(file);
    assert_string_equal(text, "my diary\n");

    assert_int_equal(truncate(fixture->path.ptr, 0), 0); /* empty: as good as none */
    struct arena *arena = arena_new("test");
    struct ledger *ledger = open_as(arena, fixture, &first);
    struct err err;
    assert_true(ledger_run(ledger, "PRAGMA application_id = 5", NULL, 0, &err));
    arena_free(arena);
    refused(fixture, &first, ERR_DENIED, "another program");

    assert_int_equal(unlink(fixture->path.ptr), 0);
    assert_int_equal(mkdir(fixture->path.ptr, 0700), 0);
    refused(fixture, &first, ERR_DENIED, "no plain file");
    assert_int_equal(rmdir(fixture->path.ptr), 0);
    assert_int_equal(symlink("/nowhere/at/all", fixture->path.ptr), 0);
    refused(fixture, &first, ERR_IO, "cannot be");
}

static void one_writes_while_others_read(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("test");
    struct ledger *one = open_as(arena, fixture, &second);
    struct ledger *two = open_as(arena, fixture, &second);
    struct err err;
    assert_true(ledger_begin(one, &err) && put(one, 1, STR("one"), &err));
    assert_int_equal(all(arena, two)->rows, 0);
    assert_true(ledger_commit(one, &err));
    assert_int_equal(all(arena, two)->rows, 1);
    assert_true(put(two, 2, STR("two"), &err));
    assert_int_equal(all(arena, one)->rows, 2);
    arena_free(arena);
}

/* Writes in pairs, and says so after each, until it is killed. */
static void write_for_ever(struct fixture *fixture, int told)
{
    struct arena *arena = arena_new("child");
    struct ledger *ledger;
    struct err err;
    if (!ledger_open_with(arena, fixture->path.ptr, &second, &ledger, &err))
        _exit(1);
    for (int32_t pair = 0;; pair++) {
        if (!ledger_begin(ledger, &err) || !put(ledger, 2 * pair, STR("first"), &err) ||
            !put(ledger, 2 * pair + 1, STR("second"), &err) || !ledger_commit(ledger, &err) ||
            write(told, &pair, sizeof pair) != (ssize_t)sizeof pair)
            _exit(1);
    }
}

static void what_was_confirmed_is_there_after_a_crash(void **state)
{
    struct fixture *fixture = *state;
    int told[2];
    assert_int_equal(pipe(told), 0);
    const pid_t child = fork();
    if (child == 0)
        write_for_ever(fixture, told[1]);
    close(told[1]);
    int32_t pair = -1, next;
    while (pair < 20 && read(told[0], &next, sizeof next) == (ssize_t)sizeof next)
        pair = next;
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(told[0], &next, sizeof next) == (ssize_t)sizeof next)
        pair = next;
    close(told[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);

    struct arena *arena = arena_new("after");
    const struct batch *rows = all(arena, open_as(arena, fixture, &second));
    assert_true(pair >= 20);
    assert_true(rows->rows >= 2 * (size_t)(pair + 1));
    assert_int_equal(rows->rows % 2, 0);
    for (size_t i = 0; i < rows->rows; i++)
        assert_int_equal(rows->columns[0].integers[i], (int64_t)i);
    arena_free(arena);
}

static void a_place_of_its_own_is_made(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("test");
    struct ledger *ledger;
    struct err err;
    setenv("XDG_DATA_HOME", str_printf(arena, "%s/data", fixture->folder).ptr, 1);
    assert_true(ledger_open(arena, NULL, &ledger, &err));
    const struct str path = str_copy(fixture->arena, ledger_path(ledger));
    assert_true(str_ends(path, STR("/data/warroom/ledger.db")));
    arena_free(arena);
    assert_int_equal(unlink(path.ptr), 0);
    assert_int_equal(rmdir(str_printf(fixture->arena, "%s/data/warroom", fixture->folder).ptr), 0);
    assert_int_equal(rmdir(str_printf(fixture->arena, "%s/data", fixture->folder).ptr), 0);
    arena = arena_new("nowhere");
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_false(ledger_open(arena, NULL, &ledger, &err));
    assert_non_null(strstr(err.text, "--ledger"));
    arena_free(arena);
}

static void a_look_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("look");
    struct ledger *ledger;
    struct err err = {0};
    int64_t version = -1;
    assert_false(ledger_look(arena, fixture->path.ptr, &ledger, &version, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_int_not_equal(access(fixture->path.ptr, F_OK), 0);

    assert_true(put(open_as(arena, fixture, &first), 1, STR("old"), &err));
    assert_true(ledger_look(arena, fixture->path.ptr, &ledger, &version, &err));
    assert_int_equal(version, 1); /* and not that of the program's own tables */
    assert_false(put(ledger, 2, STR("new"), &err));
    assert_int_equal(err.kind, ERR_DENIED);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_is_there_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transaction_is_kept_as_a_whole_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_older_one_is_brought_up_to_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_version_that_was_is_brought_to_this_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_ledger_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_writes_while_others_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_confirmed_is_there_after_a_crash, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_place_of_its_own_is_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_look_changes_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
