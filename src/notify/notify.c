/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/notify.h"

#include "base/arena.h"
#include "data/secret.h"

#define X(name) extern const struct notifier_type notifier_##name;
#include "notify/notifier_list.inc"
#undef X

const struct notifier_type *const notifier_types[] = {
#define X(name) &notifier_##name,
#include "notify/notifier_list.inc"
#undef X
    NULL,
};

/* `kind` and `when` are of all; what they say stands in members of struct notifier. */
static const struct field common[] = {
    {"kind", TYPE_TEXT, FIELD_OPTIONAL, "what it is; its name where it is not said", NULL},
    {"when", TYPE_TEXT, FIELD_OPTIONAL,
     "a list: what is told of: opened, verdict, failed, resolved; [verdict, failed]", NULL},
    {0},
};

#define WHEN_STANDARD (1u << NEWS_VERDICT | 1u << NEWS_FAILED)

/* Whose values are secrets, or may hold one. */
static bool is_secret(const char *name)
{
    return !strcmp(name, "url") || !strcmp(name, "key") || !strcmp(name, "password");
}

static const struct notifier_type *find_type(struct str name)
{
    for (const struct notifier_type *const *type = notifier_types; *type; type++)
        if (str_eq(str_of((*type)->name), name))
            return *type;
    return NULL;
}

/* ---- reading ---- */

static bool wrong(const struct yaml_entry *entry, struct err *err)
{
    return err_context(err, "%u:%u: %.*s", entry->line, entry->column, STR_ARG(entry->path));
}

/* What of the path stands behind "PREFIX."; empty: it is another one's. */
static struct str member_of(const struct yaml_entry *entry, struct str prefix)
{
    return str_starts(entry->path, prefix) && entry->path.len > prefix.len &&
                   entry->path.ptr[prefix.len] == '.'
               ? str_slice(entry->path, prefix.len + 1, entry->path.len)
               : STR("");
}

static bool read_when(struct str value, struct notifier *out, struct err *err)
{
    for (unsigned phase = 0; phase <= NEWS_RESOLVED; phase++)
        if (str_eq(value, str_of(news_phase_name((enum news_phase)phase)))) {
            out->when |= 1u << phase;
            return true;
        }
    return err_set(err, ERR_USAGE, "opened, verdict, failed or resolved is wanted");
}

static bool refuse_name(struct str name, const struct field *fields, struct err *err)
{
    const struct field *near = field_nearest(fields, name);
    near = near ? near : field_nearest(common, name);
    return near ? err_set(err, ERR_USAGE, "there is no such key; did you mean `%s`?", near->name)
                : err_set(err, ERR_USAGE, "there is no such key");
}

static bool read_setting(struct arena *arena, const struct yaml_entry *entry, struct str name,
                         struct notifier *out, struct err *err)
{
    const struct field *field = field_find(out->settings.fields, name);
    if (str_eq(name, STR("kind")))
        return true;
    if (str_starts(name, STR("when")))
        return read_when(entry->value, out, err);
    if (!field)
        return refuse_name(name, out->settings.fields, err);
    struct str value = entry->value;
    if (is_secret(field->name) && !secret_read(arena, value, &value, err))
        return false;
    return value_parse(field->type, str_copy(arena, value), record_at(&out->settings, field->name),
                       err);
}

static struct str kind_of(const struct yaml_entries *entries, struct str prefix, struct str name)
{
    for (uint32_t i = 0; i < entries->count; i++)
        if (str_eq(member_of(&entries->items[i], prefix), STR("kind")))
            return entries->items[i].value;
    return name;
}

static bool no_such_kind(struct arena *arena, struct str kind, struct err *err)
{
    struct buf names = buf_new(arena);
    for (const struct notifier_type *const *type = notifier_types; *type; type++)
        buf_printf(&names, "%s%s", type == notifier_types ? "" : ", ", (*type)->name);
    return err_set(err, ERR_USAGE, "there is no kind `%.*s`; there are %s", STR_ARG(kind),
                   buf_str(&names).ptr);
}

bool notifier_read(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                   void **out, struct err *err)
{
    struct notifier *notifier = arena_push(arena, struct notifier);
    struct str name = prefix, part, rest = prefix;
    while (str_split(&rest, '.', &part))
        name = part;
    const struct str kind = kind_of(entries, prefix, name);
    *notifier = (struct notifier){.name = str_copy(arena, name), .type = find_type(kind)};
    if (!notifier->type)
        return no_such_kind(arena, kind, err) || err_context(err, "%.*s", STR_ARG(prefix));
    notifier->settings = record_new(arena, notifier->type->settings);
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct str member = member_of(&entries->items[i], prefix);
        if (member.len > 0 && !read_setting(arena, &entries->items[i], member, notifier, err))
            return wrong(&entries->items[i], err);
    }
    if (notifier->when == 0)
        notifier->when = WHEN_STANDARD;
    *out = notifier;
    return record_is_complete(&notifier->settings, err) ||
           err_context(err, "%.*s", STR_ARG(prefix));
}

void notifier_explain(struct buf *out)
{
    for (const struct notifier_type *const *type = notifier_types; *type; type++) {
        buf_printf(out, "%s: %s\n", (*type)->name, (*type)->summary);
        for (const struct field *field = (*type)->settings; field->name; field++)
            buf_printf(out, "    %-10s %s\n", field->name, field->summary);
    }
    buf_add(out, STR("all of them\n"));
    for (const struct field *field = common; field->name; field++)
        buf_printf(out, "    %-10s %s\n", field->name, field->summary);
}

struct str notifier_text(const struct notifier *notifier, const char *name)
{
    const struct value *value = record_at(&notifier->settings, name);
    return value->known ? value->text : STR("");
}

struct str notifier_place(const struct notifier *notifier)
{
    const struct str place = notifier_text(notifier, notifier->type->place);
    return place.len > 0 ? place : str_of(notifier->type->usual_place);
}

bool notifier_wants(const struct notifier *notifier, enum news_phase phase)
{
    return (notifier->when & 1u << phase) != 0;
}

/* ---- sending ---- */

static bool exchange(struct arena *arena, const struct notifier *notifier, const struct news *news,
                     struct dispatch *dispatch, struct deadline deadline, struct str *thread,
                     struct err *err)
{
    struct request request = {0};
    struct reply reply;
    struct str host;
    if (!notifier->type->encode(arena, notifier, news, *thread, &request, err) ||
        !url_host(arena, request.url, &host, err))
        return false;
    struct courier courier = dispatch->courier;
    courier.hosts = &host;
    courier.hosts_count = 1;
    return courier_send(&courier, arena, &request, deadline, &reply, err) &&
           (!notifier->type->decode ||
            notifier->type->decode(arena, notifier, reply.body, thread, err));
}

bool notifier_send(struct arena *arena, const struct notifier *notifier, const struct news *news,
                   struct dispatch *dispatch, struct deadline deadline, struct str *thread,
                   struct err *err)
{
    const bool ok = notifier->type->deliver
                        ? notifier->type->deliver(arena, notifier, news, dispatch, err)
                        : exchange(arena, notifier, news, dispatch, deadline, thread, err);
    return ok || err_context(err, "notify.%.*s", STR_ARG(notifier->name));
}
