/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/task.h"

#include <stddef.h>

#define X(name) extern const struct task task_##name;
#include "eval/task_list.inc"
#undef X

const struct task *const tasks[] = {
#define X(name) &task_##name,
#include "eval/task_list.inc"
#undef X
    NULL,
};

static const struct {
    const char *name, *text;
} categories[] =
    {
#define X(id, name, text) {#name, text},
        CATEGORIES(X)
#undef X
},
  minds[] = {
#define X(id, name, text) {#name, text},
      MINDS(X)
#undef X
};

const char *category_name(enum category category)
{
    return categories[category].name;
}

const char *category_text(enum category category)
{
    return categories[category].text;
}

const char *mind_name(enum mind mind)
{
    return minds[mind].name;
}

const char *mind_text(enum mind mind)
{
    return minds[mind].text;
}

const struct task *task_find(struct str name)
{
    for (const struct task *const *at = tasks; *at; at++)
        if (str_eq(name, str_of((*at)->name)))
            return *at;
    return NULL;
}
