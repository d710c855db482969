/* SPDX-License-Identifier: Apache-2.0 */
#include "report/blamed.h"

#include "base/arena.h"
#include "report/escape.h"

#define BLAMED_MAX 5
#define COMMAND_BYTES_MAX 200 /* a verb and the id of a commit */

static const struct exhibit_change *change_of(const struct casefile *casefile,
                                              const struct evidence *evidence)
{
    for (const struct exhibit *it = casefile->exhibits; it; it = it->next)
        if (it->kind == EXHIBIT_CHANGE && it->evidence_id == evidence->id)
            return &it->change;
    return NULL;
}

/* False: the claim did not pass, and is in `removed`. */
static bool tell(struct writing *writing, const struct culprit_change *it, struct blamed *told)
{
    struct sentence *said = NULL;
    if (!writing_say_claim(writing, &said, "", it->evidence))
        return false;
    *told = (struct blamed){.why = said->text,
                            .probability = it->probability,
                            .change = change_of(writing->casefile, it->evidence),
                            .evidence = it->evidence};
    if (told->change && escape_is_harmless(told->change->revert) &&
        told->change->revert.len <= COMMAND_BYTES_MAX)
        told->revert = told->change->revert;
    return true;
}

static void say_who(struct writing *writing)
{
    struct report *report = writing->report;
    const struct evidence *evidence = report->blamed->evidence;
    struct sentence *said = NULL;
    const struct str id = evidence->change;
    report->blames = writing_say(
        writing, &said,
        str_printf(writing->arena, "Most likely `%.*s` did it [E%u].", STR_ARG(id), evidence->id));
    if (report->blames)
        report->blame = said->text;
}

void blamed_write(struct writing *writing)
{
    struct report *report = writing->report;
    struct blamed **end = &report->blamed;
    uint32_t count = 0;
    for (const struct culprit_change *it = writing->casefile->culprits; it && count < BLAMED_MAX;
         it = it->next, count++) {
        struct blamed *told = arena_push(writing->arena, struct blamed);
        if (!tell(writing, it, told))
            continue;
        *end = told;
        end = &told->next;
    }
    if (!report->blamed)
        return;
    const struct culprit_change *named = casefile_named_change(writing->casefile);
    if (named && named->evidence == report->blamed->evidence)
        say_who(writing);
    if (report->blames)
        return;
    report->blame = report->known
                        ? STR("No change is named: none fits so much better than the others that "
                              "it would be right more often than wrong.")
                        : STR("No change is named: where the fault is is not known well enough.");
}
