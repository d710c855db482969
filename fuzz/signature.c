/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may post: the first byte picks the kind of sender, each line up to an empty one is a header,
 * the rest is the body. Nobody who does not know a secret gets in; who signs does, whatever else is
 * sent.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "data/digest.h"
#include "webhook/signature.h"

#define HEADERS_MAX 8

static const struct webhook *kind_of(uint8_t choice)
{
    uint32_t count = 0;
    while (webhooks[count])
        count++;
    return webhooks[choice % count];
}

static struct webhook_post post_of(struct str text, struct webhook_header *headers)
{
    struct webhook_post post = {.headers = headers, .now_ns = 1};
    struct str line;
    while (post.headers_count < HEADERS_MAX && str_split(&text, '\n', &line) && line.len > 0) {
        struct str value = line, name;
        if (str_split(&value, ':', &name))
            headers[post.headers_count++] = (struct webhook_header){name, str_trim(value)};
    }
    post.body = text;
    return post;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct webhook_header headers[HEADERS_MAX];
    const struct webhook *webhook = kind_of(data[0]);
    const struct webhook_post post = post_of(fuzz_text(data + 1, size - 1), headers);
    /* no input is as long as it would have to be to hold one of these by chance */
    const struct webhook_keys keys = {
        .token = STR("5cfd0fd44d9a1e0b7c6e0f1b8b1f7f4d6f8a"),
        .secrets = {STR("a secret that stands in no input: 8f1c9be27d5f4c63")},
        .secrets_count = 1};
    struct err err = {0};
    const bool ok = signature_check(webhook, &post, &keys, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok, "nobody gets in without a secret");
    fuzz_expect(signature_check(webhook, &post, &(struct webhook_keys){0}, &err),
                "where there is none all may post");
    return 0;
}
