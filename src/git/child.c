/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both of git's streams are read as they come: it must not wait for us with a full pipe of
 * complaints. What it complains of is matched by the English that LC_ALL=C makes it speak, because
 * its exit code is 128 for everything.
 */
#include "git/child.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 16) /* what a pipe holds */
#define SAFE_BYTES_MAX ((size_t)1 << 20)

/* Files above this are binary to a diff: it bounds the memory of git. */
#define BIG_FILE "core.bigFileThreshold=16m"

struct child {
    const char *folder;
    pid_t pid;
    int output, complaints; /* our ends; -1: closed */
    int64_t started_ns, heard_ns;
    char complaint[GIT_COMPLAINT_BYTES_MAX];
    size_t complaint_len;
};

/* ---- start ---- */

/* Of one command. */
struct order {
    const char *folder;
    const char *const *words;
    const struct str *safe; /* folders that the user lets git read, whoever owns them */
    uint32_t safe_count;
    bool asks_user; /* it may see the user's configuration */
};

static void pass_on(struct arena *arena, const char **all, size_t *count, const char *name)
{
    const char *value = getenv(name);
    if (value)
        all[(*count)++] = str_printf(arena, "%s=%s", name, value).ptr;
}

/* All that git gets to see. */
static char *const *environment(struct arena *arena, const struct order *order)
{
    static const char *const fixed[] = {
        "LC_ALL=C",
        "GIT_CONFIG_NOSYSTEM=1",
        "GIT_ATTR_NOSYSTEM=1",
        "GIT_NO_REPLACE_OBJECTS=1",
        "GIT_NO_LAZY_FETCH=1",
        "GIT_ALLOW_PROTOCOL=none", /* git before 2.44 does not know the line above */
        "GIT_TERMINAL_PROMPT=0",
        "GIT_OPTIONAL_LOCKS=0",
        "GIT_PAGER=cat",
    };
    const char *path = getenv("PATH");
    const char **all = arena_push_many(arena, const char *, sizeof fixed / sizeof *fixed + 5);
    size_t count = sizeof fixed / sizeof *fixed;
    memcpy(all, fixed, sizeof fixed);
    all[count++] = str_printf(arena, "PATH=%s", path ? path : "/usr/local/bin:/usr/bin:/bin").ptr;
    if (order->asks_user) {
        pass_on(arena, all, &count, "HOME");
        pass_on(arena, all, &count, "XDG_CONFIG_HOME");
        pass_on(arena, all, &count, "GIT_CONFIG_GLOBAL");
    } else {
        all[count++] = "GIT_CONFIG_GLOBAL=/dev/null";
    }
    return (char *const *)(uintptr_t)all;
}

static char *const *command_line(struct arena *arena, const struct order *order)
{
    const char *const front[] = {"git", "--no-pager",
                                 "-C",  order->folder,
                                 "-c",  "core.fsmonitor=false",
                                 "-c",  "core.hooksPath=/dev/null",
                                 "-c",  "core.alternateRefsCommand=",
                                 "-c",  BIG_FILE};
    size_t count = sizeof front / sizeof *front;
    const char **all =
        arena_push_many(arena, const char *, count + 2 * order->safe_count + GIT_WORDS_MAX + 1);
    memcpy(all, front, sizeof front);
    for (uint32_t i = 0; i < order->safe_count; i++) {
        all[count++] = "-c";
        all[count++] = str_printf(arena, "safe.directory=%.*s", STR_ARG(order->safe[i])).ptr;
    }
    for (size_t i = 0; order->words[i]; i++) {
        assert(i < GIT_WORDS_MAX);
        all[count++] = order->words[i];
    }
    return (char *const *)(uintptr_t)all;
}

static int spawn(struct child *child, const struct order *order, const int *output,
                 const int *complaints)
{
    struct arena *arena = arena_new("git");
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, complaints[1], STDERR_FILENO);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP); /* its children end with it */
    const int fault = posix_spawnp(&child->pid, "git", &files, &attributes,
                                   command_line(arena, order), environment(arena, order));
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    arena_free(arena);
    return fault;
}

