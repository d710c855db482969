/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/code/cause.h"

#include "expert/code/numbers.h"

static const struct {
    const char *name;
    const char *text;
    enum kind kind;
    enum cause_end end;
} causes[] = {
#define X(id, name, kind, end, text) {#name, text, KIND_##kind, CAUSE_##end},
    CAUSES(X)
#undef X
};

const char *cause_name(enum cause cause)
{
    return causes[cause].name;
}

const char *cause_text(enum cause cause)
{
    return causes[cause].text;
}

enum kind cause_kind(enum cause cause)
{
    return causes[cause].kind;
}

enum cause_end cause_end(enum cause cause)
{
    return causes[cause].end;
}

void cause_hash(struct str text, struct hashed *out, uint32_t buckets)
{
    hashed_begin(out, buckets);
    hashed_add_words(out, text);
}

struct cause_guess cause_of(struct str text)
{
    const struct hashed_head *head = &code_numbers()->cause;
    struct hashed hashed;
    double odds[HASHED_CLASSES_MAX];
    cause_hash(text, &hashed, head->buckets);
    const enum cause cause = (enum cause)hashed_judge(head, &hashed, odds);
    return (struct cause_guess){.cause = cause, .odds = odds[cause]};
}
