/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/ending.h"
#include "data/json.h"
#include "report/escape.h"
#include "serve/child.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define X(name) extern const struct command command_##name;
#include "cli/command_list.inc"
#undef X

const struct command *const commands[] = {
#define X(name) &command_##name,
#include "cli/command_list.inc"
#undef X
    NULL,
};

int command_usage_error(const struct command *command, const char *text)
{
    fprintf(stderr, "warroom: %s\nusage: warroom %s %s\n", text, command->name, command->usage);
    return EXIT_FAILED;
}

int command_failed(const struct err *err)
{
    struct arena *arena = arena_new("failure");
    struct buf text = buf_new(arena);
    escape_plain(&text, str_of(err->text)); /* it may quote what came from outside */
    fprintf(stderr, "warroom: %s\n", buf_str(&text).ptr);
    arena_free(arena);
    return EXIT_FAILED;
}

const char *command_option(const char *name, int argc, char **argv, int *at)
{
    const size_t len = strlen(name);
    if (strncmp(argv[*at], name, len) != 0)
        return NULL;
    if (argv[*at][len] == '=')
        return argv[*at] + len + 1;
    if (argv[*at][len] != '\0' || *at + 1 >= argc)
        return NULL;
    return argv[++*at];
}

int command_exec(const char *name, int argc, char **argv)
{
    char path[4096];
    const ssize_t len = readlink("/proc/self/exe", path, sizeof path - 64);
    if (len <= 0) {
        fprintf(stderr, "warroom: where this program lies is not known: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash + 1, 64, "warroom-%s", name);

    assert(!argv[argc]); /* as behind those of main() */
    argv[0] = path;
    execv(path, argv);
    fprintf(stderr, "warroom: %s: %s; it is built beside warroom\n", path, strerror(errno));
    return EXIT_FAILED;
}

static void print_help(FILE *out)
{
    fprintf(out,
            "warroom investigates an incident and says what caused it, with the evidence.\n\n");
    for (const struct command *const *command = commands; *command; command++)
        fprintf(out, "  warroom %s %s\n      %s\n", (*command)->name, (*command)->usage,
                (*command)->summary);
    fprintf(out,
            "\n`warroom COMMAND --help` tells more. Exit codes: 0 done, 1 done with a negative "
            "answer, 2 it could not be done.\n");
}

/* Who has seen enough and gone is no failure. */
static bool nobody_reads(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return errno == EPIPE || (poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)));
}

static int run_command(const struct command *command, int argc, char **argv)
{
    /* a program of its own gives its own help */
    const bool own_program =
        strcmp(command->name, "eval") == 0 || strcmp(command->name, "train") == 0;
    if (!own_program && argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        printf("usage: warroom %s %s\n\n%s.\n%s", command->name, command->usage, command->summary,
               command->help);
        return EXIT_DONE;
    }
    const int code = command->run(argc, argv);
    errno = 0;
    const bool is_told = fflush(stdout) == 0 && !ferror(stdout); /* a part may be lost before */
    if (is_told || nobody_reads())
        return code;
    fprintf(stderr, "warroom: standard output: %s\n",
            errno ? strerror(errno) : "not all could be written");
    return EXIT_FAILED;
}

static bool has_returned;

/* libarchive ends the program with 1, as if it had been asked to, when it has no memory. */
static void heed_libraries(void)
{
    if (!has_returned)
        ending_because("a library ended the program; mostly it is out of memory");
}

static int start(int argc, char **argv)
{
    child_end_with_parent();
    if (argc < 2) {
        print_help(stderr);
        return EXIT_FAILED;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("warroom %s\n", VERSION);
        return EXIT_DONE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_help(stdout);
        return EXIT_DONE;
    }
    for (const struct command *const *command = commands; *command; command++)
        if (!strcmp((*command)->name, argv[1]))
            return run_command(*command, argc - 1, argv + 1);
    fprintf(stderr, "warroom: there is no command `%s`; `warroom --help` lists them\n", argv[1]);
    return EXIT_FAILED;
}

int main(int argc, char **argv)
{
    /* Large blocks go back to the system when they are freed; glibc would keep them for good. */
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
    /* A reader who has seen enough is no reason to die with a private folder left behind. */
    signal(SIGPIPE, SIG_IGN);
    ending_heed_signals();
    atexit(heed_libraries);
    json_end_without_memory();
    const int code = start(argc, argv);
    has_returned = true;
    return code;
}
