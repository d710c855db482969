/* SPDX-License-Identifier: Apache-2.0 */
/* Children that end well, badly, late and loud. None of them sleeps where we would have to wait. */
#include "base/arena.h"
#include "base/clock.h"
#include "eval/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define LONG_NS (60 * NS_PER_S)
#define SHORT_NS (50 * NS_PER_MS)

static const struct {
    const char *why;
    const char *script; /* what /bin/sh is to do */
    int64_t timeout_ns;
    enum child_end end;
    int code;
    const char *output;
    const char *fault;
} runs[] = {
    {"all is well", "echo yes", LONG_NS, CHILD_EXITED, 0, "yes\n", ""},
    {"it reads nothing", "cat; echo end", LONG_NS, CHILD_EXITED, 0, "end\n", ""},
    {"it fails without a word", "exit 3", LONG_NS, CHILD_EXITED, 3, "", "exit status 3"},
    {"it fails and says why", "echo no such file >&2; echo more >&2; exit 1", LONG_NS, CHILD_EXITED,
     1, "", "exit status 1: no such file"},
    {"a warning is no failure", "echo hm >&2; echo yes", LONG_NS, CHILD_EXITED, 0, "yes\n", ""},
    {"it is killed", "kill -15 $$", LONG_NS, CHILD_KILLED, 15, "",
     "killed by signal 15 (Terminated)"},
    {"it hangs", "echo start; exec sleep 1000", SHORT_NS, CHILD_TIMED_OUT, 9, "start\n", NULL},
    {"what it started hangs too", "sleep 1000; true", SHORT_NS, CHILD_TIMED_OUT, 9, "", NULL},
    {"it leaves something behind that holds our pipes", "sleep 1 & echo yes", LONG_NS, CHILD_EXITED,
     0, "yes\n", ""},
    {"it closes its output and hangs", "exec >&- 2>&-; exec sleep 1000", SHORT_NS, CHILD_TIMED_OUT,
     9, "", NULL},
    {"it never stops talking", "exec cat /dev/zero", LONG_NS, CHILD_TOO_LOUD, 9, NULL,
     "it wrote more than 1 MB"},
    {"it complains without end, but ends", "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo yes",
     LONG_NS, CHILD_EXITED, 0, "yes\n", ""},
};

static void tells_how_a_child_ended(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        const char *const argv[] = {"/bin/sh", "-c", runs[i].script, NULL};
        struct child_result result = {0};
        struct err err = {0};
        print_message("%s\n", runs[i].why);
        assert_true(child_run(arena, argv, runs[i].timeout_ns, 1 << 20, &result, &err));
        assert_int_equal(result.end, runs[i].end);
        assert_int_equal(result.code, runs[i].code);
        if (runs[i].output)
            assert_string_equal(result.output.ptr, runs[i].output);
        if (runs[i].fault)
            assert_string_equal(str_copy(arena, child_fault(arena, &result)).ptr, runs[i].fault);
        assert_true(result.complaint.len <= CHILD_COMPLAINT_BYTES_MAX);
        assert_true(result.wall_ns > 0 && result.wall_ns < LONG_NS);
        assert_true(result.rss_bytes > 0);
    }
    arena_free(arena);
}

static void names_a_program_that_is_not_there(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const char *const argv[] = {"/nowhere/warroom", NULL};
    struct child_result result = {0};
    struct err err = {0};
    assert_true(child_run(arena, argv, LONG_NS, 1 << 20, &result, &err));
    assert_string_equal(child_fault(arena, &result).ptr,
                        "exit status 127: No such file or directory");
    arena_free(arena);
}

struct crowd {
    const char *argv[4];
    char script[32];
    uint32_t done[20];
};

static const char *const *crowd_argv(void *state, uint32_t index)
{
    struct crowd *crowd = state;
    snprintf(crowd->script, sizeof crowd->script, "exit %u", index);
    crowd->argv[0] = "/bin/sh";
    crowd->argv[1] = "-c";
    crowd->argv[2] = crowd->script;
    crowd->argv[3] = NULL;
    return crowd->argv;
}

static void crowd_done(void *state, uint32_t index, const struct child_result *result)
{
    struct crowd *crowd = state;
    assert_int_equal(result->code, index);
    crowd->done[index]++;
}

static void runs_many_each_once(void **state)
{
    (void)state;
    struct crowd crowd = {0};
    const struct children children = {
        .count = COUNT_OF(crowd.done),
        .at_once = 3,
        .timeout_ns = LONG_NS,
        .output_bytes_max = 1 << 20,
        .argv = crowd_argv,
        .done = crowd_done,
        .state = &crowd,
    };
    struct err err = {0};
    assert_true(children_run(&children, &err));
    for (size_t i = 0; i < COUNT_OF(crowd.done); i++)
        assert_int_equal(crowd.done[i], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_a_child_ended),
        cmocka_unit_test(names_a_program_that_is_not_there),
        cmocka_unit_test(runs_many_each_once),
    };
    return cmocka_run_group_tests_name("eval child", tests, NULL, NULL);
}
