/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document after the other: judged, made into what is to be learned of it, and put on its
 * shelf. What is dropped is written down as it is dropped.
 */
#include "train/corpus/making.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "text/minhash.h"
#include "train/corpus/objective.h"
#include "train/corpus/shelves.h"
#include "train/corpus/sift.h"
#include "train/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DENOISERS_MAX 16
#define COMPLAINTS_MAX 20 /* lines on standard error; all of them stand in dropped.jsonl */

struct tally {
    const char *name;
    uint64_t count;
};

struct making {
    struct arena *arena, *scratch;
    const struct corpus_order *order;
    struct sift sift;
    struct shelf causal, denoise;
    FILE *dropped;
    uint64_t passed[PASSED_COUNT];
    struct tally denoisers[DENOISERS_MAX];
    struct buf sources; /* of the manifest */
    uint64_t documents, kept;
    int complaints;
};

/* ---- one document ---- */

static bool put_dropped(struct making *making, const char *why, struct str source, const char *what,
                        struct err *err)
{
    struct buf line = buf_new(making->scratch);
    buf_add(&line, STR("{\"why\":"));
    json_put_text(&line, str_of(why));
    buf_add(&line, STR(",\"source\":"));
    json_put_text(&line, source);
    if (what) {
        buf_add(&line, STR(",\"what\":"));
        json_put_text(&line, str_of(what));
    }
    buf_add(&line, STR("}\n"));
    return fwrite(line.ptr, 1, line.len, making->dropped) == line.len ||
           err_set(err, ERR_IO, "%s/dropped.jsonl: it could not be written", making->order->out);
}

static void count_denoiser(struct making *making, const char *name)
{
    for (struct tally *it = making->denoisers; it < making->denoisers + DENOISERS_MAX; it++) {
        if (it->name && strcmp(it->name, name) != 0)
            continue;
        it->name = name;
        it->count++;
        return;
    }
}

static bool put_causal(struct making *making, struct str text, struct err *err)
{
    struct buf line = buf_new(making->scratch);
    buf_add(&line, STR("{\"text\":"));
    json_put_text(&line, text);
    buf_add_char(&line, '}');
    return shelf_put(&making->causal, buf_str(&line),
                     ease_stage(ease_difficulty(text, EASE_CAUSAL)), err);
}

static bool put_denoising(struct making *making, struct str text, const struct objective *objective,
                          struct err *err)
{
    struct buf line = buf_new(making->scratch);
    buf_add(&line, STR("{\"input\":"));
    json_put_text(&line, objective->input);
    buf_add(&line, STR(",\"target\":"));
    json_put_text(&line, objective->target);
    buf_add_char(&line, '}');
    count_denoiser(making, objective->denoiser);
    return shelf_put(&making->denoise, buf_str(&line),
                     ease_stage(ease_difficulty(text, objective->masked)), err);
}

/* What is taken out of a document follows from the seed and from the document, not from its place.
 */
static bool put(struct making *making, enum document_kind kind, struct str text, struct err *err)
{
    uint64_t state = (uint64_t)making->order->seed ^ str_hash(text);
    struct objective objective;
    bool is_denoised = false;
    if (kind == DOCUMENT_PROSE)
        is_denoised = objective_prose(making->scratch, text, &state, &objective);
    else if (kind == DOCUMENT_CODE)
        is_denoised = objective_code(making->scratch, text, &state, &objective);
    return is_denoised ? put_denoising(making, text, &objective, err)
                       : put_causal(making, text, err);
}

static bool take(void *state, const struct document *document, struct err *err)
{
    struct making *making = state;
    struct str text;
    const enum sift_reason reason = sift_judge(&making->sift, making->scratch, document, &text);
    making->documents++;
    making->kept += reason == SIFT_KEPT;
    const bool ok = reason == SIFT_KEPT ? put(making, document->kind, text, err)
                                        : put_dropped(making, sift_reason_name(reason),
                                                      document->source, NULL, err);
    arena_reset(making->scratch);
    return ok;
}

static void pass_over(void *state, enum passed_over why, struct str source, const char *what)
{
    struct making *making = state;
    struct err ignored = {0}; /* the end of the run tells a disk that is full */
    making->passed[why]++;
    (void)!put_dropped(making, passed_over_name(why), source, what, &ignored);
    const bool is_usual = why == PASSED_BINARY || why == PASSED_DATA || why == PASSED_LINK;
    if (!is_usual && ++making->complaints <= COMPLAINTS_MAX)
        fprintf(stderr, "warroom train corpus: %.*s: %s\n", STR_ARG(source), what);
}

/* ---- the manifest ---- */

static void put_count(struct buf *out, const char *name, uint64_t count)
{
    json_put_key(out, name);
    buf_printf(out, "%llu", (unsigned long long)count);
}

