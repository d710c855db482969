/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much longer does mining templates take than reading the lines?
 *
 * Three passes over the same text in memory, in turns: counting line ends as `wc -l` does, cutting
 * each line at blanks and marks without keeping anything, and mining. The ratios of their medians
 * travel between machines; the lines a second do not. Then the memory that a miner uses for ten
 * million lines, of a few templates and of one each.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "text/miner.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_DEFAULT 200000
#define LINES_MAX 100000000
#define ROUNDS 7
#define LINE_BYTES_MAX 256
#define MEMORY_LINES 10000000

static const char help[] =
    "Compares the mining of log templates with counting and with cutting the same lines.\n"
    "\n"
    "usage: bench-mine-ratio [--lines N] [--memory-lines N]\n"
    "\n"
    "The lines are made here, 140 bytes on average, of twelve templates with every kind of slot.\n"
    "\n"
    "  --lines N         in each pass (default: 200000)\n"
    "  --memory-lines N  for the measurement of memory (default: 10000000; 0: none)\n";

enum side { SIDE_COUNT, SIDE_CUT, SIDE_MINE, SIDES };

static const char *const side_names[SIDES] = {"count line ends", "cut into words", "mine"};

struct text {
    char *bytes;
    size_t len;
    uint32_t lines;
};

/* xorshift: the same lines on every machine. */
static uint32_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 32);
}

static const char *const forms[] = {
    "connection from 10.%u.3.%u:%u accepted by worker %u of pool main",
    "request GET /api/v1/orders/%u took %u ms, status %u, user id %u, cache was not used",
    "block blk_%u replicated to node-%u, size %u bytes, checksum 0x%08x verified",
    "session opened for user root by (uid=%u) on terminal %u, sequence %u of %u",
    "job started: attempt_%u_%u on host db-%u.shop.internal with priority %u",
    "job paused: attempt_%u_%u on host db-%u.shop.internal with priority %u",
    "slow query: duration=%u.5ms rows=%u table=orders shard=%u lock_wait=%ums",
    "heartbeat to 10.0.%u.%u failed after %u retries, next try in %u s",
    "cache evicted key=session:%u age=%us size=%uKB hits=%u reason=capacity",
    "thread pool exhausted: active=%u queued=%u rejected=%u max=%u",
    "user u%u logged in from 192.168.%u.%u via gateway %u",
    "checkpoint complete: wrote %u buffers (%u%%); sync=0.%u s, total=%u s",
};

#define FORMS (sizeof forms / sizeof *forms)

/* About 140 bytes. */
static size_t make_line(char *out, uint64_t *state)
{
    const uint32_t r = next_random(state);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int len =
        snprintf(out, LINE_BYTES_MAX, forms[r % FORMS], next_random(state) % 250,
                 next_random(state) % 250, next_random(state) % 100000, next_random(state) % 1000);
#pragma GCC diagnostic pop
    static const char filling[] =
        " and the caller was told so by the usual way, as the contract with it has it";
    memcpy(out + len, filling, sizeof filling);
    return (size_t)len + sizeof filling - 1;
}

static struct text make_text(struct arena *arena, uint32_t lines)
{
    struct text text = {arena_alloc(arena, (size_t)lines * LINE_BYTES_MAX), 0, lines};
    uint64_t state = 88172645463325252u;
    for (uint32_t i = 0; i < lines; i++) {
        text.len += make_line(text.bytes + text.len, &state);
        text.bytes[text.len++] = '\n';
    }
    return text;
}

static uint64_t count_line_ends(const struct text *text)
{
    uint64_t count = 0;
    const char *at = text->bytes, *end = text->bytes + text->len;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

/* The least that anything must do that looks at words. */
static uint64_t cut_into_words(const struct text *text)
{
    static const bool is_mark[256] = {
        [' '] = true, ['\n'] = true, [','] = true, [';'] = true, ['='] = true, ['('] = true,
        [')'] = true, ['['] = true,  [']'] = true, ['{'] = true, ['}'] = true, ['"'] = true,
    };
    uint64_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < text->len; i++) {
        const bool mark = is_mark[(unsigned char)text->bytes[i]];
        words += inside && mark;
        inside = !mark;
    }
    return words;
}

