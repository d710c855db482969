/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API of Kubernetes, of one namespace: objects and events as they are now, of which the
 * bundle's loader makes descriptions (source/state.h); each replica set as the rollout that it
 * stands for; and the last lines of pods that are not ready or were restarted, before and after.
 *
 * Only GET, and no secrets: their list is never asked for.
 */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/url.h"

#include "base/arena.h"

#include <stdlib.h>

#define PAGE_MAX 500   /* objects of one answer */
#define PODS_MAX 12    /* whose lines are read */
#define LINES_MAX 2000 /* of one pod */
#define BYTES_MAX (1 << 20)
#define IMAGES_MAX 400 /* bytes of their names in one message */

static const struct field settings[] = {
    {"namespace", TYPE_TEXT, FIELD_OPTIONAL,
     "which one; that of the alert's label `namespace`, or `default`", NULL},
    {"nodes", TYPE_BOOL, FIELD_OPTIONAL, "nodes and volumes are read as well; true", NULL},
    {0},
};

/* What is asked for, and where it is. */
static const struct resource {
    const char *path; /* behind the namespace; of what has none, the whole */
    bool has_namespace;
    const char *api;
} resources[] = {
    {"pods", true, "/api/v1"},
    {"events", true, "/api/v1"},
    {"replicasets", true, "/apis/apps/v1"},
    {"deployments", true, "/apis/apps/v1"},
    {"statefulsets", true, "/apis/apps/v1"},
    {"daemonsets", true, "/apis/apps/v1"},
    {"services", true, "/api/v1"},
    {"endpoints", true, "/api/v1"},
    {"persistentvolumeclaims", true, "/api/v1"},
    {"resourcequotas", true, "/api/v1"},
    {"limitranges", true, "/api/v1"},
    {"configmaps", true, "/api/v1"},
    {"serviceaccounts", true, "/api/v1"},
    {"networkpolicies", true, "/apis/networking.k8s.io/v1"},
    {"ingresses", true, "/apis/networking.k8s.io/v1"},
    {"horizontalpodautoscalers", true, "/apis/autoscaling/v2"},
    {"poddisruptionbudgets", true, "/apis/policy/v1"},
    {"nodes", false, "/api/v1"},
    {"persistentvolumes", false, "/api/v1"},
};

#define RESOURCES_COUNT (sizeof resources / sizeof *resources)

static struct str namespace_of(const struct source *source, const struct question *question)
{
    const struct str own = source_text(source, "namespace", STR(""));
    const struct str of_alert = alert_label(question->alert, "namespace");
    return own.len > 0 ? own : of_alert.len > 0 ? of_alert : STR("default");
}

/* ---- asking ---- */

/* The name of a question for objects is the resource; none: the first, which asks for the others.
 */
static const struct resource *resource_of(const struct question *question)
{
    for (size_t i = 0; i < RESOURCES_COUNT; i++)
        if (question->names_count > 0 && str_eq(question->names[0], str_of(resources[i].path)))
            return &resources[i];
    return &resources[0];
}

static struct url place_of(struct arena *arena, const struct source *source,
                           const struct question *question, const struct resource *resource)
{
    struct url url = url_begin(arena, source->url, resource->api);
    if (resource->has_namespace) {
        buf_add(&url.text, STR("/namespaces"));
        url_part(&url, namespace_of(source, question));
    }
    url_part(&url, str_of(resource->path));
    return url;
}

