/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/language/intent.h"

#include "expert/language/numbers.h"

#define SYMPTOM_VOTES 6

const char *intent_name(enum intent intent)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        SYMPTOMS(X) INTENTS_MORE(X)
#undef X
    };
    return names[intent];
}

const char *intent_text(enum intent intent)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        SYMPTOMS(X) INTENTS_MORE(X)
#undef X
    };
    return texts[intent];
}

/* A word of the table counts as much as several subwords. */
static void add_symptom(struct hashed *hashed, struct str text)
{
    const char *symptom = symptom_name(symptom_of_alert(&(struct alert){.name = text}));
    for (char kind = 'A'; kind < 'A' + SYMPTOM_VOTES; kind++)
        hashed_add(hashed, kind, str_of(symptom));
}

void intent_hash(struct str text, struct hashed *out, uint32_t buckets)
{
    hashed_begin(out, buckets);
    add_symptom(out, text);
    hashed_add_words(out, text);
}

struct intent_guess intent_of(struct str text)
{
    const struct hashed_head *head = &language_numbers()->intent;
    struct hashed hashed;
    double odds[HASHED_CLASSES_MAX];
    intent_hash(text, &hashed, head->buckets);
    const enum intent intent = (enum intent)hashed_judge(head, &hashed, odds);
    return (struct intent_guess){.intent = intent, .odds = odds[intent]};
}

enum symptom intent_symptom(enum intent intent)
{
    return intent < (enum intent)SYMPTOMS_COUNT ? (enum symptom)intent : SYMPTOM_UNKNOWN;
}
