/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/child.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static void hear(void *state, struct str bytes)
{
    buf_add(state, bytes);
}

static const char *const bare[] = {"PATH=/usr/bin:/bin", NULL};

static struct child_result run_shell(const char *script, struct child_order order)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct child_result result;
    struct err err = {0};
    order.argv = argv;
    order.environment = bare;
    if (order.deadline_ns == 0)
        order.deadline_ns = clock_now_ns(clock_system()) + 20 * NS_PER_S;
    if (order.stop_fd == 0)
        order.stop_fd = -1;
    assert_true(child_run(&order, &result, &err));
    return result;
}

static void how_it_ended_is_told(void **state)
{
    (void)state;
    struct child_result result = run_shell("exit 3", (struct child_order){0});
    assert_int_equal(result.end, CHILD_ENDED);
    assert_int_equal(result.code, 3);
    result = run_shell("kill -SEGV $$", (struct child_order){0});
    assert_int_equal(result.end, CHILD_KILLED);
    assert_int_equal(result.code, 11);
    result = run_shell("echo one >&2; echo 'warroom: two' >&2; echo >&2; exit 2",
                       (struct child_order){0});
    assert_string_equal(result.said, "two");
}

static void what_it_writes_is_heard_to_the_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf heard = buf_new(arena);
    run_shell("seq 100000 >&3",
              (struct child_order){.heard = hear, .heard_fd = CHILD_NOTES_FD, .state = &heard});
    assert_int_equal(heard.len, 588895);
    heard = buf_new(arena);
    run_shell("cat", (struct child_order){.input = STR("said to it"),
                                          .heard = hear,
                                          .heard_fd = STDOUT_FILENO,
                                          .state = &heard});
    assert_string_equal(buf_str(&heard).ptr, "said to it");
    arena_free(arena);
}

static void a_flood_of_complaints_does_not_stop_it(void **state)
{
    (void)state;
    const struct child_result result =
        run_shell("yes complaint | head -n 100000 >&2; echo last >&2", (struct child_order){0});
    assert_int_equal(result.end, CHILD_ENDED);
    assert_string_equal(result.said, "last");
}

static void its_time_is_bounded_and_it_cannot_refuse(void **state)
{
    (void)state;
    const struct child_result result =
        run_shell("trap '' TERM; while :; do sleep 1; done",
                  (struct child_order){.deadline_ns = clock_now_ns(clock_system()) + NS_PER_S / 5});
    assert_int_equal(result.end, CHILD_LATE);
}

static void it_is_stopped_from_outside(void **state)
{
    (void)state;
    const int stop = eventfd(1, EFD_CLOEXEC);
    const struct child_result result =
        run_shell("exec sleep 100", (struct child_order){.stop_fd = stop});
    assert_int_equal(result.end, CHILD_STOPPED);
    close(stop);
}

/* A grandchild that keeps the pipes open is not waited for, and does not stay. */
static void nothing_of_it_is_left(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf heard = buf_new(arena);
    const struct child_result result =
        run_shell("sleep 1000 & echo $! >&3; exit 0",
                  (struct child_order){.heard = hear, .heard_fd = CHILD_NOTES_FD, .state = &heard});
    assert_int_equal(result.end, CHILD_ENDED);
    int64_t pid;
    assert_true(str_to_int(str_trim(buf_str(&heard)), &pid));
    struct pollfd ended = {.fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0), .events = POLLIN};
    if (ended.fd >= 0) {
        assert_int_equal(poll(&ended, 1, 5000), 1);
        close(ended.fd);
    }
    arena_free(arena);
}

static void what_is_not_there_is_told(void **state)
{
    (void)state;
    const char *const argv[] = {"/nonexistent/program", NULL};
    const struct child_order order = {.argv = argv, .environment = bare, .stop_fd = -1};
    struct child_result result;
    struct err err = {0};
    assert_false(child_run(&order, &result, &err));
    assert_non_null(strstr(err.text, "/nonexistent/program"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_ended_is_told),
        cmocka_unit_test(what_it_writes_is_heard_to_the_end),
        cmocka_unit_test(a_flood_of_complaints_does_not_stop_it),
        cmocka_unit_test(its_time_is_bounded_and_it_cannot_refuse),
        cmocka_unit_test(it_is_stopped_from_outside),
        cmocka_unit_test(nothing_of_it_is_left),
        cmocka_unit_test(what_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
