/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/evaluate.h"

#include "runbook/compare.h"
#include "runbook/scope.h"

static struct value field_of(const struct record *record, struct str name)
{
    for (size_t i = 0; record->fields[i].name; i++)
        if (str_eq(str_of(record->fields[i].name), name))
            return record->values[i];
    return (struct value){.known = false};
}

static struct value cell_of(const struct batch *rows, size_t row, struct str name)
{
    for (uint32_t i = 0; i < rows->columns_count; i++)
        if (str_eq(rows->columns[i].name, name))
            return batch_value(rows, row, i);
    return (struct value){.known = false};
}

static struct value value_of_slot(const struct scene *scene, const struct slot *slot,
                                  struct str name)
{
    switch (slot->kind) {
    case SLOT_RECORD:
        return field_of(&slot->record, name);
    case SLOT_ROW:
        return cell_of(slot->rows, slot->row, name);
    case SLOT_LEAD: {
        const struct record lead = scope_lead(scene->casefile->arena, slot->lead);
        return field_of(&lead, name);
    }
    default:
        return (struct value){.known = false};
    }
}

struct value evaluate(const struct scene *scene, const struct expression *expression)
{
    if (!expression->is_path)
        return expression->literal;
    const struct casefile *casefile = scene->casefile;
    const struct path *path = &expression->path;
    if (path->root == ROOT_SLOT)
        return value_of_slot(scene, &scene->slots[path->slot], path->names[1]);
    const struct record record = scope_root(casefile->arena, casefile, path->root);
    return field_of(&record, path->names[1]);
}

static bool comparison_holds(const struct scene *scene, const struct comparison *comparison)
{
    const struct value left = evaluate(scene, &comparison->left);
    if (comparison->comparator == COMPARE_TRUTH)
        return left.known && left.truth != comparison->negated;
    const struct value right = evaluate(scene, &comparison->right);
    return left.known && right.known &&
           compare_values(&left, comparison->comparator, &right) != comparison->negated;
}

bool evaluate_test(const struct scene *scene, const struct test *test)
{
    for (const struct alternative *any = test->any; any; any = any->next) {
        bool all = true;
        for (const struct comparison *it = any->all; it && all; it = it->next)
            all = comparison_holds(scene, it);
        if (all)
            return true;
    }
    return false;
}

struct str evaluate_words(const struct scene *scene, const struct expression *expression)
{
    const struct value value = evaluate(scene, expression);
    return value.known && value.type == TYPE_TEXT ? value.text : STR("");
}
