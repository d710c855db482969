/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that is killed at any moment, again and again: what it has acknowledged is there once,
 * what it has finished stays finished, and what it was at is taken up again.
 */
#include "incident/desk.h"
#include "incident/fixture_for_tests.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#define ROUNDS 60
#define POSTS_MAX 4000
#define STEP_US 350 /* each round lives so much longer than the last but one */

/* One line of what the server has told the world; a pipe takes it in one piece. */
struct said {
    enum { SAID_TAKEN, SAID_FINISHED } what;
    int64_t number; /* of a post, or of an investigation */
    char id[32];
};

static void die(int number)
{
    (void)number;
    kill(getpid(), SIGKILL);
}

static int points_left; /* 0: a timer decides */

/* Between two steps of the server: after something was kept, before anybody was told, ... */
static void point(void)
{
    if (points_left > 0 && --points_left == 0)
        die(0);
}

static void say(int fd, struct said said)
{
    point();
    if (write(fd, &said, sizeof said) != (ssize_t)sizeof said)
        _exit(1);
    point();
}

/* Post n is about a service of its own, and always the same: so a sender comes again with it. */
static bool take_post(struct ledger *ledger, struct arena *arena, int64_t n, struct str *id)
{
    static const struct incident_limits limits = {.queue_max = 100000, .opened_max = 100000};
    const struct str name = str_printf(arena, "post-%lld", (long long)n);
    struct notice notice = notice_of(name.ptr, name.ptr);
    const struct notices all = {.items = &notice, .count = 1, .key = name, .has_id = true};
    struct delivery delivery = {.notices = &all, .arena = arena};
    struct err err = {0};
    if (!incident_take(ledger, &limits, NULL, NOW + n, &delivery, 1, &err))
        return false;
    *id = delivery.is_replay ? STR("replay") : delivery.incidents[0];
    return true;
}

static bool work_on_one(struct ledger *ledger, struct arena *arena, int fd)
{
    struct claimed claimed;
    struct err err = {0};
    const struct ending ending = {.state = INCIDENT_DONE, .verdict = {.headline = STR("x")}};
    if (!incident_next(ledger, arena, NOW, &claimed, &err))
        return false;
    if (claimed.investigation == 0)
        return true;
    point();
    if (!incident_step(ledger, claimed.investigation, NOW, &err))
        return false;
    point();
    if (!incident_finish(ledger, claimed.investigation, &ending, NOW, &err))
        return false;
    say(fd, (struct said){.what = SAID_FINISHED, .number = claimed.investigation});
    return true;
}

static void serve_until_killed(const char *path, int64_t from, int fd)
{
    struct arena *arena = arena_new("server");
    struct ledger *ledger;
    uint32_t requeued, failed;
    struct err err = {0};
    if (!ledger_open(arena, path, &ledger, &err) ||
        !incident_recover(ledger, NOW, &requeued, &failed, &err))
        _exit(2);
    for (int64_t n = from; n < POSTS_MAX; n++) {
        struct said said = {.what = SAID_TAKEN, .number = n};
        struct str id;
        if (!take_post(ledger, arena, n, &id))
            _exit(3);
        memcpy(said.id, id.ptr, id.len);
        say(fd, said);
        if (n % 2 == 1 && !work_on_one(ledger, arena, fd))
            _exit(4);
    }
    _exit(0);
}

/* What the world has been told, over all rounds. */
struct told {
    int64_t posts; /* acknowledged: 0 to posts - 1 */
    bool is_finished[POSTS_MAX + 1];
};

/* In every other round at the n-th point, else after some time, which is anywhere. */
static void set_end(int round)
{
    const struct itimerval timer = {.it_value = {.tv_usec = 1 + round * STEP_US}};
    signal(SIGALRM, die);
    if (round % 2 == 0)
        setitimer(ITIMER_REAL, &timer, NULL);
    else
        points_left = 1 + round / 2;
}

