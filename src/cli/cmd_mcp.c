/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "knowledge/knowledge.h"
#include "mcp/mcp.h"
#include "mcp/place.h"
#include "serve/sandbox.h"
#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

extern const struct command command_mcp;

/* One line without its end; what is longer than a message may be is read to its end, and cut. */
static bool read_line(FILE *in, char *line, size_t room, size_t *len)
{
    int c;
    *len = 0;
    while ((c = getc_unlocked(in)) != EOF && c != '\n')
        if (*len < room)
            line[(*len)++] = (char)c;
    return c != EOF || *len > 0;
}

static int answer_all(const struct mcp *mcp)
{
    const size_t room = MCP_MESSAGE_BYTES_MAX + 1; /* one more, to tell that it is too long */
    char *line = malloc(room);
    size_t len;
    bool ok = line != NULL;
    while (ok && read_line(stdin, line, room, &len)) {
        struct arena *arena = arena_new("message");
        const struct str message = str_trim((struct str){.ptr = line, .len = len});
        const struct str answer =
            message.len > 0 ? mcp_answer(mcp, arena, message, STR("")) : STR("");
        if (answer.len > 0)
            ok = printf("%.*s\n", STR_ARG(answer)) > 0 && fflush(stdout) == 0;
        arena_free(arena);
    }
    free(line);
    return EXIT_DONE;
}

/* The folders, and what links in them lead to; archives are unpacked below TMPDIR. */
static void enter_sandbox(const struct mcp *mcp)
{
    struct arena *arena = arena_new("sandbox");
    struct place *places;
    const char *tmp = getenv("TMPDIR");
    const uint32_t places_count = place_list(mcp, arena, &places);
    const char **evidence =
        arena_push_many(arena, const char *, mcp->folders_count + places_count + 1);
    struct sandbox sandbox = {.evidence = evidence, .output = tmp ? tmp : "/tmp"};
    for (uint32_t i = 0; i < mcp->folders_count; i++)
        evidence[sandbox.evidence_count++] = mcp->folders[i];
    for (uint32_t i = 0; i < places_count; i++)
        evidence[sandbox.evidence_count++] = str_copy(arena, places[i].path).ptr;
    const struct str lacks = sandbox_enter(arena, &sandbox);
    if (lacks.len > 0)
        fprintf(stderr, "warroom: the sandbox is not whole: %s\n", lacks.ptr);
    arena_free(arena);
}

static int run(int argc, char **argv)
{
    const bool is_shut = argc > 1 && !strcmp(argv[1], "--sandbox");
    const char *ledger_path = NULL;
    struct ledger *ledger = NULL;
    struct err err = {0};
    int at = 1;
    argc -= is_shut;
    argv += is_shut;
    if (argc > 1 && (ledger_path = command_option("--ledger", argc, argv, &at))) {
        argc -= at;
        argv += at;
    }
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-')
            return command_usage_error(&command_mcp, "an option that is not known");
        if (access(argv[i], R_OK) != 0) {
            err_set(&err, ERR_NOT_FOUND, "%s: there is no such folder, or it cannot be read",
                    argv[i]);
            return command_failed(&err);
        }
    }
    if (argc < 2)
        return command_usage_error(&command_mcp, "the folders with incidents are wanted");
    struct arena *arena = arena_new("mcp");
    const bool ok = !ledger_path || (is_shut ? kb_take_along(arena, ledger_path, &ledger, &err)
                                             : ledger_open(arena, ledger_path, &ledger, &err));
    const struct mcp mcp = {.folders = (const char *const *)(argv + 1),
                            .folders_count = (uint32_t)(argc - 1),
                            .clock = clock_system(),
                            .ledger = ledger};
    if (ok && is_shut)
        enter_sandbox(&mcp);
    const int code = ok ? answer_all(&mcp) : command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_mcp = {
    .name = "mcp",
    .usage = "[--sandbox] [--ledger FILE] DIR...",
    .summary =
        "Answer programs that speak the Model Context Protocol, on standard input and output",
    .help =
        "  DIR        a bundle, or a folder of bundles: the incidents that may be asked about, "
        "and\n"
        "             nothing else\n"
        "  --ledger FILE  what `warroom kb` keeps may be searched\n"
        "  --sandbox  with no rights but to read these and to write below TMPDIR, as far as this\n"
        "             kernel can do that; what is put there later is not found behind links, and\n"
        "             what `warroom kb` keeps is what it kept at the start\n"
        "\nTools only read, and the same question gives the same answer. docs/mcp.md has them,\n"
        "and what to write into the configuration of a client.\n",
    .run = run,
};
