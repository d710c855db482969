/* SPDX-License-Identifier: Apache-2.0 */
/* config_read(): warroom.yaml. Secrets from files are not read: a path is whatever was written. */
#include "fuzz.h"

#include "base/arena.h"
#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    if (str_contains(text, STR("file:")) || str_contains(text, STR(".pem")))
        return 0;
    struct arena *arena = arena_new("fuzz");
    struct config config;
    struct config_warning *warnings;
    struct err err = {0};
    const bool ok = config_read(arena, text, &config_readers_known, &config, &warnings, &err);
    fuzz_expect_reason(ok, &err);
    if (ok) {
        fuzz_expect(config.serve.host.len > 0, "there is an address to listen at");
        fuzz_expect(config.serve.is_loopback || config.webhooks.token.len > 0,
                    "others do not come in without a token");
        fuzz_expect(config.serve.is_loopback || config.serve.is_behind_proxy ||
                        config.serve.certificate.len > 0,
                    "nor without TLS");
        fuzz_expect(config.sources.count <= CONFIG_ITEMS_MAX, "sources are bounded");
    }
    arena_free(arena);
    return 0;
}
