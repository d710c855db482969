/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/small.h"

#include <math.h>

#define NAME_BYTES_MAX 80 /* of one that there is not, as it is told */

#define X(name) extern const struct small_expert small_##name;
#include "expert/small_list.inc"
#undef X

const struct small_expert *const small_experts[] = {
#define X(name) &small_##name,
#include "expert/small_list.inc"
#undef X
    NULL,
};

const struct small_expert *small_expert_find(struct str name)
{
    for (const struct small_expert *const *at = small_experts; *at; at++)
        if (str_eq(name, str_of((*at)->name)))
            return *at;
    return NULL;
}

const struct small_expert *small_expert_for(struct str task)
{
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *it = (*at)->tasks; it->name; it++)
            if (str_eq(task, str_of(it->name)))
                return *at;
    return NULL;
}

const struct small_task *small_task_find(struct arena *arena, const struct small_expert *expert,
                                         struct str name, struct err *err)
{
    struct buf names = buf_new(arena);
    for (const struct small_task *task = expert->tasks; task->name; task++) {
        if (str_eq(name, str_of(task->name)))
            return task;
        buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", task->name);
    }
    err_set(err, ERR_USAGE, "%s has no task `%.*s`; there are: %s", expert->name,
            STR_ARG(str_slice(name, 0, NAME_BYTES_MAX)), buf_str(&names).ptr);
    return NULL;
}

bool small_infer(const struct small_expert *expert, const struct brief *brief, struct arena *arena,
                 struct opinion *out, struct err *err)
{
    const struct small_task *task = small_task_find(arena, expert, str_of(brief->task), err);
    json_error_t problem;
    *out = (struct opinion){0};
    for (int i = 0; i < LABELS_MAX; i++)
        out->odds[i] = -INFINITY;
    if (!task)
        return false;
    json_t *material = json_loadb(brief->material.ptr, brief->material.len, 0, &problem);
    if (!material)
        return err_set(err, ERR_USAGE, "the material is no JSON: %s", problem.text);
    struct buf answer = buf_new(arena);
    const bool ok = task->tell(material, &answer, err);
    json_decref(material);
    if (ok)
        out->text = buf_str(&answer);
    return ok;
}