static void put_counts(struct buf *out, const struct making *making)
{
    json_put_key(out, "kept");
    buf_add_char(out, '{');
    for (int kind = 0; kind < DOCUMENT_KINDS; kind++)
        put_count(out, document_kind_name((enum document_kind)kind),
                  making->sift.counts[kind][SIFT_KEPT]);
    buf_add_char(out, '}');
    json_put_key(out, "dropped");
    buf_add_char(out, '{');
    for (int reason = SIFT_KEPT + 1; reason < SIFT_REASONS_COUNT; reason++) {
        uint64_t count = 0;
        for (int kind = 0; kind < DOCUMENT_KINDS; kind++)
            count += making->sift.counts[kind][reason];
        put_count(out, sift_reason_name((enum sift_reason)reason), count);
    }
    buf_add_char(out, '}');
    json_put_key(out, "languages_dropped");
    buf_add_char(out, '{');
    for (int tongue = 0; tongue < TONGUES; tongue++)
        if (making->sift.tongues[tongue] > 0)
            put_count(out, tongue_name((enum tongue)tongue), making->sift.tongues[tongue]);
    buf_add_char(out, '}');
    json_put_key(out, "passed_over");
    buf_add_char(out, '{');
    for (int why = 0; why < PASSED_COUNT; why++)
        put_count(out, passed_over_name((enum passed_over)why), making->passed[why]);
    buf_add_char(out, '}');
    json_put_key(out, "masked");
    buf_printf(out, "{\"secrets\": %u, \"emails\": %u}", making->sift.masked.secrets,
               making->sift.masked.emails);
    json_put_key(out, "denoisers");
    buf_add_char(out, '{');
    for (int i = 0; i < DENOISERS_MAX && making->denoisers[i].name; i++)
        put_count(out, making->denoisers[i].name, making->denoisers[i].count);
    buf_add_char(out, '}');
}

static void put_shelf(struct buf *out, struct arena *arena, const struct shelf *shelf,
                      const struct digest *digest)
{
    uint64_t lines = 0;
    for (int stage = 0; stage < EASE_STAGES; stage++)
        lines += shelf->lines[stage];
    json_put_comma(out);
    buf_printf(out, "{\"name\": \"%s\", \"lines\": %llu, \"bytes\": %llu, \"sha256\": \"%s\"",
               shelf->name, (unsigned long long)lines, (unsigned long long)shelf->bytes,
               digest_hex(arena, digest).ptr);
    json_put_key(out, "stages");
    buf_add_char(out, '[');
    for (int stage = 0; stage < EASE_STAGES; stage++)
        buf_printf(out, "%s%llu", stage > 0 ? ", " : "", (unsigned long long)shelf->lines[stage]);
    buf_add(out, STR("]}"));
}

static bool put_manifest(struct making *making, struct err *err)
{
    const struct corpus_order *order = making->order;
    const struct apart_counts apart = apart_counts(making->sift.apart);
    struct digest causal, denoise;
    if (!shelf_close(&making->causal, making->arena, &causal, err) ||
        !shelf_close(&making->denoise, making->arena, &denoise, err))
        return false;
    struct buf out = buf_new(making->arena);
    buf_printf(&out, "{\"made_by\": \"warroom train corpus " VERSION "\", \"seed\": %lld",
               (long long)order->seed);
    json_put_key(&out, "relevance_min");
    json_put_real(&out, order->relevance_min);
    json_put_key(&out, "quality_min");
    json_put_real(&out, order->quality_min);
    json_put_key(&out, "kept_apart");
    buf_printf(&out, "{\"sets\": %u, \"cases\": %u, \"documents\": %u, \"runs\": %llu}",
               apart.folders, apart.cases, apart.documents, (unsigned long long)apart.runs);
    json_put_key(&out, "sources");
    buf_printf(&out, "[%s]", buf_str(&making->sources).ptr);
    put_counts(&out, making);
    json_put_key(&out, "files");
    buf_add_char(&out, '[');
    put_shelf(&out, making->arena, &making->causal, &causal);
    put_shelf(&out, making->arena, &making->denoise, &denoise);
    buf_add(&out, STR("]}\n"));
    return keep_file(str_printf(making->arena, "%s/manifest.json", order->out).ptr, buf_str(&out),
                     err);
}

