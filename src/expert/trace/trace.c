/* SPDX-License-Identifier: Apache-2.0 */
/* The trace expert by name: which of these span classes is at fault. */
#include "expert/small.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/trace/blame.h"

#include <math.h>
#include <stdlib.h>

extern const struct small_expert small_trace;

static struct str text_of(const json_t *object, const char *name, struct arena *arena)
{
    const json_t *text = json_object_get(object, name);
    return json_is_string(text) ? str_copy(arena, (struct str){.ptr = json_string_value(text),
                                                               .len = json_string_length(text)})
                                : STR("");
}

static bool read_class(const json_t *object, struct arena *arena, struct span_class *out,
                       struct err *err)
{
    *out = (struct span_class){.service = text_of(object, "service", arena),
                               .operation = text_of(object, "operation", arena)};
    if (out->service.len == 0)
        return err_set(err, ERR_USAGE, "a class without a `service`");
    for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++) {
        const char *name = class_fact_name((enum class_fact)fact);
        const json_t *value = json_object_get(object, name);
        const double number = value ? json_number_value(value) : 0;
        if (value && (!json_is_number(value) || number < 0 || number > 1))
            return err_set(err, ERR_USAGE, "`%s` is no number from 0 to 1", name);
        out->of[fact] = number;
    }
    return true;
}

static bool read_classes(const json_t *list, struct arena *arena, struct span_classes *out,
                         struct err *err)
{
    const size_t count = json_array_size(list);
    if (count == 0 || count > CLASSES_MAX)
        return err_set(err, ERR_USAGE, "`classes` is wanted: a list of at most %d objects",
                       CLASSES_MAX);
    out->items = arena_push_many(arena, struct span_class, count);
    for (size_t i = 0; i < count; i++)
        if (!read_class(json_array_get(list, i), arena, &out->items[out->count++], err))
            return false;
    return true;
}

struct told {
    const struct span_class *item;
    double probability;
};

static int likelier_first(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    if (x->probability != y->probability)
        return x->probability < y->probability ? 1 : -1;
    const int order = str_compare(x->item->service, y->item->service);
    return order != 0 ? order : str_compare(x->item->operation, y->item->operation);
}

static bool rank_span_classes(const json_t *material, struct buf *out, struct err *err)
{
    struct arena *arena = out->arena;
    struct span_classes classes = {0};
    if (!read_classes(json_object_get(material, "classes"), arena, &classes, err))
        return false;
    double *probabilities = arena_push_many(arena, double, classes.count);
    struct told *told = arena_push_many(arena, struct told, classes.count);
    trace_blame(trace_weights_shipped(), &classes, probabilities);
    for (uint32_t i = 0; i < classes.count; i++)
        told[i] = (struct told){&classes.items[i], probabilities[i]};
    qsort(told, classes.count, sizeof *told, likelier_first);
    buf_printf(out, "{\"classes\": [");
    for (uint32_t i = 0; i < classes.count; i++) {
        buf_printf(out, "%s{\"service\": ", i > 0 ? ", " : "");
        json_put_text(out, told[i].item->service);
        buf_printf(out, ", \"operation\": ");
        json_put_text(out, told[i].item->operation);
        buf_printf(out, ", \"probability\": %.3f}", told[i].probability);
    }
    buf_printf(out, "]}");
    return true;
}

static const struct small_task tasks[] = {
    {"rank_span_classes", ABILITY_RANK, "tell which span class is at fault",
     "{\"classes\": [{\"service\": \"shop\", \"operation\": \"GET /\", \"gap\": 0.8, "
     "\"strongest\": 0.3}, "
     "{\"service\": \"orders\", \"operation\": \"place\", \"slow\": 0.9, \"path\": 0.7, "
     "\"strongest\": 0.9}]}",
     "{\"classes\": [{\"service\": \"orders\", \"operation\": \"place\", \"probability\": 0.8}, "
     "{\"service\": \"shop\", \"operation\": \"GET /\", \"probability\": 0.2}]}",
     rank_span_classes},
    {0}};

const struct small_expert small_trace = {
    .name = "trace",
    .summary = "which span class is at fault",
    .tasks = tasks,
    .card = trace_weights_card,
};
