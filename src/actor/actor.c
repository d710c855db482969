/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/actor.h"

#include "base/arena.h"

#define X(name) extern const struct actor actor_##name;
#include "actor/actor_list.inc"
#undef X

const struct actor *const actors[] = {
#define X(name) &actor_##name,
#include "actor/actor_list.inc"
#undef X
    NULL,
};

const struct actor *actor_find(struct str name)
{
    for (const struct actor *const *actor = actors; *actor; actor++)
        if (str_eq(str_of((*actor)->sig.name), name))
            return *actor;
    return NULL;
}

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        PHASES(X)
#undef X
    };
    return names[phase];
}

const char *phase_text(enum phase phase)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        PHASES(X)
#undef X
    };
    return texts[phase];
}

bool actor_run(const struct actor *actor, struct call *call, const struct record *in,
               struct record *out, struct err *err)
{
    *out = record_new(call->scratch, actor->sig.output);
    return (record_is_complete(in, err) && actor->run(call, in, out, err)) ||
           err_context(err, "%s", actor->sig.name);
}

bool actor_is_asked_about(const struct record *in, struct str subject)
{
    const struct value *service = record_at(in, "service");
    return !service->known || str_eq(service->text, subject);
}

bool actor_has_told(const struct call *call, struct str query)
{
    for (const struct evidence *it = call->casefile->evidence; it; it = it->next)
        if (str_eq(it->query, query))
            return true;
    return false;
}