static void tell(const struct making *making)
{
    printf("%llu of %llu documents kept\n", (unsigned long long)making->kept,
           (unsigned long long)making->documents);
    for (int kind = 0; kind < DOCUMENT_KINDS; kind++)
        printf("  %-15s %llu\n", document_kind_name((enum document_kind)kind),
               (unsigned long long)making->sift.counts[kind][SIFT_KEPT]);
    printf("dropped\n");
    for (int reason = SIFT_KEPT + 1; reason < SIFT_REASONS_COUNT; reason++) {
        uint64_t count = 0;
        for (int kind = 0; kind < DOCUMENT_KINDS; kind++)
            count += making->sift.counts[kind][reason];
        if (count > 0)
            printf("  %-15s %llu\n", sift_reason_name((enum sift_reason)reason),
                   (unsigned long long)count);
    }
    printf("passed over\n");
    for (int why = 0; why < PASSED_COUNT; why++)
        if (making->passed[why] > 0)
            printf("  %-15s %llu\n", passed_over_name((enum passed_over)why),
                   (unsigned long long)making->passed[why]);
    printf("masked            %u secrets, %u addresses of people\n", making->sift.masked.secrets,
           making->sift.masked.emails);
    const struct apart_counts apart = apart_counts(making->sift.apart);
    printf("kept apart        %u sets with %u incidents\n", apart.folders, apart.cases);
}

/* ---- the run ---- */

static bool read_apart(struct making *making, struct err *err)
{
    const struct corpus_order *order = making->order;
    struct apart *apart = apart_new(making->arena);
    uint32_t known = 0;
    making->sift.apart = apart;
    if (!order->keeps_evaluated && !apart_add_known(apart, &known, err))
        return false;
    if (order->keeps_evaluated)
        fprintf(stderr,
                "warroom train corpus: what eval/sets lists goes in: do not measure with it\n");
    else if (known == 0 && order->without_count == 0)
        fprintf(stderr,
                "warroom train corpus: no evaluation set was found or named with --without: "
                "nothing is kept apart\n");
    for (int i = 0; i < order->without_count; i++)
        if (!apart_add(apart, order->without[i], err))
            return false;
    return true;
}

static bool read_sources(struct making *making, char **sources, struct err *err)
{
    struct gather gather = {.take = take, .pass = pass_over, .state = making};
    for (; *sources || making->order->ledger; sources++) {
        const char *path = *sources ? *sources : making->order->ledger;
        const uint64_t files = gather.files, documents = making->documents, kept = making->kept;
        if (*sources ? !gather_source(&gather, path, err) : !gather_ledger(&gather, path, err))
            return false;
        json_put_comma(&making->sources);
        buf_add(&making->sources, STR("{\"path\": "));
        json_put_text(&making->sources, str_of(path));
        put_count(&making->sources, "files", gather.files - files);
        put_count(&making->sources, "documents", making->documents - documents);
        put_count(&making->sources, "kept", making->kept - kept);
        buf_add_char(&making->sources, '}');
        if (!*sources)
            break;
    }
    return true;
}

static bool make(struct making *making, char **sources, struct err *err)
{
    const struct corpus_order *order = making->order;
    const struct str folder = str_of(order->out);
    if (!worth_shipped(&making->sift.weights, err) || !keep_folder(order->out, err) ||
        !read_apart(making, err) ||
        !shelf_open(&making->causal, making->arena, folder, "causal.jsonl", err) ||
        !shelf_open(&making->denoise, making->arena, folder, "denoise.jsonl", err))
        return false;
    making->dropped = fopen(str_printf(making->arena, "%s/dropped.jsonl", order->out).ptr, "we");
    if (!making->dropped)
        return err_set(err, ERR_IO, "%s/dropped.jsonl: it cannot be written", order->out);
    bool ok = read_sources(making, sources, err);
    ok = (fclose(making->dropped) == 0 ||
          (ok && err_set(err, ERR_IO, "%s/dropped.jsonl: it could not be written", order->out))) &&
         ok;
    return ok && put_manifest(making, err);
}

/* Before the evaluation sets are read, which takes longer than a slip of the finger deserves. */
static bool sources_are_there(char **sources, struct err *err)
{
    for (; *sources; sources++)
        if (access(*sources, F_OK) != 0)
            return err_set(err, ERR_NOT_FOUND, "%s: %s", *sources, strerror(errno));
    return true;
}

bool corpus_make(const struct corpus_order *order, char **sources, struct err *err)
{
    struct making making = {
        .arena = arena_new("corpus"), .scratch = arena_new("document"), .order = order};
    making.sources = buf_new(making.arena);
    making.sift.kept = minhash_index_new(making.arena);
    making.sift.relevance_min = order->relevance_min;
    making.sift.quality_min = order->quality_min;
    const bool ok = sources_are_there(sources, err) && make(&making, sources, err);
    if (ok) {
        tell(&making);
    } else {
        shelf_abandon(&making.causal, making.arena);
        shelf_abandon(&making.denoise, making.arena);
    }
    arena_free(making.scratch);
    arena_free(making.arena);
    return ok;
}
