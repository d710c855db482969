/* SPDX-License-Identifier: Apache-2.0 */
/* The check of a model's sentence: the first line is the sentence, each other line a claim. */
#include "fuzz.h"

#include "base/arena.h"
#include "guard/said.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int64_t now_ns;
    static const struct alert alert = {.name = STR("Errors"), .service = STR("shop")};
    struct str rest = fuzz_text(data, size), sentence = STR(""), claim;
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    uint32_t cites[SAID_CITES_MAX], count = 0;
    str_split(&rest, '\n', &sentence);
    while (count < SAID_CITES_MAX && str_split(&rest, '\n', &claim))
        cites[count++] = casefile_add(casefile, &(struct evidence){.claim = claim,
                                                                   .subject = STR("shop"),
                                                                   .onset_ns = NS_PER_S,
                                                                   .finding = FINDING_ERRORS})
                             ->id;
    struct err err = {0};
    struct said_score score = {0};
    const bool ok = said_check(casefile, sentence, cites, count, &score, &err);
    fuzz_expect(score.borne_out <= score.things, "no more is borne out than there is");
    fuzz_expect(!ok || score.borne_out == score.things, "what passes is borne out");
    fuzz_expect(ok || err.kind == ERR_DENIED, "what does not pass has a reason");
    casefile_close(casefile);
    return 0;
}
