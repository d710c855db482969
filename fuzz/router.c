/* SPDX-License-Identifier: Apache-2.0 */
/* router.json: what is read of it gives odds, whatever is asked. */
#include "fuzz.h"

#include "expert/router.h"

#include <math.h>

static const struct router_question questions[] = {
    {.sure = NAN},
    {.bytes = SIZE_MAX, .rules_speak = true, .candidates = UINT32_MAX, .sure = NAN},
    {.bytes = 800, .candidates = 7, .sure = 0.9},
    {.bytes = 800, .sure = -INFINITY},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct router router;
    struct err err = {0};
    const bool ok = router_parse(fuzz_text(data, size), &router, &err);
    fuzz_expect_reason(ok, &err);
    for (uint32_t t = 0; ok && t < router.count; t++) {
        const struct router_task *task = &router.tasks[t];
        fuzz_expect(router_task_of(&router, str_of(task->name)) != NULL, "a task is found");
        fuzz_expect((task->count == 0) == (task->reason[0] != '\0'), "or has a reason");
        for (uint32_t c = 0; c < task->count; c++)
            for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
                const double odds = router_odds(&task->choices[c], &questions[q]);
                fuzz_expect(odds >= 0.0 && odds <= 1.0, "odds are from 0 to 1");
            }
    }
    return 0;
}
