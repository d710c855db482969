/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/postgres.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "eval/child.h"
#include "eval/suite/loopback.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_NS (60 * NS_PER_S)
#define OUTPUT_BYTES_MAX ((size_t)4 << 20)
#define STARTS_MAX 150 /* looks, 0.1 s apart */
#define WORDS_MAX 32
#define PSQL "/usr/bin/psql"
#define SETPRIV "/usr/bin/setpriv"

/* Small and quick: nothing in it is to survive. */
static const char settings[] = "fsync = off\n"
                               "synchronous_commit = off\n"
                               "full_page_writes = off\n"
                               "max_connections = 40\n"
                               "shared_buffers = 128MB\n"
                               "max_wal_size = 2GB\n"
                               "autovacuum_naptime = 1d\n"
                               "jit = off\n"
                               "shared_preload_libraries = 'pg_stat_statements'\n";

static const char template_sql[] = "CREATE DATABASE plain; CREATE DATABASE known;\n"
                                   "\\c known\n"
                                   "CREATE EXTENSION pg_stat_statements;\n"
                                   "\\i :probe\n"
                                   "\\c plain\n"
                                   "\\i :probe\n";

/* Beside it, in each database, what it has nothing to do with: a server is never empty. */
static const char probe_sql[] =
    "CREATE SCHEMA depot;\n"
    "SELECT format('CREATE TABLE depot.%I (id int PRIMARY KEY, name text NOT NULL, count int)', "
    "t), "
    "format('INSERT INTO depot.%I SELECT i, %L || i, i %% 7 FROM generate_series(1, 400) i', t, "
    "t), "
    "format('CREATE INDEX ON depot.%I (name)', t) FROM unnest('{aisles,bins,carriers,crates,docks,"
    "gates,hubs,lots,pallets,racks,routes,zones}'::text[]) t \\gexec\n"
    "CREATE SCHEMA probe;\n"
    "CREATE FUNCTION probe.pages(query text) RETURNS bigint LANGUAGE plpgsql AS $$\n"
    "DECLARE plan json;\n"
    "BEGIN\n"
    "  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || query INTO plan;\n"
    "  RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint +\n"
    "         (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;\n"
    "END $$;\n";

/* ---- programs and files ---- */

static bool find_programs(struct arena *arena, struct postgres *server, struct err *err)
{
    glob_t found;
    server->programs = NULL;
    if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0) {
        const struct str last = str_of(found.gl_pathv[found.gl_pathc - 1]);
        server->programs = str_copy(arena, str_slice(last, 0, last.len - strlen("/postgres"))).ptr;
        globfree(&found);
    }
    if (!server->programs || access(PSQL, X_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "PostgreSQL is not installed (Debian: postgresql)");
    if (geteuid() != 0)
        return true;
    server->user = getpwnam("postgres") ? "postgres" : "nobody";
    return access(SETPRIV, X_OK) == 0 || err_set(err, ERR_NOT_FOUND, "%s is not there", SETPRIV);
}

static const char *path_in(struct arena *arena, const struct postgres *server, const char *name)
{
    return str_printf(arena, "%s/%s", server->folder, name).ptr;
}

static bool append(const char *path, struct str text, struct err *err)
{
    FILE *file = fopen(path, "ae");
    const bool ok = file && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (!file || fclose(file) != 0 || !ok)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return true;
}

/* The words before a program that is not to run as root. */
static size_t put_user(const struct postgres *server, const char **words, bool ends_with_us)
{
    static const char *const priv[] = {SETPRIV,         "--reuid",     "",    "--regid", "",
                                       "--init-groups", "--pdeathsig", "QUIT"};
    const size_t count = ends_with_us ? 8 : 6;
    if (!server->user)
        return 0;
    for (size_t i = 0; i < count; i++)
        words[i] = *priv[i] ? priv[i] : server->user;
    return count;
}

