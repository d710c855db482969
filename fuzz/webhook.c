/* SPDX-License-Identifier: Apache-2.0 */
/* webhook_read(): the first byte says which kind, the rest is what was posted. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "webhook/webhook.h"

#define NOW (INT64_C(1795312800) * NS_PER_S)
#define LABELS_MAX 128

static void expect_text(struct str text)
{
    fuzz_expect(text.len == 0 || (text.ptr && fuzz_is_utf8(text)), "texts of a notice are UTF-8");
}

static void expect_notice(const struct notice *notice)
{
    const struct alert *alert = &notice->alert;
    fuzz_expect(notice->fingerprint.len > 0 && notice->fingerprint.len <= FINGERPRINT_LEN_MAX,
                "a notice has a fingerprint");
    fuzz_expect(alert->name.len > 0, "an alert has a name");
    fuzz_expect(alert->starts_ns > 0, "an alert has a start");
    fuzz_expect(alert->labels_count <= LABELS_MAX, "labels are bounded");
    fuzz_expect(notice->url.len == 0 || str_find_no_case(notice->url, STR("http")) == 0,
                "a link leads to a page");
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        expect_text(alert->labels[i].name);
        expect_text(alert->labels[i].value);
    }
    expect_text(alert->id);
    expect_text(alert->name);
    expect_text(alert->severity);
    expect_text(alert->service);
    expect_text(alert->summary);
    expect_text(notice->fingerprint);
    expect_text(notice->group_key);
    expect_text(notice->episode);
    expect_text(notice->url);
}

/* What is kept is alert.json, which an investigation reads again. */
static void expect_round_trip(struct arena *arena, const struct alert *alert)
{
    struct buf json = buf_new(arena);
    struct alert again;
    struct err err = {0};
    alert_put_json(&json, alert);
    fuzz_expect(alert_parse(arena, buf_str(&json), &again, &err), "alert.json can be read");
    fuzz_expect(str_eq(alert_key(arena, alert), alert_key(arena, &again)), "and is the same alert");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t kinds = 0;
    while (webhooks[kinds])
        kinds++;
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct webhook_keys keys = {0};
    const struct webhook_post post = {.body = fuzz_text(data + 1, size - 1), .now_ns = NOW};
    struct notices notices;
    struct err err = {0};
    const bool ok = webhook_read(webhooks[data[0] % kinds], &post, &keys, arena, &notices, &err);
    fuzz_expect_reason(ok, &err);
    if (ok)
        fuzz_expect(notices.key.len > 0, "a post has a key");
    for (uint32_t i = 0; ok && i < notices.count; i++) {
        expect_notice(&notices.items[i]);
        expect_round_trip(arena, &notices.items[i].alert);
    }
    arena_free(arena);
    return 0;
}
