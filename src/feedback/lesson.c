/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case is copied with only what weighs, and taken down as a journal takes down what was added
 * to a case: so it is read back, and checked, by the same code.
 */
#include "feedback/lesson.h"

#include "base/arena.h"
#include "data/json.h"
#include "journal/effects.h"

static int64_t no_time;
static const struct alert no_alert;

static struct casefile *empty_case(void)
{
    return casefile_open(&no_alert, clock_fixed(&no_time), NS_PER_S);
}

static void copy_topology(struct casefile *to, const struct topology *from)
{
    for (uint32_t i = 0; i < from->nodes.count; i++)
        map_add(&to->topology.nodes, from->nodes.keys[i]);
    for (uint32_t i = 0; i < from->edges_count; i++)
        topology_add(&to->topology, from->nodes.keys[from->edges[i].caller],
                     from->nodes.keys[from->edges[i].callee]);
}

/* Its number stands for its words: two pieces with the same words are one already. */
static void copy_evidence(struct casefile *to, const struct evidence *from)
{
    casefile_add(to, &(struct evidence){.signal = from->signal,
                                        .bearing = from->bearing,
                                        .finding = from->finding,
                                        .subject = from->subject,
                                        .instance = from->instance,
                                        .cause = from->cause,
                                        .strength = from->strength,
                                        .claim = str_printf(to->arena, "%u", from->id)});
}

static struct casefile *essence_of(const struct casefile *casefile)
{
    struct casefile *out = empty_case();
    out->subject = casefile->subject;
    out->beyond_reach = casefile->beyond_reach;
    copy_topology(out, &casefile->topology);
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing != BEARING_GAP)
            copy_evidence(out, it);
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        if (it->state == SOURCE_BROKEN)
            casefile_add_source(out, it->name, it->state, it->rows, STR(""));
    return out;
}

/* As it stands in the end: who was refuted and then held was not refuted. */
static bool is_refuted(const struct lead *lead)
{
    bool refuted = lead->refuted;
    for (const struct lead *it = lead->next; it; it = it->next)
        if (str_eq(it->subject, lead->subject))
            refuted = false; /* a later one speaks for it */
    return refuted;
}

struct str lesson_of(struct arena *arena, const struct casefile *casefile)
{
    struct buf out = buf_new(arena);
    struct casefile *empty = empty_case(), *essence = essence_of(casefile);
    const struct moment start = moment_of(empty);
    buf_add(&out, STR("{\"effects\":"));
    effects_put(&out, &start, essence);
    json_put_key(&out, "refuted");
    buf_add_char(&out, '[');
    for (const struct lead *lead = casefile->leads; lead; lead = lead->next)
        if (is_refuted(lead)) {
            json_put_comma(&out);
            json_put_text_exact(&out, lead->subject);
        }
    buf_add(&out, STR("]}"));
    casefile_close(essence);
    casefile_close(empty);
    return buf_str(&out).len <= LESSON_BYTES_MAX ? buf_str(&out) : STR("");
}

static bool read_into(struct casefile *casefile, const json_t *lesson, struct err *err)
{
    const json_t *effects = json_object_get(lesson, "effects"),
                 *refuted = json_object_get(lesson, "refuted");
    if (!json_is_object(effects) || !json_is_array(refuted))
        return err_set(err, ERR_CORRUPT, "it has no `effects` and `refuted`");
    if (!effects_apply(effects, casefile, err))
        return false;
    size_t i;
    json_t *item;
    json_array_foreach(refuted, i, item)
    {
        struct str subject;
        if (!json_get_text_exact(casefile->arena, item, &subject))
            return err_set(err, ERR_CORRUPT, "`refuted` has what is no name");
        casefile_add_lead(casefile, subject, STR(""))->refuted = true;
    }
    return true;
}

bool lesson_read(struct str text, struct casefile **out, struct err *err)
{
    json_error_t where;
    json_t *lesson =
        text.len <= LESSON_BYTES_MAX ? json_loadb(text.ptr, text.len, 0, &where) : NULL;
    if (!lesson)
        return err_set(err, ERR_CORRUPT, "it is no JSON, or too long");
    struct casefile *casefile = empty_case();
    const bool ok = read_into(casefile, lesson, err);
    json_decref(lesson);
    if (ok)
        *out = casefile;
    else
        casefile_close(casefile);
    return ok;
}
