/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a ledger. SQLite reads its pages; what is tried is that a file of any bytes is
 * refused with a sentence, and that whatever rows it gives are read as any other bytes.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "feedback/feedback.h"
#include "feedback/memory.h"
#include "git/index.h"
#include "incident/incident.h"
#include "incident/silence.h"
#include "knowledge/knowledge.h"
#include "serve/token.h"
#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW_NS (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */

static void read_incidents(struct ledger *ledger, struct arena *arena)
{
    const struct incident_filter filter = {.limit = INCIDENT_PAGE_MAX};
    struct incident *incidents;
    struct incident_member *members;
    struct incident_counts counts;
    uint32_t count = 0, inner;
    struct err err = {0};
    fuzz_expect_reason(incident_count(ledger, &counts, &err), &err);
    bool ok = incident_list(ledger, arena, &filter, &incidents, &count, &err);
    fuzz_expect_reason(ok, &err);
    for (uint32_t i = 0; ok && i < count && i < 3; i++) {
        const struct str id = incidents[i].id;
        fuzz_expect(incidents[i].state <= INCIDENT_CANCELLED, "a state is one");
        fuzz_expect_reason(incident_members(ledger, arena, id, &members, &inner, &err), &err);
        fuzz_expect_reason(incident_related(ledger, arena, id, 5, &incidents, &inner, &err), &err);
        ok = false; /* of one */
    }
}

static void read_people(struct ledger *ledger, struct arena *arena)
{
    struct feedback *feedback;
    struct memory *memories;
    struct silence *silences;
    struct token *tokens;
    uint32_t count;
    struct err err = {0};
    fuzz_expect_reason(feedback_read(ledger, arena, &feedback, &count, &err), &err);
    fuzz_expect_reason(memories_read(ledger, arena, NOW_NS, &memories, &count, &err), &err);
    fuzz_expect_reason(silence_list(ledger, arena, NOW_NS, &silences, &count, &err), &err);
    fuzz_expect_reason(token_list(ledger, arena, &tokens, &count, &err), &err);
}

static void read_documents(struct ledger *ledger, struct arena *arena)
{
    const struct kb_question question = {.text = STR("pool connections"), .hits_max = 5};
    struct kb_entry *entries;
    struct kb_hit *hits;
    uint32_t count;
    struct err err = {0};
    fuzz_expect_reason(kb_list(ledger, arena, STR(""), &entries, &count, &err), &err);
    fuzz_expect_reason(kb_search(ledger, arena, &question, &hits, &count, &err), &err);
}

static void write_some(struct ledger *ledger, struct arena *arena)
{
    struct claimed claimed;
    uint32_t requeued, failed;
    struct err err = {0};
    fuzz_expect_reason(incident_recover(ledger, NOW_NS, &requeued, &failed, &err), &err);
    fuzz_expect_reason(incident_next(ledger, arena, NOW_NS, &claimed, &err), &err);
}

/* Its file is made anew each time, and nothing of it is synced: it lies in memory where it can. */
static const char *write_file(const uint8_t *data, size_t size)
{
    static char path[64];
    char beside[80];
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    if (path[0] == '\0')
        snprintf(path, sizeof path, "%s/warroom-fuzz-ledger-%d",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (int)getpid());
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, suffixes[i]);
        unlink(beside);
    }
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = write_file(data, size);
    struct arena *arena = arena_new("fuzz");
    struct ledger *ledger;
    struct err err = {0};
    int64_t version;
    fuzz_expect_reason(ledger_look(arena, path, &ledger, &version, &err), &err);
    const bool ok = ledger_open(arena, path, &ledger, &err);
    fuzz_expect_reason(ok, &err);
    if (ok) {
        read_incidents(ledger, arena);
        read_people(ledger, arena);
        read_documents(ledger, arena);
        write_some(ledger, arena);
    }
    arena_free(arena);
    write_file(NULL, 0); /* removes what lies beside it */
    unlink(path);
    return 0;
}
