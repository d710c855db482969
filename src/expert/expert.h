/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Experts: models that give an opinion. They are asked through this door, and what they say is
 * checked by who asked.
 *
 * A backend is two pure functions. encode() puts a brief into the vendor's words, decode() takes an
 * opinion out of the vendor's reply; neither does I/O, so a backend is tested with recorded
 * replies. This door keeps to the limits, sends, asks once more where an answer is wrong, and
 * counts.
 */
#pragma once

#include "base/map.h"
#include "expert/ability.h"
#include "expert/config.h"
#include "expert/policy.h"
#include "net/courier.h"

#include <jansson.h>

struct aliases; /* guard/alias.h */

#define LABELS_MAX 20 /* as many as backends tell the odds of */

/* What who asks can say without a model: it has no rules, they say nothing here, or something. */
enum rules { RULES_NONE, RULES_SILENT, RULES_SPEAK };

/* What is asked. */
struct brief {
    enum ability ability;
    const char *task;          /* "rank_changes": names it to the backend */
    struct str instructions;   /* our own words */
    struct str material;       /* JSON; texts of others have been through guard/fence.h */
    struct str schema;         /* JSON Schema of the answer */
    const char *const *labels; /* instead of a schema: the answer is one of them, with its odds */
    uint32_t labels_count;
    struct aliases *aliases; /* of the names in it, for who may not see them; NULL: not known */
    unsigned signals; /* what the material is made of, as expert/policy.h has it; 0: of anything */
    uint32_t candidates; /* among how many it picks; 0: it picks none */
    enum rules rules;    /* what who asks knows by itself */
    struct str wrong;    /* an earlier answer, and what is wrong with it; empty: there is none */
    struct str mistake;

    /*
     * Told what has been written so far, while it is written: bytes of a model that nobody has
     * checked, to be counted and not to be shown. NULL: nobody waits. A second try begins anew.
     */
    void (*hear)(void *state, struct str so_far);
    void *hear_state;
};

/* What came back, as the backend says it. */
struct opinion {
    struct str text;         /* what the model wrote: any bytes */
    bool is_cut;             /* there was no room for all of it */
    double odds[LABELS_MAX]; /* log-probability of each label; -INFINITY: not told */
    uint64_t tokens_in;      /* 0: the backend does not say */
    uint64_t tokens_out;
};

/* What a streamed reply has said up to some event. */
struct streamed {
    struct buf text;
    bool is_ended; /* it said so; a stream that breaks off has not */
    bool is_cut;
    uint64_t tokens_in;
    uint64_t tokens_out;
};

/* Over the wire, with path, encode(), decode() and take(); or in the process, with infer(). */
struct expert_type {
    const char *name;    /* as a configuration spells it */
    const char *summary; /* one line, no full stop */
    bool tells_odds;
    const char *path; /* what a URL without it is given: "/chat/completions" */
    bool (*encode)(const struct expert_config *config, const struct brief *brief,
                   struct arena *arena, struct request *out, struct err *err);
    /* Any bytes. What is kept of the reply is copied into the arena. */
    bool (*decode)(const struct brief *brief, struct str reply, struct arena *arena,
                   struct opinion *out, struct err *err);
    /* One event of a streamed reply; false: it is a failure. NULL: it streams nothing. */
    bool (*take)(struct streamed *streamed, const json_t *event, struct err *err);
    /*
     * Answers by itself: nothing is sent, there is no `url`, and `model` is what the type says, say
     * a file. It keeps to `answer_tokens_max` and to `span_max_ns`, counts its tokens, and where
     * the brief has a schema, the text is of that form.
     */
    bool (*infer)(const struct expert_config *config, const struct brief *brief,
                  struct arena *arena, struct opinion *out, struct err *err);
};

extern const struct expert_type *const expert_types[]; /* ends with NULL */

/* NULL: there is none of that name. */
const struct expert_type *expert_type_find(struct str name);

struct bill {
    uint32_t questions; /* that were sent; a question that is asked again counts again */
    uint32_t repairs;   /* of them, because the answer before was wrong */
    uint64_t tokens_in; /* estimated where the backend does not say */
    uint64_t tokens_out;
    double money; /* in the unit of the prices; 0 where there are none */
    int64_t waited_ns;
    int64_t first_ns; /* from the latest question to its first word; 0: it was not streamed */
};

/* What several experts may use together, and have used. */
struct purse {
    uint64_t tokens_max; /* 0: no limit, as of the others */
    double money_max;
    struct deadline deadline; /* 0: none */
    uint64_t tokens;
    double money;
};

struct expert {
    struct expert_config config;
    struct courier courier;
    struct bill bill;
    struct purse *purse; /* NULL: it goes by its own limits alone */
    struct map asked;    /* what was sent: nothing is sent twice */
};

/*
 * Nothing is sent yet. `limits.seconds` are those that it is waited for. `transport` NULL: what the
 * configuration says, by default the network.
 */
struct expert expert_open(struct arena *arena, const struct expert_config *config,
                          struct clock clock, const struct transport *transport);

/* Whether an answer is one; where not, the words go to the model: "`Q` is none of the labels". */
typedef bool accept_fn(void *state, const json_t *answer, struct err *mistake);

/*
 * An answer that `accept` has taken; what it wants to keep it puts into its state. A wrong answer
 * is shown to the model once, with what is wrong. False: none, and err says why.
 */
MUST_CHECK bool expert_ask(struct expert *expert, struct arena *arena, const struct brief *brief,
                           accept_fn *accept, void *state, struct err *err);

/* The log-probabilities of the labels; false where not even one was told. */
MUST_CHECK bool expert_odds(struct expert *expert, struct arena *arena, const struct brief *brief,
                            double odds[LABELS_MAX], struct err *err);

/* Whether expert_odds() may be asked. */
bool expert_tells_odds(const struct expert *expert);

/* What expert_ask() would send first, without the key. */
MUST_CHECK bool expert_show(const struct expert *expert, struct arena *arena,
                            const struct brief *brief, struct str *out, struct err *err);
