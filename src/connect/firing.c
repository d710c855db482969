/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/firing.h"

static bool is_the_alert(const struct alert *alert, const struct firing *firing)
{
    if (firing->ends_ns > 0 || !str_eq(answer_text(firing->labels, "alertname"), alert->name))
        return false;
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        const struct label *label = &alert->labels[i];
        const struct str value = answer_text(firing->labels, label->name.ptr);
        if (value.len > 0 && !str_eq(value, label->value))
            return false;
    }
    return true;
}

static struct more as_more(struct labelled labels)
{
    return (struct more){.labels = labels.labels, .count = labels.count};
}

void firing_add(struct arena *scratch, const struct source *source, const struct alert *alert,
                const struct firing *firing, struct gathered *out)
{
    const struct labelled labels = answer_labels(scratch, firing->labels);
    if (is_the_alert(alert, firing))
        return;
    if (out->rows.counts[ROWS_ALERTS] == FIRINGS_MAX) {
        gathered_left_out(out, "more than %d alerts fire; the rest was left out", FIRINGS_MAX);
        return;
    }
    const struct alert_row row = {
        .starts_ns = firing->starts_ns,
        .ends_ns = firing->ends_ns,
        .name = labelled_value(&labels, STR("alertname")),
        .service = mapping_service(&source->mapping, &labels),
        .severity = mapping_value(&source->mapping, MAPPED_SEVERITY, &labels, NULL),
        .labels = as_more(labels),
        .annotations = as_more(answer_labels(scratch, firing->annotations))};
    rows_alert(&out->rows, &row);
}
