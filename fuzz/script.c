/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Lua script, in the process that it gets, with small bounds. What of our code runs there counts
 * for the fuzzer too, for the counters of its edges lie in memory that both have.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "tool/script.h"

#include <jansson.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct script_limits limits = {.steps_max = 50000,
                                            .memory_bytes_max = (size_t)4 << 20,
                                            .output_bytes_max = (size_t)4 << 10,
                                            .queries_max = 4,
                                            .time_max_ns = NS_PER_S / 2};

/*
 * Where clang keeps them (SanitizerCoverage, inline-8bit-counters); 0 in other builds. C cannot say
 * these names, for the compiler then takes ours for the variables that it makes itself.
 */
__asm__(".weak __start___sancov_cntrs\n"
        ".weak __stop___sancov_cntrs\n"
        ".pushsection .data\n"
        "counters_of_edges: .quad __start___sancov_cntrs, __stop___sancov_cntrs\n"
        ".popsection\n");
extern uintptr_t counters_of_edges[2];

/* The whole pages of them: a page that begins or ends beside other things stays as it is. */
static void share_counters(void)
{
    static bool is_shared;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t from = (counters_of_edges[0] + page - 1) / page * page;
    const uintptr_t to = counters_of_edges[1] / page * page;
    if (is_shared || from >= to)
        return;
    is_shared = true;
    void *at = (void *)from;
    fuzz_expect(mmap(at, to - from, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
                     -1, 0) == at,
                "memory can be shared");
}

static const struct field columns[] = {{"service", TYPE_TEXT, 0, "", NULL},
                                       {"lines", TYPE_INT, 0, "", NULL},
                                       {"share", TYPE_REAL, 0, "", NULL},
                                       {"failed", TYPE_BOOL, 0, "", NULL},
                                       {0}};

/* Two rows, of which one knows nothing; no rows for a question that is longer than a line. */
static bool answer(void *state, struct arena *arena, struct str sql, struct batch **rows,
                   struct err *err)
{
    (void)state;
    if (sql.len > 80)
        return err_set(err, ERR_USAGE, "the question is too long");
    *rows = batch_new(arena, columns);
    for (int i = 0; i < 2; i++) {
        const size_t row = batch_add_row(*rows);
        for (uint32_t c = 0; c < (*rows)->columns_count; c++)
            (*rows)->columns[c].known[row] = i == 0;
        (*rows)->columns[0].texts[row] = sql;
        (*rows)->columns[1].integers[row] = INT64_MIN;
        (*rows)->columns[2].reals[row] = 0.1;
        (*rows)->columns[3].integers[row] = 1;
    }
    return true;
}

static void expect_result(const struct script_result *result)
{
    json_t *json =
        json_loadb(result->json.ptr, result->json.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    fuzz_expect(json != NULL, "what it returns is JSON");
    fuzz_expect(json_is_number(json) == result->is_number, "a number is one");
    fuzz_expect(result->printed.len <= limits.output_bytes_max, "what it prints has an end");
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct script_host host = {.query = answer};
    struct arena *arena = arena_new("fuzz");
    struct script_result first, second;
    struct err err = {0}, again = {0};
    share_counters();
    const bool ok = script_run(arena, fuzz_text(data, size), &limits, &host, &first, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!str_starts(str_of(err.text), STR("the script's process ended")),
                "its process lives");
    if (ok) {
        expect_result(&first);
        fuzz_expect(script_run(arena, fuzz_text(data, size), &limits, &host, &second, &again) ||
                        again.kind == ERR_TIMEOUT,
                    "what runs once runs twice");
        fuzz_expect(again.kind == ERR_TIMEOUT ||
                        (str_eq(first.json, second.json) && str_eq(first.printed, second.printed)),
                    "and gives the same bytes");
    }
    arena_free(arena);
    return 0;
}
