/* SPDX-License-Identifier: Apache-2.0 */
/* Deployments and commits of a project on GitLab, with their diffs. Source: its REST API, v4. */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/forge.h"
#include "connect/url.h"

#include "base/arena.h"

static const struct field settings[] = {
    {"project", TYPE_TEXT, 0, "its number, or GROUP/NAME", NULL},
    {"branch", TYPE_TEXT, FIELD_OPTIONAL, "of the commits; the project's own", NULL},
    {"environment", TYPE_TEXT, FIELD_OPTIONAL, "of the deployments; all", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "which service it is, where it is only one", NULL},
    {0},
};

/* ---- asking ---- */

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url = url_begin(arena, source->url, "/api/v4/projects");
    const struct str branch = source_text(source, "branch", STR(""));
    const struct str environment = source_text(source, "environment", STR(""));
    const struct str since = time_format_rfc3339(arena, question->window.start_ns - FORGE_BACK_NS);
    url_part(&url, source_text(source, "project", STR("")));
    switch (question->wanted) {
    case WANT_EVENTS: /* deployments */
        buf_add(&url.text, STR("/deployments"));
        url_param(&url, "order_by", STR("updated_at"));
        url_param(&url, "sort", STR("desc"));
        url_param(&url, "updated_after", since);
        url_param_int(&url, "per_page", FORGE_PAGE_MAX);
        if (environment.len > 0)
            url_param(&url, "environment", environment);
        break;
    case WANT_NAMES: /* which commits there are */
        buf_add(&url.text, STR("/repository/commits"));
        url_param(&url, "since", since);
        url_param(&url, "until", time_format_rfc3339(arena, question->window.end_ns));
        url_param_int(&url, "per_page", FORGE_PAGE_MAX);
        if (branch.len > 0)
            url_param(&url, "ref_name", branch);
        break;
    case WANT_CHANGES: /* what one of them changed */
        buf_add(&url.text, STR("/repository/commits"));
        url_part(&url, question->cursor);
        buf_add(&url.text, STR("/diff"));
        url_param_int(&url, "per_page", FORGE_PAGE_MAX);
        break;
    default:
        return err_set(err, ERR_USAGE, "GitLab has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    return true;
}

/* ---- reading ---- */

static void decode_deployment(struct arena *scratch, const struct source *source,
                              const struct question *question, const json_t *one,
                              struct gathered *out)
{
    int64_t time_ns;
    const struct str finished = answer_text(json_object_get(one, "deployable"), "finished_at");
    if ((!time_parse_rfc3339(finished, &time_ns) &&
         !time_parse_rfc3339(answer_text(one, "updated_at"), &time_ns)) ||
        time_ns > question->window.end_ns)
        return;
    const struct change_row row = {
        .time_ns = time_ns,
        .id = str_printf(scratch, "deployment-%lld",
                         (long long)answer_integer(json_object_get(one, "iid"), 0)),
        .service = source_text(source, "service", STR("")),
        .kind = STR("deploy"),
        .author = answer_text(json_object_get(one, "user"), "name"),
        .message = str_printf(scratch, "deployment of %.*s to %.*s: %.*s",
                              STR_ARG(answer_text(one, "sha")),
                              STR_ARG(answer_text(json_object_get(one, "environment"), "name")),
                              STR_ARG(answer_text(one, "status")))};
    rows_change(&out->rows, &row);
}

/* The diff is asked for; what else is known of the commit goes with the question. */
static void ask_diff(const struct question *question, const json_t *one, struct gathered *out)
{
    const struct matcher known[] = {
        {STR("author"), answer_text(one, "author_name")},
        {STR("message"), answer_text(one, "message")},
        {STR("time"), answer_text(one, "committed_date")},
    };
    struct question next = *question;
    next.wanted = WANT_CHANGES;
    next.cursor = answer_text(one, "id");
    next.matchers = known;
    next.matchers_count = sizeof known / sizeof *known;
    next.optional = true;
    forge_ask(out, &next);
}

static void decode_diff(struct arena *scratch, const struct source *source,
                        const struct question *question, const json_t *files_json,
                        struct gathered *out)
{
    struct change_row row = {
        .id = question->cursor,
        .service = source_text(source, "service", STR("")),
        .kind = STR("commit"),
        .author = question->matchers[0].value,
        .message = question->matchers[1].value,
    };
    if (!time_parse_rfc3339(question->matchers[2].value, &row.time_ns))
        return;
    forge_read_files(scratch, files_json, "new_path", "diff", &row);
    rows_change(&out->rows, &row);
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    const json_t *one;
    size_t i;
    if (!answer_json(scratch, body, &root, err))
        return false;
    if (!json_is_array(root))
        return err_set(err, ERR_PROTOCOL, "the answer is no list; is it GitLab's API?");
    if (question->wanted == WANT_CHANGES) {
        decode_diff(scratch, source, question, root, out);
        return true;
    }
    json_array_foreach(root, i, one)
    {
        if (question->wanted == WANT_EVENTS)
            decode_deployment(scratch, source, question, one, out);
        else
            ask_diff(question, one, out);
    }
    forge_note_page(out, question, root);
    return true;
}

const struct connector connector_gitlab = {
    .name = "gitlab",
    .summary = "deployments and commits of a project on GitLab",
    .signal = SIGNAL_CHANGES,
    .settings = settings,
    .first = {{WANT_EVENTS, true}, {WANT_NAMES, false}},
    .first_count = 2,
    .encode = encode,
    .decode = decode,
};
