/* SPDX-License-Identifier: Apache-2.0 */
/* Alertmanager, API version 2: what fires now, of all Prometheus servers that send to it. */
#include "connect/firing.h"
#include "connect/url.h"

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    (void)question, (void)err;
    struct url url = url_begin(arena, source->url, "/api/v2/alerts");
    url_param(&url, "active", STR("true"));
    url_param(&url, "silenced", STR("false"));
    url_param(&url, "inhibited", STR("false"));
    out->url = url_text(&url);
    return true;
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    const json_t *alert;
    size_t i;
    if (!answer_json(scratch, body, &root, err))
        return false;
    if (!json_is_array(root))
        return err_set(err, ERR_PROTOCOL, "a list of alerts is wanted; is it an Alertmanager?");
    json_array_foreach(root, i, alert)
    {
        struct firing firing = {.labels = json_object_get(alert, "labels"),
                                .annotations = json_object_get(alert, "annotations")};
        if (time_parse_rfc3339(answer_text(alert, "startsAt"), &firing.starts_ns) &&
            firing.starts_ns < question->window.end_ns)
            firing_add(scratch, source, question->alert, &firing, out);
    }
    return true;
}

const struct connector connector_alertmanager = {
    .name = "alertmanager",
    .summary = "what else fires, by Alertmanager",
    .signal = SIGNAL_EVENTS,
    .port = ":9093",
    .first = {{WANT_ALERTS, false}},
    .first_count = 1,
    .encode = encode,
    .decode = decode,
};
