/* SPDX-License-Identifier: Apache-2.0 */
/* Deployments and commits of a repository on GitHub, with their diffs. Source: its REST API. */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/forge.h"
#include "connect/url.h"

#include "base/arena.h"

static const struct field settings[] = {
    {"repository", TYPE_TEXT, 0, "OWNER/NAME", NULL},
    {"branch", TYPE_TEXT, FIELD_OPTIONAL, "of the commits; the repository's own", NULL},
    {"environment", TYPE_TEXT, FIELD_OPTIONAL, "of the deployments; all", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "which service it is, where it is only one", NULL},
    {0},
};

/* ---- asking ---- */

static struct url repository_url(struct arena *arena, const struct source *source)
{
    struct str rest = source_text(source, "repository", STR("")), part;
    struct url url = url_begin(arena, source->url, "/repos");
    while (str_split(&rest, '/', &part))
        url_part(&url, part);
    return url;
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url = repository_url(arena, source);
    const struct str branch = source_text(source, "branch", STR(""));
    const struct str environment = source_text(source, "environment", STR(""));
    switch (question->wanted) {
    case WANT_EVENTS: /* deployments */
        buf_add(&url.text, STR("/deployments"));
        url_param_int(&url, "per_page", FORGE_PAGE_MAX);
        if (environment.len > 0)
            url_param(&url, "environment", environment);
        break;
    case WANT_NAMES: /* which commits there are */
        buf_add(&url.text, STR("/commits"));
        url_param_int(&url, "per_page", FORGE_PAGE_MAX);
        url_param(&url, "since",
                  time_format_rfc3339(arena, question->window.start_ns - FORGE_BACK_NS));
        url_param(&url, "until", time_format_rfc3339(arena, question->window.end_ns));
        if (branch.len > 0)
            url_param(&url, "sha", branch);
        break;
    case WANT_CHANGES: /* one of them */
        buf_add(&url.text, STR("/commits"));
        url_part(&url, question->cursor);
        break;
    default:
        return err_set(err, ERR_USAGE, "GitHub has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    out->headers[out->headers_count++] =
        (struct header){.name = "Accept", .value = STR("application/vnd.github+json")};
    return true;
}

/* ---- reading ---- */

static void ask_commit(const struct question *question, struct str id, struct gathered *out)
{
    struct question next = *question;
    next.wanted = WANT_CHANGES;
    next.cursor = id;
    next.optional = true;
    forge_ask(out, &next);
}

static void decode_deployment(struct arena *scratch, const struct source *source,
                              const struct question *question, const json_t *one,
                              struct gathered *out)
{
    int64_t time_ns;
    if (!time_parse_rfc3339(answer_text(one, "created_at"), &time_ns) ||
        time_ns < question->window.start_ns - FORGE_BACK_NS || time_ns > question->window.end_ns)
        return;
    const struct str sha = answer_text(one, "sha");
    const struct change_row row = {
        .time_ns = time_ns,
        .id = str_printf(scratch, "deployment-%lld",
                         (long long)answer_integer(json_object_get(one, "id"), 0)),
        .service = source_text(source, "service", STR("")),
        .kind = STR("deploy"),
        .author = answer_text(json_object_get(one, "creator"), "login"),
        .message = str_printf(
            scratch, "%.*s of %.*s to %.*s %.*s", STR_ARG(answer_text(one, "task")), STR_ARG(sha),
            STR_ARG(answer_text(one, "environment")), STR_ARG(answer_text(one, "description")))};
    rows_change(&out->rows, &row);
    ask_commit(question, sha, out);
}

static void decode_commit(struct arena *scratch, const struct source *source, const json_t *one,
                          struct gathered *out)
{
    const json_t *commit = json_object_get(one, "commit");
    const json_t *committer = json_object_get(commit, "committer");
    struct change_row row = {.id = answer_text(one, "sha"),
                             .service = source_text(source, "service", STR("")),
                             .kind = STR("commit"),
                             .author = answer_text(json_object_get(commit, "author"), "name"),
                             .message = answer_text(commit, "message"),
                             .parents = (uint32_t)json_array_size(json_object_get(one, "parents"))};
    if (!time_parse_rfc3339(answer_text(committer, "date"), &row.time_ns))
        return;
    forge_read_files(scratch, json_object_get(one, "files"), "filename", "patch", &row);
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
    if (question->wanted == WANT_CHANGES) {
        decode_commit(scratch, source, root, out);
        return true;
    }
    if (!json_is_array(root))
        return err_set(err, ERR_PROTOCOL, "the answer is no list; is it GitHub's API?");
    json_array_foreach(root, i, one)
    {
        if (question->wanted == WANT_EVENTS)
            decode_deployment(scratch, source, question, one, out);
        else
            ask_commit(question, answer_text(one, "sha"), out);
    }
    forge_note_page(out, question, root);
    return true;
}

const struct connector connector_github = {
    .name = "github",
    .summary = "deployments and commits of a repository on GitHub",
    .signal = SIGNAL_CHANGES,
    .settings = settings,
    .first = {{WANT_EVENTS, true}, {WANT_NAMES, false}},
    .first_count = 2,
    .encode = encode,
    .decode = decode,
};
