/* SPDX-License-Identifier: Apache-2.0 */
/* feed_read(): changes as JSON lines; and then the same bytes as what is wrong, ranked over them;
 * and each change as one that is not shipped yet. */
#include "fuzz.h"

#include "base/arena.h"
#include "culprit/explain.h"
#include "culprit/feed.h"
#include "culprit/risk_reasons.h"

static void judge(struct arena *arena, const struct history *history)
{
    const struct risk_model *model = risk_model_shipped();
    const struct risk *risks = risk_assess(arena, history, history->count, model);
    for (uint32_t i = 0; i < history->count; i++) {
        fuzz_expect(risks[i].probability > 0.0 && risks[i].probability < 1.0,
                    "a probability is one");
        fuzz_expect(risks[i].score > 0.0 && risks[i].score < 100.0, "a score is one");
        risk_explain(arena, history, model, &risks[i]);
        risk_look(arena, history, NULL, &risks[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct history *history = history_new(arena);
    struct feed feed;
    feed_read(arena, fuzz_text(data, size), history, &feed);
    fuzz_expect(feed.changes == history->count, "what was read is there");
    fuzz_expect(feed.changes + feed.faults_count == feed.lines, "each line is there, or a fault");

    const struct clues clues = clues_read(arena, fuzz_text(data, size));
    const struct question question = question_at(history, INT64_MAX, &clues);
    const struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    fuzz_expect(ranking.count <= history->count, "no more are ranked than there are");
    for (uint32_t i = 0; i < ranking.count && i < RANKING_FIVE; i++) {
        fuzz_expect(ranking.items[i].probability >= 0.0 && ranking.items[i].probability <= 1.001,
                    "a probability is one");
        explain(arena, &question, &ranking, ranker_shipped(), &ranking.items[i]);
    }
    judge(arena, history);
    arena_free(arena);
    return 0;
}