/* names: pod, container; the cursor is "previous" for those of the one before. */
static struct url lines_of(struct arena *arena, const struct source *source,
                           const struct question *question)
{
    struct url url = place_of(arena, source, question, &resources[0]);
    url_part(&url, question->names[0]);
    buf_add(&url.text, STR("/log"));
    url_param(&url, "container", question->names[1]);
    url_param(&url, "timestamps", STR("true"));
    url_param_int(&url, "tailLines", LINES_MAX);
    url_param_int(&url, "limitBytes", BYTES_MAX);
    if (question->cursor.len > 0)
        url_param(&url, "previous", STR("true"));
    return url;
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url;
    switch (question->wanted) {
    case WANT_OBJECTS:
        url = place_of(arena, source, question, resource_of(question));
        url_param_int(&url, "limit", PAGE_MAX);
        if (question->cursor.len > 0)
            url_param(&url, "continue", question->cursor);
        break;
    case WANT_LINES:
        url = lines_of(arena, source, question);
        break;
    default:
        return err_set(err, ERR_USAGE, "Kubernetes has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    return true;
}

/* ---- objects ---- */

static struct str name_of(const json_t *object)
{
    return answer_text(json_object_get(object, "metadata"), "name");
}

static struct str owner_of(const json_t *object)
{
    const json_t *owners = json_object_get(json_object_get(object, "metadata"), "ownerReferences");
    return answer_text(json_array_get(owners, 0), "name");
}

static struct str images_of(struct arena *scratch, const json_t *object)
{
    struct buf out = buf_new(scratch);
    const json_t *spec = json_object_get(object, "spec");
    const json_t *pod = json_object_get(json_object_get(spec, "template"), "spec"), *container;
    size_t i;
    json_array_foreach(json_object_get(pod, "containers"), i, container)
    {
        const struct str image = answer_text(container, "image");
        if (out.len + image.len < IMAGES_MAX)
            buf_printf(&out, "%s%.*s", out.len > 0 ? ", " : "", STR_ARG(image));
    }
    return buf_str(&out);
}

/* A replica set is made when the template of its deployment changes. */
static void decode_rollout(struct arena *scratch, const struct question *question,
                           const json_t *set, struct gathered *out)
{
    const json_t *meta = json_object_get(set, "metadata");
    const struct str revision =
        answer_text(json_object_get(meta, "annotations"), "deployment.kubernetes.io/revision");
    int64_t made_ns;
    if (!time_parse_rfc3339(answer_text(meta, "creationTimestamp"), &made_ns) ||
        made_ns < question->window.start_ns || owner_of(set).len == 0)
        return;
    const struct change_row row = {.time_ns = made_ns,
                                   .id = name_of(set),
                                   .service = owner_of(set),
                                   .kind = STR("rollout_start"),
                                   .message = str_printf(scratch, "revision %.*s of %.*s: %.*s",
                                                         STR_ARG(revision), STR_ARG(owner_of(set)),
                                                         STR_ARG(images_of(scratch, set)))};
    rows_change(&out->rows, &row);
}

/* Containers that are not ready, or were started again. */
static void decode_pod(const struct question *question, const json_t *pod, struct gathered *out)
{
    const json_t *status,
        *statuses = json_object_get(json_object_get(pod, "status"), "containerStatuses");
    size_t i;
    json_array_foreach(statuses, i, status)
    {
        const bool was_restarted = answer_integer(json_object_get(status, "restartCount"), 0) > 0;
        const struct str names[] = {name_of(pod), answer_text(status, "name")};
        if ((!was_restarted && json_is_true(json_object_get(status, "ready"))) ||
            names[0].len == 0 || names[1].len == 0 || out->seen.count >= PODS_MAX)
            continue;
        struct question next = *question;
        next.wanted = WANT_LINES;
        next.optional = true; /* a container that never ran has none */
        next.names = names;
        next.names_count = 2;
        next.cursor = STR("");
        (void)gathered_is_new(out, names[0]);
        gathered_ask(out, &next);
        next.cursor = STR("previous");
        if (was_restarted)
            gathered_ask(out, &next);
    }
}

/*
 * Masks texts one by one, so that JSON stays JSON. In a list of {name, value} the name says whether
 * the value is a secret.
 */
static void mask_text(struct arena *scratch, json_t *text, struct rows *rows)
{
    struct buf out = buf_new(scratch);
    secrets_mask(&out, answer_string(text), &rows->masked);
    json_string_setn(text, buf_str(&out).ptr, out.len);
}

/* The value of a variable, by its name as well: "PASSWORD" tells what `hunter2` is. */
static struct str mask_variable(struct arena *scratch, struct str name, struct str value,
                                struct rows *rows)
{
    struct buf whole = buf_new(scratch), out = buf_new(scratch);
    buf_add(&whole, name);
    buf_add_char(&whole, '=');
    const size_t before = whole.len;
    buf_add(&whole, value);
    secrets_mask(&out, buf_str(&whole), &rows->masked);
    /* a name that looks like a secret itself is no longer where it was */
    return str_starts(buf_str(&out), str_slice(buf_str(&whole), 0, before))
               ? str_slice(buf_str(&out), before, out.len)
               : STR("[secret]");
}

static void mask(struct arena *scratch, json_t *value, struct rows *rows)
{
    const char *name;
    json_t *inner;
    size_t i;
    const struct str set = answer_text(value, "value");
    if (set.len > 0) {
        const struct str masked = mask_variable(scratch, answer_text(value, "name"), set, rows);
        json_object_set_new(value, "value", json_stringn(masked.ptr, masked.len));
    }
    json_object_foreach(value, name, inner)
    {
        if (!json_is_string(inner))
            mask(scratch, inner, rows);
        else if (strcmp(name, "value") != 0)
            mask_text(scratch, inner, rows);
    }
    json_array_foreach(value, i, inner)
    {
        if (json_is_string(inner))
            mask_text(scratch, inner, rows);
        else
            mask(scratch, inner, rows);
    }
}

/* Items of a list have no kind of their own, so the whole answer is kept. */
static void keep_objects(struct arena *scratch, const struct source *source,
                         const struct question *question, json_t *root, struct gathered *out)
{
    if (out->rows.redact)
        mask(scratch, root, &out->rows);
    char *text = json_dumps(root, JSON_COMPACT);
    const struct state_row row = {.kind = STR("objects"),
                                  .object_namespace = namespace_of(source, question),
                                  .format = STR("json"),
                                  .text = str_of(text),
                                  .is_masked = true};
    rows_state(&out->rows, &row);
    free(text);
}

static void ask_others(const struct source *source, const struct question *question,
                       struct gathered *out)
{
    const bool has_nodes = source_truth(source, "nodes", true);
    for (size_t i = 1; i < RESOURCES_COUNT; i++) {
        struct question next = *question;
        const struct str name = str_of(resources[i].path);
        next.names = &name;
        next.names_count = 1;
        next.cursor = STR("");
        next.optional = true; /* who may not list one kind may list the next */
        if (resources[i].has_namespace || has_nodes)
            gathered_ask(out, &next);
    }
}

static bool decode_objects(struct arena *scratch, const struct source *source,
                           const struct question *question, struct str body, struct gathered *out,
                           struct err *err)
{
    json_t *root;
    const json_t *items, *item;
    size_t i;
    const struct resource *resource = resource_of(question);
    if (!answer_json(scratch, body, &root, err))
        return false;
    items = json_object_get(root, "items");
    if (!json_is_array(items))
        return err_set(err, ERR_PROTOCOL, "the answer has no `items`; is it the API server?");
    const struct str more = answer_text(json_object_get(root, "metadata"), "continue");
    if (question->names_count == 0 && question->cursor.len == 0)
        ask_others(source, question, out);
    json_array_foreach(items, i, item)
    {
        if (resource == &resources[0])
            decode_pod(question, item, out);
        else if (str_eq(str_of(resource->path), STR("replicasets")))
            decode_rollout(scratch, question, item, out);
    }
    if (more.len > 0) {
        struct question next = *question;
        next.cursor = more;
        gathered_ask(out, &next);
    }
    if (json_array_size(items) > 0) /* the last, for it masks them */
        keep_objects(scratch, source, question, root, out);
    return true;
}

/* ---- lines ---- */

/* "2026-11-22T02:03:04.123456789Z the line" */
static void decode_lines(const struct question *question, struct str body, struct gathered *out)
{
    struct str rest = body, line;
    while (str_split(&rest, '\n', &line)) {
        struct str message = line, time;
        struct log_row row = {.service = mapping_workload_of_pod(question->names[0]),
                              .instance = question->names[0]};
        if (!str_split(&message, ' ', &time) || !time_parse_rfc3339(time, &row.time_ns))
            continue;
        row.message = message;
        rows_log(&out->rows, &row);
    }
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    if (question->wanted == WANT_OBJECTS)
        return decode_objects(scratch, source, question, body, out, err);
    decode_lines(question, body, out);
    return true;
}

const struct connector connector_kubernetes = {
    .name = "kubernetes",
    .summary = "objects, events, rollouts and last lines of pods, of one namespace",
    .signal = SIGNAL_EVENTS,
    .port = ":6443",
    .settings = settings,
    .first = {{WANT_OBJECTS, false}},
    .first_count = 1,
    .encode = encode,
    .decode = decode,
};
