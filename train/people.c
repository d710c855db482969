/* SPDX-License-Identifier: Apache-2.0 */
#include "train/people.h"

#include "base/arena.h"
#include "data/json.h"
#include "feedback/feedback.h"
#include "feedback/lesson.h"
#include "report/escape.h"

#include <unistd.h>

static const struct str set_of_all = STR("feedback");

/* NULL: what was said names neither a place nor its absence. */
static bool truth_of(struct arena *arena, const struct feedback *feedback, const struct truth **out,
                     struct err *err)
{
    const struct str place = feedback_place(feedback);
    *out = NULL;
    if (place.len == 0 && !feedback->nothing)
        return true;
    struct buf text = buf_new(arena);
    buf_add(&text, STR("{\"service\":"));
    json_put_text(&text, place);
    buf_add_char(&text, '}');
    return truth_of_text(arena, buf_str(&text), out, err);
}

/* The service that the example is about, for those that are held out together; fit to print. */
static struct str service_of(struct arena *arena, const struct feedback *feedback)
{
    const struct str place = feedback_place(feedback);
    struct buf out = buf_new(arena);
    escape_plain(&out, place.len > 0             ? place
                       : feedback->named.len > 0 ? feedback->named
                                                 : STR("nobody"));
    return buf_str(&out);
}

static bool take(struct arena *arena, const struct feedback *feedback, struct str set,
                 struct examples *out, bool *taken, struct err *err)
{
    const struct truth *truth;
    struct casefile *casefile; /* as long as the examples: to the end of the program */
    *taken = false;
    if (!truth_of(arena, feedback, &truth, err))
        return false;
    if (feedback->lesson.len == 0 || (!truth && feedback->named.len == 0))
        return true;
    if (!lesson_read(feedback->lesson, &casefile, err))
        return false;
    if (truth)
        examples_add(out, set, feedback->case_key, casefile, truth);
    else
        examples_add_wrong(out, set, feedback->case_key, casefile, feedback->named);
    return *taken = true;
}

bool people_read(struct arena *arena, const char *path, bool by_service, struct examples *out,
                 struct people *people, struct err *err)
{
    struct ledger *ledger;
    struct feedback *all;
    *people = (struct people){0};
    if (access(path, R_OK) != 0) /* opening would make one */
        return err_set(err, ERR_NOT_FOUND, "%s: there is no ledger", path);
    if (!ledger_open(arena, path, &ledger, err) ||
        !feedback_read(ledger, arena, &all, &people->given, err))
        return false;
    for (uint32_t i = 0; i < people->given; i++) {
        bool taken;
        if (all[i].is_corrected) {
            people->corrected++;
            continue;
        }
        if (!take(arena, &all[i], by_service ? service_of(arena, &all[i]) : set_of_all, out, &taken,
                  err))
            return err_context(err, "feedback %lld", (long long)all[i].number);
        *(taken ? &people->taken : &people->mute) += 1;
    }
    return true;
}
