/* SPDX-License-Identifier: Apache-2.0 */
#include "case/call.h"

#include "base/arena.h"
#include "base/memo.h"

#include <string.h>

bool call_may_ask(const struct call *call, const char *expert)
{
    const char *const *out = call->services->experts_out;
    for (; out && *out; out++)
        if (!strcmp(*out, expert))
            return false;
    return true;
}

bool call_load_once(struct call *call, const char *name, size_t size, call_load_fn *load, void *out,
                    struct err *err)
{
    struct memo *memo = call->services->memo;
    if (!memo)
        return load(call, call->scratch, out, err);
    void *kept = memo_find(memo, name);
    if (!kept) {
        kept = arena_alloc(memo_arena(memo), size);
        if (!load(call, memo_arena(memo), kept, err))
            return false;
        memo_keep(memo, name, kept);
    }
    memcpy(out, kept, size);
    return true;
}