static bool run(struct arena *arena, const char *const *argv, struct str *out, struct err *err)
{
    struct child_result result;
    if (!child_run(arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    const struct str fault = child_fault(arena, &result);
    *out = result.output;
    return fault.len == 0 ||
           err_set(err, ERR_IO, "%s: %.*s", argv[0], STR_ARG(str_slice(fault, 0, 400)));
}

/* ---- the server ---- */

static bool make(struct arena *arena, const struct postgres *server, struct err *err)
{
    const char *data = path_in(arena, server, "data"), *words[WORDS_MAX] = {0};
    const struct passwd *user = server->user ? getpwnam(server->user) : NULL;
    struct str said;
    size_t count = put_user(server, words, false);
    const char *const initdb[] = {str_printf(arena, "%s/initdb", server->programs).ptr,
                                  "-D",
                                  data,
                                  "-U",
                                  POSTGRES_OWNER,
                                  "-A",
                                  "trust",
                                  "--no-locale",
                                  "-E",
                                  "UTF8",
                                  "--no-sync"};
    for (size_t i = 0; i < sizeof initdb / sizeof *initdb; i++)
        words[count++] = initdb[i];
    if (user && chown(server->folder, user->pw_uid, user->pw_gid) != 0)
        return err_set(err, ERR_IO, "%s: %s", server->folder, strerror(errno));
    return run(arena, words, &said, err) &&
           append(str_printf(arena, "%s/postgresql.conf", data).ptr, str_of(settings), err);
}

static bool serve(struct arena *arena, struct postgres *server, struct err *err)
{
    const char *words[WORDS_MAX] = {0};
    const char *log = path_in(arena, server, "log");
    size_t count = put_user(server, words, true);
    words[count++] = str_printf(arena, "%s/postgres", server->programs).ptr;
    words[count++] = "-D";
    words[count++] = path_in(arena, server, "data");
    words[count++] = "-p";
    words[count++] = str_printf(arena, "%d", server->port).ptr;
    words[count++] = "-c";
    words[count++] = "listen_addresses=127.0.0.1";
    words[count++] = "-c";
    words[count++] = "unix_socket_directories=";
    server->pid = fork();
    if (server->pid < 0)
        return err_set(err, ERR_IO, "fork: %s", strerror(errno));
    if (server->pid > 0)
        return true;
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (nothing >= 0 && out >= 0 && dup2(nothing, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
        execv(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
}

static const struct postgres_call as_owner = {
    .database = "postgres", .role = POSTGRES_OWNER, .application = "maintenance"};

static bool wait_ready(struct arena *arena, struct postgres *server, struct err *err)
{
    for (int i = 0; i < STARTS_MAX; i++) {
        struct str said;
        struct err ignored = {0};
        if (postgres_run(server, arena, &as_owner, STR("SELECT 1;\n"), false, &said, &ignored))
            return true;
        if (waitpid(server->pid, NULL, WNOHANG) == server->pid) {
            server->pid = -1;
            break;
        }
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_S / 10}, NULL);
    }
    return err_set(err, ERR_UNREACHABLE, "postgres has not come up at port %d", server->port);
}

static bool fill(struct arena *arena, struct postgres *server, struct err *err)
{
    const char *probe = path_in(arena, server, "probe.sql");
    struct str said;
    const struct str sql = str_printf(arena, "\\set probe %s\n%s", probe, template_sql);
    return file_replace(probe, str_of(probe_sql), 0666, err) &&
           postgres_run(server, arena, &as_owner, sql, false, &said, err);
}

bool postgres_start(struct arena *arena, struct postgres *out, struct err *err)
{
    char folder[] = "/tmp/warroom-postgres-XXXXXX";
    *out = (struct postgres){.pid = -1};
    if (!find_programs(arena, out, err))
        return false;
    if (!mkdtemp(folder) || chmod(folder, 0755) != 0 || !loopback_free_port(&out->port))
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    out->folder = str_copy(arena, str_of(folder)).ptr;
    if (make(arena, out, err) && serve(arena, out, err) && wait_ready(arena, out, err) &&
        fill(arena, out, err))
        return true;
    postgres_stop(out);
    return false;
}

void postgres_stop(struct postgres *server)
{
    struct arena *arena = arena_new("postgres");
    postgres_end_sessions(server);
    if (server->pid > 0) {
        kill(server->pid, SIGQUIT);
        waitpid(server->pid, NULL, 0);
        server->pid = -1;
    }
    if (server->folder) {
        const char *const argv[] = {"/bin/rm", "-rf", server->folder, NULL};
        struct str said;
        struct err err = {0};
        if (!run(arena, argv, &said, &err))
            fprintf(stderr, "warroom-eval: %s stays\n", server->folder);
        server->folder = NULL;
    }
    arena_free(arena);
}

/* ---- sessions ---- */

static size_t put_psql(struct arena *arena, struct postgres *server,
                       const struct postgres_call *call, const char *file, bool lax,
                       const char **words)
{
    size_t count = 0;
    words[count++] = PSQL;
    words[count++] = "-XqAt";
    words[count++] = "-d";
    words[count++] = str_printf(arena,
                                "host=127.0.0.1 port=%d user=%s dbname=%s application_name=%s "
                                "connect_timeout=10",
                                server->port, call->role, call->database, call->application)
                         .ptr;
    words[count++] = "-v";
    words[count++] = str_printf(arena, "n=%d", call->number).ptr;
    words[count++] = "-v";
    words[count++] = lax ? "ON_ERROR_STOP=0" : "ON_ERROR_STOP=1";
    words[count++] = "-f";
    words[count++] = file;
    return count;
}

static bool write_script(struct arena *arena, struct postgres *server, struct str script,
                         const char **path, struct err *err)
{
    *path = str_printf(arena, "%s/%u.sql", server->folder, server->files++).ptr;
    return file_replace(*path, script, 0666, err);
}

bool postgres_run(struct postgres *server, struct arena *arena, const struct postgres_call *call,
                  struct str script, bool lax, struct str *out, struct err *err)
{
    const char *words[WORDS_MAX] = {0}, *path;
    if (!write_script(arena, server, script, &path, err))
        return false;
    put_psql(arena, server, call, path, lax, words);
    const bool ok = run(arena, words, out, err);
    unlink(path);
    return ok;
}

bool postgres_session(struct postgres *server, struct arena *arena,
                      const struct postgres_call *call, struct str script, struct err *err)
{
    const char *words[WORDS_MAX] = {0}, *path;
    int input[2];
    if (server->sessions_count == POSTGRES_SESSIONS_MAX)
        return err_set(err, ERR_OVER_BUDGET, "more than %d sessions", POSTGRES_SESSIONS_MAX);
    if (!write_script(arena, server, script, &path, err))
        return false;
    size_t count = put_psql(arena, server, call, path, true, words);
    words[count++] = "-f";
    words[count++] = "-"; /* nothing comes, until there is an end */
    if (pipe2(input, O_CLOEXEC) != 0)
        return err_set(err, ERR_IO, "pipe: %s", strerror(errno));
    const pid_t pid = fork();
    if (pid == 0) {
        const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (nothing >= 0 && dup2(input[0], 0) >= 0 && dup2(nothing, 1) >= 0 &&
            dup2(nothing, 2) >= 0)
            execv(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(input[0]);
    if (pid < 0) {
        close(input[1]);
        return err_set(err, ERR_IO, "fork: %s", strerror(errno));
    }
    server->sessions[server->sessions_count].pid = pid;
    server->sessions[server->sessions_count++].input = input[1];
    return true;
}

void postgres_end_sessions(struct postgres *server)
{
    for (uint32_t i = 0; i < server->sessions_count; i++) {
        kill(server->sessions[i].pid, SIGKILL);
        close(server->sessions[i].input);
        waitpid(server->sessions[i].pid, NULL, 0);
    }
    server->sessions_count = 0;
}

bool postgres_shell(struct postgres *server, struct arena *arena, struct str command,
                    struct str *complaint, struct err *err)
{
    const char *words[WORDS_MAX] = {0};
    struct child_result result;
    size_t count = put_user(server, words, false);
    words[count++] = "/usr/bin/env";
    words[count++] = "PGHOST=127.0.0.1";
    words[count++] = str_printf(arena, "PGPORT=%d", server->port).ptr;
    words[count++] = "PGUSER=" POSTGRES_OWNER;
    words[count++] = "PGAPPNAME=person";
    words[count++] = "/bin/sh";
    words[count++] = "-c";
    words[count++] = str_copy(arena, command).ptr;
    if (!child_run(arena, words, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    *complaint = child_fault(arena, &result);
    return true;
}