static bool start(struct child *child, const struct order *order, struct err *err)
{
    int output[2], complaints[2];
    if (pipe2(output, O_CLOEXEC) != 0)
        return err_set(err, ERR_IO, "no pipe to git: %s", strerror(errno));
    if (pipe2(complaints, O_CLOEXEC) != 0) {
        close(output[0]);
        close(output[1]);
        return err_set(err, ERR_IO, "no pipe to git: %s", strerror(errno));
    }
    const int fault = spawn(child, order, output, complaints);
    close(output[1]);
    close(complaints[1]);
    child->output = output[0];
    child->complaints = complaints[0];
    if (fault == 0)
        return true;
    close(output[0]);
    close(complaints[0]);
    return err_set(err, ERR_IO, "git could not be started: %s; is it installed?", strerror(fault));
}

/* ---- listen ---- */

static void hear_complaint(struct child *child)
{
    char piece[512];
    const ssize_t got = read(child->complaints, piece, sizeof piece);
    if (got <= 0) {
        if (got < 0 && errno == EINTR)
            return;
        close(child->complaints);
        child->complaints = -1;
        return;
    }
    const size_t room = sizeof child->complaint - child->complaint_len;
    const size_t len = (size_t)got < room ? (size_t)got : room;
    memcpy(child->complaint + child->complaint_len, piece, len);
    child->complaint_len += len;
}

static bool hear_output(struct child *child, char *piece, git_sink *sink, void *state,
                        struct err *err)
{
    const ssize_t got = read(child->output, piece, PIECE_BYTES);
    if (got > 0)
        return sink(state, (struct str){piece, (size_t)got}, err);
    if (got < 0 && errno == EINTR)
        return true;
    close(child->output);
    child->output = -1;
    return got == 0 || err_set(err, ERR_IO, "%s: what git says cannot be read: %s", child->folder,
                               strerror(errno));
}

/* Until both streams end. False: git is not to go on. */
static bool listen_to(struct child *child, git_sink *sink, void *state, struct err *err)
{
    const struct clock clock = clock_system();
    struct arena *arena = arena_new("git output");
    char *piece = arena_alloc(arena, PIECE_BYTES);
    bool ok = true;
    child->started_ns = child->heard_ns = clock_now_ns(clock);
    while (ok && (child->output >= 0 || child->complaints >= 0)) {
        struct pollfd polls[] = {{.fd = child->output, .events = POLLIN},
                                 {.fd = child->complaints, .events = POLLIN}};
        const int ready = poll(polls, 2, 1000);
        const int64_t now_ns = clock_now_ns(clock);
        if (ready > 0)
            child->heard_ns = now_ns;
        if (ready < 0 && errno != EINTR)
            ok = err_set(err, ERR_IO, "%s: what git says cannot be waited for: %s", child->folder,
                         strerror(errno));
        else if (now_ns - child->heard_ns > GIT_IDLE_NS_MAX)
            ok = err_set(err, ERR_TIMEOUT, "%s: git has said nothing for two minutes",
                         child->folder);
        else if (now_ns - child->started_ns > GIT_TIME_NS_MAX)
            ok = err_set(err, ERR_TIMEOUT, "%s: git took more than an hour", child->folder);
        if (ok && ready > 0 && polls[1].revents)
            hear_complaint(child);
        if (ok && ready > 0 && polls[0].revents)
            ok = hear_output(child, piece, sink, state, err);
    }
    arena_free(arena);
    return ok;
}

/* ---- end ---- */

/* The first line that says what is wrong; warnings are for whoever runs git by hand. */
static struct str fault_of(struct str text)
{
    struct str line, first = {0};
    while (str_split(&text, '\n', &line)) {
        if (str_starts(line, STR("fatal: ")) || str_starts(line, STR("error: ")))
            return str_slice(line, 7, line.len);
        if (first.len == 0)
            first = line;
    }
    return first;
}

static bool says(struct str text, const char *const *phrases)
{
    for (; *phrases; phrases++)
        if (str_find_no_case(text, str_of(*phrases)) != STR_NPOS)
            return true;
    return false;
}