static void run_round(const char *path, int round, struct told *told)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        set_end(round);
        serve_until_killed(path, told->posts, ends[1]);
    }
    close(ends[1]);
    struct said said;
    while (read(ends[0], &said, sizeof said) == (ssize_t)sizeof said) {
        if (said.what == SAID_TAKEN)
            told->posts = said.number + 1;
        else
            told->is_finished[said.number] = true;
    }
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void check_states(struct fixture *fixture, const struct told *told)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                           {"state", TYPE_TEXT, 0, "", NULL},
                                           {"attempts", TYPE_INT, 0, "", NULL},
                                           {0}};
    struct batch *rows;
    struct err err = {0};
    assert_true(ledger_rows(fixture->ledger, fixture->arena,
                            "SELECT number, state, attempts FROM investigations ORDER BY number",
                            NULL, 0, columns, &rows, &err));
    for (size_t i = 0; i < rows->rows; i++) {
        enum incident_state state;
        assert_true(incident_state_parse(rows->columns[1].texts[i], &state));
        if (told->is_finished[rows->columns[0].integers[i]])
            assert_int_equal(state, INCIDENT_DONE);
        assert_true(
            state == INCIDENT_QUEUED || state == INCIDENT_DONE ||
            (state == INCIDENT_FAILED && rows->columns[2].integers[i] == INCIDENT_ATTEMPTS_MAX));
    }
}

static void nothing_acknowledged_is_lost_or_doubled(void **state)
{
    struct fixture *fixture = *state;
    struct told *told = arena_push(fixture->arena, struct told);
    uint32_t requeued, failed;
    struct err err = {0};
    for (int round = 0; round < ROUNDS; round++)
        run_round(fixture->path.ptr, round, told);
    assert_true(told->posts > ROUNDS / 4); /* else nothing was tried */
    assert_true(incident_recover(fixture->ledger, NOW, &requeued, &failed, &err));

    const int64_t incidents = count_of(fixture, "SELECT count(*) FROM incidents");
    /* the last one may have been kept before anybody was told */
    assert_true(incidents == told->posts || incidents == told->posts + 1);
    assert_int_equal(count_of(fixture, "SELECT count(DISTINCT fingerprint) FROM incident_alerts"),
                     incidents);
    assert_int_equal(count_of(fixture, "SELECT sum(told) FROM incident_alerts"), incidents);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM investigations"), incidents);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM incidents i JOIN investigations v"
                                       " ON v.number = i.investigation AND v.incident = i.number"),
                     incidents);
    check_states(fixture, told);
}

/* ---- many threads at one desk ---- */

#define THREADS 16
#define POSTS_EACH 50

struct poster {
    struct desk *desk;
    int number;
    uint32_t opened;
    bool ok;
};

static void *post_all(void *thing)
{
    struct poster *self = thing;
    struct arena *arena = arena_new("poster");
    self->ok = true;
    for (int i = 0; i < POSTS_EACH && self->ok; i++) {
        const struct str name = str_printf(arena, "%d-%d", self->number, i);
        struct notice notice = notice_of(name.ptr, name.ptr);
        const struct notices all = {.items = &notice, .count = 1, .key = name, .has_id = true};
        struct delivery delivery = {.notices = &all, .arena = arena};
        struct err err = {0};
        self->ok = desk_take(self->desk, &delivery, NOW, &err) && delivery.incidents_count == 1;
        self->opened += delivery.opened;
    }
    arena_free(arena);
    return NULL;
}

static void many_threads_hand_in_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new("desk");
    struct ledger *ledger;
    struct err err = {0};
    struct poster posters[THREADS];
    pthread_t threads[THREADS];
    uint32_t opened = 0;
    assert_true(ledger_open(arena, fixture->path.ptr, &ledger, &err));
    struct desk *desk = desk_new(arena, ledger, &fixture->limits);
    const struct topology none = topology_new(fixture->arena);
    for (int i = 0; i < THREADS; i++) {
        posters[i] = (struct poster){.desk = desk, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, post_all, &posters[i]), 0);
    }
    desk_set_topology(desk, &none);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(posters[i].ok);
        opened += posters[i].opened;
    }
    assert_int_equal(opened, fixture->limits.opened_max);
    assert_int_equal(count_of(fixture, "SELECT sum(told) FROM incident_alerts"),
                     THREADS * POSTS_EACH);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_acknowledged_is_lost_or_doubled),
        TEST(many_threads_hand_in_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
