/* SPDX-License-Identifier: Apache-2.0 */
#include "tool/script.h"

#include "base/arena.h"
#include "base/clock.h"
#include "tool/script_wire.h"
#include "tool/script_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const struct script_limits script_limits_usual = {
    .steps_max = 100000000, /* about a second */
    .memory_bytes_max = (size_t)64 << 20,
    .output_bytes_max = (size_t)64 << 10,
    .queries_max = 100,
    .time_max_ns = 10 * NS_PER_S,
};

struct session {
    struct arena *arena;
    const struct script_limits *limits;
    const struct script_host *host;
    int in, out;
    pid_t pid;
    int64_t until_ns;
    struct script_result *result;
};

static int64_t now_ns(void)
{
    return clock_now_ns(clock_system());
}

static void *arena_room(void *state, size_t size)
{
    return arena_alloc(state, size);
}

/* ---- messages ---- */

/* A message that has begun comes whole: who writes it does nothing else until it is written. */
static bool next_message(struct session *session, struct wire_message *out, struct err *err)
{
    struct pollfd waiting = {.fd = session->in, .events = POLLIN};
    const int64_t left_ns = session->until_ns - now_ns();
    const int ready = left_ns > 0 ? poll(&waiting, 1, (int)(left_ns / NS_PER_MS) + 1) : 0;
    if (ready < 0 && errno == EINTR)
        return next_message(session, out, err);
    if (ready == 0)
        return err_set(err, ERR_TIMEOUT, "the script did not end within %.0f s",
                       (double)session->limits->time_max_ns / (double)NS_PER_S);
    return wire_read(session->in, arena_room, session->arena, out) ||
           err_set(err, ERR_OVER_BUDGET, "the script's process ended before the script did");
}

static bool answer_query(struct session *session, struct str sql, struct err *err)
{
    struct batch *rows;
    struct err refusal = {0};
    struct buf body = buf_new(session->arena);
    bool ok = session->host->query(session->host->state, session->arena, sql, &rows, &refusal);
    if (ok && !wire_put_rows(&body, rows))
        ok = err_set(&refusal, ERR_OVER_BUDGET, "the rows of a query are more than %zu MB",
                     WIRE_BYTES_MAX >> 20);
    return wire_write(session->out, ok ? WIRE_ROWS : WIRE_REFUSED,
                      ok ? buf_str(&body) : str_of(refusal.text)) ||
           err_set(err, ERR_OVER_BUDGET, "the script's process ended before the script did");
}

static bool is_number(struct str json, double *out)
{
    return json.len > 0 && (json.ptr[0] == '-' || (json.ptr[0] >= '0' && json.ptr[0] <= '9')) &&
           str_to_real(json, out);
}

/* One message; `ended` after the last. False: so did the script. */
static bool take(struct session *session, const struct wire_message *message, bool *ended,
                 struct err *err)
{
    struct script_result *out = session->result;
    const struct str body = message->body;
    *ended = true;
    switch (message->type) {
    case WIRE_QUERY:
        *ended = false;
        return answer_query(session, body, err);
    case WIRE_PRINTED:
        *ended = false;
        out->printed_is_cut = body.len > 0 && body.ptr[0] == '1';
        out->printed = str_slice(body, 1, body.len);
        return true;
    case WIRE_RESULT:
        out->json = body;
        out->is_number = is_number(body, &out->number);
        return true;
    case WIRE_BEYOND:
        return err_set(err, ERR_OVER_BUDGET, "the script took more %s than it may", body.ptr);
    case WIRE_WRONG:
        return err_set(err, ERR_USAGE, "the script is wrong: %s", body.ptr);
    case WIRE_ROWS:
    case WIRE_REFUSED:
        break;
    }
    return err_set(err, ERR_PROTOCOL, "the script's process said what it may not say");
}

static bool converse(struct session *session, struct err *err)
{
    struct wire_message message;
    for (bool ended = false; !ended;)
        if (!next_message(session, &message, err) || !take(session, &message, &ended, err))
            return false;
    return true;
}

/* ---- the process ---- */

static bool start(struct session *session, struct str text, struct err *err)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0)
        return err_set(err, ERR_IO, "a script cannot be started: %s", strerror(errno));
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]), close(to[1]);
        return err_set(err, ERR_IO, "a script cannot be started: %s", strerror(errno));
    }
    session->pid = fork();
    if (session->pid == 0)
        script_worker(text, session->limits, to[0], from[1]);
    close(to[0]), close(from[1]);
    session->out = to[1];
    session->in = from[0];
    if (session->pid > 0)
        return true;
    close(session->in), close(session->out);
    return err_set(err, ERR_IO, "a script cannot be started: %s", strerror(errno));
}

static void stop(struct session *session)
{
    close(session->in), close(session->out);
    kill(session->pid, SIGKILL);
    while (waitpid(session->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

bool script_run(struct arena *arena, struct str text, const struct script_limits *limits,
                const struct script_host *host, struct script_result *out, struct err *err)
{
    struct session session = {.arena = arena,
                              .limits = limits,
                              .host = host,
                              .until_ns = now_ns() + limits->time_max_ns,
                              .result = out};
    *out = (struct script_result){.json = STR("null")};
    if (text.len > SCRIPT_TEXT_BYTES_MAX)
        return err_set(err, ERR_USAGE, "a script may have %zu bytes", SCRIPT_TEXT_BYTES_MAX);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before); /* its process may be gone when an answer is written */
    bool ok = start(&session, text, err);
    if (ok) {
        ok = converse(&session, err);
        stop(&session);
    }
    sigaction(SIGPIPE, &before, NULL);
    return ok;
}