static bool complain(const struct child *child, int status, struct err *err)
{
    static const char *const owners[] = {"dubious ownership", "unsafe repository", NULL};
    static const char *const nowhere[] = {"not a git repository", NULL};
    static const char *const empty[] = {"does not have any commits", NULL};
    static const char *const revisions[] = {"unknown revision",
                                            "bad revision",
                                            "ambiguous argument",
                                            "bad object",
                                            "Invalid revision",
                                            "Needed a single revision",
                                            NULL};
    static const char *const missing[] = {
        "unable to read", "promisor",       "lazy fetching",   "missing blob",
        "missing tree",   "missing object", "could not fetch", NULL};
    const struct str text = {child->complaint, child->complaint_len};
    const struct str fault = str_slice(fault_of(text), 0, 200);
    if (says(text, owners))
        return err_set(
            err, ERR_DENIED,
            "%s: the repository belongs to another user, and git does not read such a "
            "one: run as its owner, on a copy of your own, or allow it: git config --global "
            "--add safe.directory FOLDER",
            child->folder);
    if (says(text, nowhere))
        return err_set(err, ERR_NOT_FOUND, "%s: it is no git repository, nor inside of one",
                       child->folder);
    if (says(text, empty))
        return err_set(err, ERR_NOT_FOUND, "%s: the repository has no commits yet", child->folder);
    if (says(text, revisions))
        return err_set(err, ERR_NOT_FOUND, "%s: there is no such revision: %.*s", child->folder,
                       STR_ARG(fault));
    if (says(text, missing))
        return err_set(err, ERR_CORRUPT,
                       "%s: objects are missing, and nothing is fetched here: %.*s", child->folder,
                       STR_ARG(fault));
    if (WIFSIGNALED(status))
        return err_set(err, ERR_IO, "%s: git was ended by signal %d", child->folder,
                       WTERMSIG(status));
    return err_set(err, ERR_IO, "%s: git failed: %.*s", child->folder, STR_ARG(fault));
}

static bool run(const struct order *order, git_sink *sink, void *state, struct err *err)
{
    struct child child = {.folder = order->folder};
    if (!start(&child, order, err))
        return false;
    const bool ok = listen_to(&child, sink, state, err);
    if (!ok)
        kill(-child.pid, SIGKILL);
    if (child.output >= 0)
        close(child.output);
    if (child.complaints >= 0)
        close(child.complaints);
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!ok)
        return false;
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || complain(&child, status, err);
}

/* ---- a short answer ---- */

struct answer {
    struct buf text;
    size_t bytes_max;
};

static bool hear_answer(void *state, struct str bytes, struct err *err)
{
    struct answer *answer = state;
    if (answer->text.len + bytes.len > answer->bytes_max)
        return err_set(err, ERR_PROTOCOL, "git said more than was asked");
    buf_add(&answer->text, bytes);
    return true;
}

/* ---- what the user allows ---- */

/*
 * Outside of the repository, so that it has no say in it; files that the user's own includes are
 * not read. An empty value takes back those before it, and is passed on like any other.
 */
static uint32_t ask_user(struct arena *arena, struct str *safe)
{
    static const char *const words[] = {"config",      "--global",  "--no-includes",  "-z",
                                        "--type=path", "--get-all", "safe.directory", NULL};
    const struct order order = {.folder = "/", .words = words, .asks_user = true};
    struct answer answer = {.text = buf_new(arena), .bytes_max = SAFE_BYTES_MAX};
    struct err ignored;
    if (!run(&order, hear_answer, &answer, &ignored))
        return 0;
    struct str rest = buf_str(&answer.text);
    uint32_t count = 0;
    while (count < GIT_SAFE_MAX && str_split(&rest, '\0', &safe[count]))
        count++;
    return count;
}

/* git refuses a repository before it says anything, so the command can be given again. */
bool git_run(const char *folder, const char *const *words, git_sink *sink, void *state,
             struct err *err)
{
    struct order order = {.folder = folder, .words = words};
    *err = (struct err){0};
    if (run(&order, sink, state, err))
        return true;
    if (err->kind != ERR_DENIED)
        return false;
    struct arena *scratch = arena_new("safe folders");
    struct str safe[GIT_SAFE_MAX];
    order.safe = safe;
    order.safe_count = ask_user(scratch, safe);
    bool ok = false;
    if (order.safe_count > 0) {
        *err = (struct err){0};
        ok = run(&order, sink, state, err);
    }
    arena_free(scratch);
    return ok;
}

bool git_ask(struct arena *arena, const char *folder, const char *const *words, size_t bytes_max,
             struct str *out, struct err *err)
{
    struct answer answer = {.text = buf_new(arena), .bytes_max = bytes_max};
    if (!git_run(folder, words, hear_answer, &answer, err))
        return false;
    *out = buf_str(&answer.text);
    return true;
}
