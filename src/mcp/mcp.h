/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine for programs that speak the Model Context Protocol: what `warroom` can find out about
 * the incidents of some folders, as tools that only read. One message in, one answer out; nothing
 * is remembered between two, so any transport will do.
 *
 * Both eras are spoken: 2026-07-28, where each request names its version, and those before it,
 * which begin with `initialize`. Who calls is not trusted: an incident is named, never a path.
 */
#pragma once

#include "base/clock.h"
#include "base/str.h"

struct arena;
struct ledger;

#define MCP_MESSAGE_BYTES_MAX ((size_t)1 << 20)

struct mcp {
    const char *const *folders; /* bundles, or folders of them */
    uint32_t folders_count;
    struct clock clock;
    struct ledger *ledger; /* for what people wrote; NULL: none */
};

/*
 * The answer to a message, without a line end: one line of JSON. Empty where none is due. `version`
 * is what the transport says of the version (MCP-Protocol-Version); empty: it says nothing.
 */
struct str mcp_answer(const struct mcp *mcp, struct arena *arena, struct str message,
                      struct str version);