static uint64_t mine(const struct text *text)
{
    struct arena *arena = arena_new("bench");
    struct miner *miner = miner_new(arena, (struct miner_limits){0});
    for (size_t at = 0; at < text->len;) {
        const char *end = memchr(text->bytes + at, '\n', text->len - at);
        const size_t len = (size_t)(end - (text->bytes + at));
        miner_add(miner, (struct str){text->bytes + at, len});
        at += len + 1;
    }
    miner_finish(miner);
    const uint64_t templates = miner_templates_count(miner);
    arena_free(arena);
    return templates;
}

static int compare_times(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void compare_speed(uint32_t lines)
{
    static uint64_t (*const passes[SIDES])(const struct text *) = {count_line_ends, cut_into_words,
                                                                   mine};
    struct arena *arena = arena_new("bench");
    const struct text text = make_text(arena, lines);
    const struct clock clock = clock_system();
    int64_t ns[SIDES][ROUNDS];
    uint64_t found[SIDES] = {0};
    for (int round = -1; round < ROUNDS; round++) /* the first warms the caches */
        for (enum side side = 0; side < SIDES; side++) {
            const int64_t before = clock_now_ns(clock);
            found[side] = passes[side](&text);
            if (round >= 0)
                ns[side][round] = clock_now_ns(clock) - before;
        }
    for (enum side side = 0; side < SIDES; side++)
        qsort(ns[side], ROUNDS, sizeof **ns, compare_times);
    printf("%u lines of %zu bytes on average, medians of %d rounds\n", lines, text.len / lines,
           ROUNDS);
    printf("%-16s %10s %12s %8s %8s\n", "pass", "ms", "lines/s", "/count", "/cut");
    for (enum side side = 0; side < SIDES; side++) {
        const double median = (double)ns[side][ROUNDS / 2];
        printf("%-16s %10.1f %12.0f %8.1f %8.2f\n", side_names[side], median / 1e6,
               lines / (median / 1e9), median / (double)ns[SIDE_COUNT][ROUNDS / 2],
               median / (double)ns[SIDE_CUT][ROUNDS / 2]);
    }
    printf("(%" PRIu64 " words a pass, %" PRIu64 " templates)\n", found[SIDE_CUT],
           found[SIDE_MINE]);
    arena_free(arena);
}

/* Three words that hardly any other line has. */
static size_t make_words(char *out, uint64_t *state)
{
    static const char pattern[] = "xxxxxxx xxxxxxx xxxxxxx ";
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        out[i] = pattern[i] == 'x' ? (char)('a' + next_random(state) % 26) : ' ';
    return sizeof pattern - 1;
}

/* Of lines of the forms above, or of such with words of their own in front. */
static void measure_memory(uint32_t lines, bool distinct)
{
    struct arena *arena = arena_new("bench");
    struct miner *miner = miner_new(arena, (struct miner_limits){0});
    uint64_t state = 88172645463325252u;
    size_t most = 0;
    for (uint32_t i = 0; i < lines; i++) {
        char line[2 * LINE_BYTES_MAX];
        size_t len = distinct ? make_words(line, &state) : 0;
        len += make_line(line + len, &state);
        miner_add(miner, (struct str){line, len});
        if (i % 1024 == 0 && miner_bytes(miner) > most)
            most = miner_bytes(miner);
    }
    miner_finish(miner);
    most = miner_bytes(miner) > most ? miner_bytes(miner) : most;
    printf("%u %s lines: %.1f MB at most, %u templates, %" PRIu64 " lines without one\n", lines,
           distinct ? "distinct" : "usual", (double)most / (1 << 20), miner_templates_count(miner),
           miner_dropped(miner));
    arena_free(arena);
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"lines", required_argument, NULL, 'l'},
        {"memory-lines", required_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int64_t lines = LINES_DEFAULT, memory_lines = MEMORY_LINES;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        const bool is_number = option == 'l' || option == 'm';
        int64_t *number = option == 'l' ? &lines : &memory_lines;
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (!is_number || !str_to_int(str_of(optarg), number) || *number < (option == 'l') ||
            *number > LINES_MAX) {
            fprintf(stderr, "bench-mine-ratio: `%s`: not so; see --help\n", argv[optind - 1]);
            return 2;
        }
    }
    compare_speed((uint32_t)lines);
    if (memory_lines > 0) {
        measure_memory((uint32_t)memory_lines, false);
        measure_memory((uint32_t)memory_lines, true);
    }
    return 0;
}
