/* SPDX-License-Identifier: Apache-2.0 */
/* alert_parse(): the body that a webhook brings, or alert.json. */
#include "fuzz.h"

#include "base/arena.h"
#include "case/alert.h"

#define LABELS_MAX 256

static void expect_text(struct str text)
{
    fuzz_expect(text.ptr && text.ptr[text.len] == '\0', "texts of an alert end in NUL");
}

static void expect_alert(const struct alert *alert)
{
    fuzz_expect(alert->labels_count <= LABELS_MAX, "labels are bounded");
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        expect_text(alert->labels[i].name);
        expect_text(alert->labels[i].value);
    }
    expect_text(alert->id);
    expect_text(alert->name);
    expect_text(alert->status);
    expect_text(alert->severity);
    expect_text(alert->service);
    expect_text(alert->summary);
    fuzz_expect(alert->status.len > 0, "an alert has a status");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct alert alert = {0};
    struct err err = {0};
    const bool ok = alert_parse(arena, fuzz_text(data, size), &alert, &err);
    fuzz_expect_reason(ok, &err);
    if (ok)
        expect_alert(&alert);
    arena_free(arena);
    return 0;
}
