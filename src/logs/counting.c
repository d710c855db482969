/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts are sums, so each worker has its own and they are added at the end. What does depend on
 * the order (the values that are kept of very many, the exceptions that are kept) is gathered for
 * each block and brought together block by block.
 */
#include "logs/counting.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "logs/crew.h"
#include "logs/timed.h"

#include <stdlib.h>
#include <string.h>

#define VALUED_TEMPLATES_MAX 1000 /* whose values are counted: the most frequent */
#define BLOCK_EXCEPTIONS_MAX 64   /* kinds in one block */
#define ATTRIBUTES_AN_EVENT 12    /* values of attributes in one event that are told apart */
#define PARAMETERS_READ 32        /* of an event, for its attributes */
#define EXCEPTION_BYTES 300       /* of each text that is kept of an exception */

/* Entities of which there are few enough, and that are places rather than amounts. */
static bool is_attribute(enum entity entity)
{
    switch (entity) {
    case ENTITY_IP:
    case ENTITY_HOST:
    case ENTITY_POD:
    case ENTITY_USER:
    case ENTITY_STATUS:
    case ENTITY_PORT:
    case ENTITY_URL:
    case ENTITY_PATH:
    case ENTITY_EMAIL:
        return true;
    default:
        return false;
    }
}

const char *attribute_name(uint32_t attribute)
{
    static const char *const names[] = {"host", "program", "component"};
    return attribute < ATTRIBUTE_ENTITY ? names[attribute]
                                        : entity_name((enum entity)(attribute - ATTRIBUTE_ENTITY));
}

/* ---- what a worker counts ---- */

struct first {
    bool any, has_time;
    int64_t time_ns;
    uint32_t file;
    int64_t number;
    uint16_t example_len;
    char example[SURVEY_EXAMPLE_BYTES];
};

struct counts {
    uint64_t sides[2];
    uint64_t levels[LEVELS];
    int64_t last_ns;
    struct first first, first_error;
};

struct worker {
    struct counts *counts; /* by template; one more for those that have none */
    uint32_t *slots;       /* by template and slot */
    uint32_t *level_slots[LEVELS];
    uint64_t levels[2][LEVELS];
    uint64_t events[2];
    uint64_t outside;
    uint64_t attribute_events[2];
};

struct thrown {
    struct survey_exception it;
    struct str key;
};

/* What one block tells beside sums. */
struct counted {
    struct tally **values; /* by rank, parameter and side; NULL: none */
    struct tally *attributes[ATTRIBUTES][2];
    uint8_t *kinds; /* by rank and parameter: enum entity */
    struct thrown thrown[BLOCK_EXCEPTIONS_MAX];
    uint32_t thrown_count;
    uint64_t thrown_left_out;
};

struct work {
    struct input *const *inputs;
    const struct survey_options *options;
    const struct mining *mining;
    struct survey *survey;
    struct arena *arena;
    struct worker workers[CREW_MAX];
    uint32_t *rank; /* by template; VALUED_TEMPLATES_MAX: its values are not counted */
    uint32_t *template_of_rank;
    uint32_t *slots_of_rank; /* a message with more or fewer values has them in other places */
    uint32_t ranks;
    struct map exception_keys;
};

static size_t values_count(const struct work *work)
{
    return (size_t)work->ranks * SURVEY_PARAMETERS_MAX * 2;
}

/* One event of a block, on its way to all who count it. */
struct seen {
    const struct event *event;
    struct str message;
    const struct shape *shape; /* of that */
    enum level level;
    bool has_time;
    int64_t time_ns;
    uint32_t file;
    int side;
    uint32_t slot; /* of all; the number of slots: outside */
    uint32_t template;
};

/* ---- where an event belongs ---- */

static void place(const struct work *work, const struct block *block, struct seen *seen)
{
    const struct survey *survey = work->survey;
    const int64_t at = survey->has_time
                           ? seen->time_ns
                           : work->mining->lines_before[block->file] + seen->event->number - 1;
    const bool known = !survey->has_time || seen->has_time;
    seen->side = work->options->two_files
                     ? block->file > 0
                     : known && at >= survey->sides[1].start && survey->sides[1].slots > 0;
    const struct survey_side *side = &survey->sides[seen->side];
    seen->slot = survey->slots;
    if (known && at >= side->start && at < side->end)
        seen->slot = side->first_slot + (uint32_t)((double)(at - side->start) /
                                                   (double)(side->end - side->start) * side->slots);
    if (seen->slot > survey->slots)
        seen->slot = survey->slots;
}

/* ---- sums ---- */

static bool stands_before(uint32_t file, int64_t number, const struct first *first)
{
    return !first->any || file < first->file || (file == first->file && number < first->number);
}

static void note_first(struct first *first, const struct seen *seen)
{
    if (seen->has_time && (!first->has_time || seen->time_ns < first->time_ns)) {
        first->time_ns = seen->time_ns;
        first->has_time = true;
    }
    if (!stands_before(seen->file, seen->event->number, first))
        return;
    const struct str example = str_slice(seen->message, 0, SURVEY_EXAMPLE_BYTES);
    first->any = true;
    first->file = seen->file;
    first->number = seen->event->number;
    first->example_len = (uint16_t)example.len;
    if (example.len > 0)
        memcpy(first->example, example.ptr, example.len);
}

static void count_event(struct worker *worker, const struct survey *survey, const struct seen *seen)
{
    struct counts *counts = &worker->counts[seen->template];
    counts->sides[seen->side]++;
    counts->levels[seen->level]++;
    worker->levels[seen->side][seen->level]++;
    worker->events[seen->side]++;
    if (seen->slot < survey->slots) {
        worker->slots[(size_t)seen->template * survey->slots + seen->slot]++;
        worker->level_slots[seen->level][seen->slot]++;
    } else {
        worker->outside++;
    }
    if (seen->has_time && (!counts->first.has_time || seen->time_ns > counts->last_ns))
        counts->last_ns = seen->time_ns;
    note_first(&counts->first, seen);
    if (seen->level >= LEVEL_ERROR)
        note_first(&counts->first_error, seen);
}

/* ---- values ---- */

static void add_value(struct tally **place, struct str value, struct arena *arena)
{
    if (!*place)
        *place = arena_push(arena, struct tally);
    tally_add(*place, value, 1);
}

struct attribute_values {
    uint32_t attributes[ATTRIBUTES_AN_EVENT];
    struct str values[ATTRIBUTES_AN_EVENT];
    uint32_t count;
};

/* Each once an event, however often it stands there. */
static void note_attribute(struct attribute_values *seen, uint32_t attribute, struct str value)
{
    if (value.len == 0 || seen->count == ATTRIBUTES_AN_EVENT)
        return;
    for (uint32_t i = 0; i < seen->count; i++)
        if (seen->attributes[i] == attribute && str_eq(seen->values[i], value))
            return;
    seen->attributes[seen->count] = attribute;
    seen->values[seen->count++] = value;
}

static void count_values(const struct work *work, struct worker *worker, struct counted *counted,
                         const struct seen *seen, struct arena *arena)
{
    struct parameter parameters[PARAMETERS_READ];
    struct attribute_values attributes = {.count = 0};
    const struct header *header = &seen->event->header;
    note_attribute(&attributes, ATTRIBUTE_HOST, header->host);
    note_attribute(&attributes, ATTRIBUTE_PROGRAM, header->program);
    note_attribute(&attributes, ATTRIBUTE_COMPONENT, header->component);
    const uint32_t rank = work->rank[seen->template];
    if (rank < work->ranks) {
        const size_t count = miner_parameters_of(work->mining->miner, seen->message, seen->shape,
                                                 parameters, PARAMETERS_READ);
        const bool is_aligned = count == work->slots_of_rank[rank];
        for (size_t i = 0; i < count; i++) {
            if (is_attribute(parameters[i].entity))
                note_attribute(&attributes, ATTRIBUTE_ENTITY + parameters[i].entity,
                               parameters[i].value);
            if (i >= SURVEY_PARAMETERS_MAX || !is_aligned)
                continue;
            const size_t slot = (size_t)rank * SURVEY_PARAMETERS_MAX + i;
            counted->kinds[slot] = (uint8_t)parameters[i].entity;
            add_value(&counted->values[2 * slot + (size_t)seen->side], parameters[i].value, arena);
        }
    }
    const int cell = work->options->attributes_by_level ? seen->level >= LEVEL_ERROR : seen->side;
    worker->attribute_events[cell]++;
    for (uint32_t i = 0; i < attributes.count; i++)
        add_value(&counted->attributes[attributes.attributes[i]][cell], attributes.values[i],
                  arena);
}

/* ---- exceptions ---- */

static bool may_throw(const struct seen *seen)
{
    if (seen->event->lines > 1 || seen->event->header.stack.len > 0)
        return true;
    const struct str head = str_slice(seen->event->text, 0, STACK_BYTES_MAX);
    return seen->level != LEVEL_INFO && seen->level != LEVEL_DEBUG && seen->level != LEVEL_TRACE &&
           (str_contains(head, STR("Exception")) || str_contains(head, STR("Error")) ||
            str_contains(head, STR("panic")));
}

static struct str keep(struct arena *arena, struct str text)
{
    return str_copy(arena, str_slice(text, 0, EXCEPTION_BYTES));
}

static struct str chain_of(struct arena *arena, const struct stack *stack)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < stack->chain_count; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? " <- " : "", STR_ARG(stack->chain[i]));
    return keep(arena, buf_str(&out));
}

static void take_earlier(struct survey_first *first, bool has_time, int64_t time_ns)
{
    if (has_time && (!first->has_time || time_ns < first->time_ns))
        first->time_ns = time_ns;
    first->has_time |= has_time;
}

static void count_exception(struct counted *counted, const struct seen *seen, struct arena *arena)
{
    if (!may_throw(seen))
        return;
    const struct stack stack = stack_read(seen->event->text);
    if (stack.thrown.len == 0)
        return;
    const struct str key =
        str_printf(arena, "%.*s|%.*s|%.*s:%.*s", STR_ARG(stack.thrown), STR_ARG(stack.root),
                   STR_ARG(stack.file), STR_ARG(stack.place));
    uint32_t i = 0;
    while (i < counted->thrown_count && !str_eq(counted->thrown[i].key, key))
        i++;
    if (i == BLOCK_EXCEPTIONS_MAX) {
        counted->thrown_left_out++;
        return;
    }
    struct survey_exception *it = &counted->thrown[i].it;
    if (i == counted->thrown_count) {
        counted->thrown_count++;
        counted->thrown[i].key = key;
        *it = (struct survey_exception){
            .thrown = keep(arena, stack.thrown),
            .root = keep(arena, stack.root),
            .line = keep(arena, stack.line),
            .chain = chain_of(arena, &stack),
            .frame = keep(arena, stack.frame),
            .place = stack.file.len > 0
                         ? str_printf(arena, "%.*s:%.*s", STR_ARG(stack.file), STR_ARG(stack.place))
                         : STR(""),
            .first = {.has_time = seen->has_time,
                      .time_ns = seen->time_ns,
                      .file = seen->file,
                      .number = seen->event->number},
        };
    }
    it->counts[seen->side]++;
    take_earlier(&it->first, seen->has_time, seen->time_ns);
}

/* ---- a block ---- */

static void *count_block(void *state, uint32_t number, const struct block *block,
                         struct arena *arena)
{
    struct work *work = state;
    struct worker *worker = &work->workers[number];
    struct counted *counted = arena_push(arena, struct counted);
    counted->values = arena_push_many(arena, struct tally *, values_count(work) + 1);
    counted->kinds = arena_push_many(arena, uint8_t, values_count(work) + 1);
    struct timed_events events;
    struct event event;
    struct shape *shape = arena_push(arena, struct shape);
    timed_events_start(&events, arena, input_header(work->inputs[block->file]), block,
                       work->options->since_ns, work->options->until_ns);
    while (timed_events_next(&events, &event)) {
        struct seen seen = {.event = &event,
                            .message = timed_message(&event),
                            .shape = shape,
                            .level = event.header.level,
                            .has_time = events.has_time,
                            .time_ns = events.time_ns,
                            .file = block->file};
        mask_message(seen.message, shape);
        seen.template = miner_template_of(work->mining->miner, shape->hash);
        if (seen.template == MINER_NONE)
            seen.template = miner_find(work->mining->miner, seen.message);
        if (seen.template == MINER_NONE)
            seen.template = work->survey->templates_count;
        place(work, block, &seen);
        count_event(worker, work->survey, &seen);
        count_values(work, worker, counted, &seen, arena);
        count_exception(counted, &seen, arena);
    }
    timed_events_end(&events);
    return counted;
}

/* ---- together ---- */

static void merge_tally(struct tally **into, const struct tally *from, struct arena *arena)
{
    if (!from)
        return;
    if (!*into)
        *into = arena_push(arena, struct tally);
    tally_merge(*into, from);
}

static struct survey_parameter *parameters_of(struct work *work, uint32_t rank)
{
    struct survey_template *template = &work->survey->templates[work->template_of_rank[rank]];
    if (!template->parameters)
        template->parameters =
            arena_push_many(work->arena, struct survey_parameter, SURVEY_PARAMETERS_MAX);
    return (struct survey_parameter *)(uintptr_t) template->parameters;
}

static void merge_values(struct work *work, const struct counted *counted)
{
    for (uint32_t rank = 0; rank < work->ranks; rank++)
        for (uint32_t i = 0; i < SURVEY_PARAMETERS_MAX; i++) {
            const size_t slot = (size_t)rank * SURVEY_PARAMETERS_MAX + i;
            const struct tally *const *sides =
                (const struct tally *const *)&counted->values[2 * slot];
            if (!sides[0] && !sides[1])
                continue;
            struct survey_parameter *parameter = &parameters_of(work, rank)[i];
            struct survey_template *template =
                &work->survey->templates[work->template_of_rank[rank]];
            if (template->parameters_count <= i)
                template->parameters_count = i + 1;
            const enum entity kind = (enum entity)counted->kinds[slot];
            parameter->entity =
                parameter->entity == ENTITY_WORD || parameter->entity == kind ? kind : ENTITY_ANY;
            for (int side = 0; side < 2; side++)
                if (sides[side])
                    tally_merge(&parameter->values[side], sides[side]);
        }
    for (uint32_t i = 0; i < ATTRIBUTES; i++)
        for (int cell = 0; cell < 2; cell++)
            merge_tally(&work->survey->attributes[i][cell], counted->attributes[i][cell],
                        work->arena);
}

static void merge_exception(struct work *work, const struct thrown *thrown)
{
    struct survey *survey = work->survey;
    uint32_t number = map_find(&work->exception_keys, thrown->key);
    if (number == MAP_NONE && survey->exceptions_count == SURVEY_EXCEPTIONS_MAX) {
        survey->exceptions_left_out += thrown->it.counts[0] + thrown->it.counts[1];
        return;
    }
    if (number == MAP_NONE) {
        number = map_add(&work->exception_keys, thrown->key);
        struct survey_exception *it = &survey->exceptions[survey->exceptions_count++];
        *it = thrown->it;
        struct str *texts[] = {&it->thrown, &it->root,  &it->line,
                               &it->chain,  &it->frame, &it->place};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = str_copy(work->arena, *texts[i]);
        return;
    }
    struct survey_exception *it = &survey->exceptions[number];
    it->counts[0] += thrown->it.counts[0];
    it->counts[1] += thrown->it.counts[1];
    take_earlier(&it->first, thrown->it.first.has_time, thrown->it.first.time_ns);
}

static void merge_block(void *state, void *result)
{
    struct work *work = state;
    const struct counted *counted = result;
    merge_values(work, counted);
    for (uint32_t i = 0; i < counted->thrown_count; i++)
        merge_exception(work, &counted->thrown[i]);
    work->survey->exceptions_left_out += counted->thrown_left_out;
}

static void note_progress(void *state, double done)
{
    const struct work *work = state;
    if (work->options->progress)
        work->options->progress(0.5 + done / 2);
}

static void add_first(struct first *into, const struct first *from)
{
    if (!from->any)
        return;
    const struct first before = *into;
    if (stands_before(from->file, from->number, into))
        *into = *from;
    const bool earlier = before.has_time && (!from->has_time || before.time_ns < from->time_ns);
    into->has_time = before.has_time || from->has_time;
    into->time_ns = earlier ? before.time_ns : from->time_ns;
}

static void add_counts(struct counts *into, const struct counts *from)
{
    if (from->first.has_time && (!into->first.has_time || from->last_ns > into->last_ns))
        into->last_ns = from->last_ns;
    for (int side = 0; side < 2; side++)
        into->sides[side] += from->sides[side];
    for (int i = 0; i < LEVELS; i++)
        into->levels[i] += from->levels[i];
    add_first(&into->first, &from->first);
    add_first(&into->first_error, &from->first_error);
}

static void add_worker(struct work *work, const struct worker *from)
{
    struct worker *into = &work->workers[0];
    const struct survey *survey = work->survey;
    const uint32_t count = survey->templates_count + 1;
    for (uint32_t i = 0; i < count; i++)
        add_counts(&into->counts[i], &from->counts[i]);
    for (size_t i = 0; i < (size_t)count * survey->slots; i++)
        into->slots[i] += from->slots[i];
    for (int level = 0; level < LEVELS; level++)
        for (uint32_t i = 0; i < survey->slots; i++)
            into->level_slots[level][i] += from->level_slots[level][i];
    into->outside += from->outside;
    for (int side = 0; side < 2; side++) {
        into->events[side] += from->events[side];
        into->attribute_events[side] += from->attribute_events[side];
        for (int level = 0; level < LEVELS; level++)
            into->levels[side][level] += from->levels[side][level];
    }
}

static struct worker worker_new(struct arena *arena, const struct survey *survey)
{
    const size_t count = survey->templates_count + 1;
    struct worker worker = {
        .counts = arena_push_many(arena, struct counts, count),
        .slots = arena_push_many(arena, uint32_t, count * survey->slots),
    };
    for (int level = 0; level < LEVELS; level++)
        worker.level_slots[level] = arena_push_many(arena, uint32_t, survey->slots);
    return worker;
}

/* ---- at the end ---- */

static struct survey_first first_of(const struct first *first)
{
    return (struct survey_first){.has_time = first->has_time,
                                 .time_ns = first->time_ns,
                                 .file = first->file,
                                 .number = first->number,
                                 .example = {.ptr = first->example, .len = first->example_len}};
}

static void fill_template(struct survey *survey, const struct worker *sums, uint32_t i)
{
    struct survey_template *template = &survey->templates[i];
    const struct counts *counts = &sums->counts[i];
    memcpy(template->counts, counts->sides, sizeof template->counts);
    memcpy(template->levels, counts->levels, sizeof template->levels);
    for (int level = 0; level < LEVELS; level++)
        if (counts->levels[level] > counts->levels[template->level])
            template->level = (enum level)level;
    template->errors = counts->levels[LEVEL_ERROR] + counts->levels[LEVEL_FATAL];
    template->first = first_of(&counts->first);
    template->first_error = first_of(&counts->first_error);
    template->last_ns = counts->last_ns;
    template->slots = sums->slots + (size_t)i * survey->slots;
    for (uint32_t at = 0; at < template->parameters_count; at++) {
        struct survey_parameter *parameters =
            (struct survey_parameter *)(uintptr_t) template->parameters;
        tally_sort(&parameters[at].values[0]);
        tally_sort(&parameters[at].values[1]);
    }
}

static void fill(struct work *work)
{
    struct survey *survey = work->survey;
    const struct worker *sums = &work->workers[0];
    for (uint32_t i = 0; i < survey->templates_count; i++)
        fill_template(survey, sums, i);
    memcpy(survey->others, sums->counts[survey->templates_count].sides, sizeof survey->others);
    memcpy(survey->levels, sums->levels, sizeof survey->levels);
    memcpy(survey->attribute_events, sums->attribute_events, sizeof survey->attribute_events);
    for (int level = 0; level < LEVELS; level++)
        survey->level_slots[level] = sums->level_slots[level];
    survey->sides[0].events = sums->events[0];
    survey->sides[1].events = sums->events[1];
    survey->outside = sums->outside;
    for (uint32_t i = 0; i < ATTRIBUTES; i++)
        for (int cell = 0; cell < 2; cell++)
            if (survey->attributes[i][cell])
                tally_sort(survey->attributes[i][cell]);
}

struct by_count {
    uint64_t count;
    uint32_t template;
};

static int most_first(const void *a, const void *b)
{
    const struct by_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->template > y->template) - (x->template <y->template);
}

static uint32_t slots_in(struct str wild)
{
    const struct str mark = STR("<*>");
    uint32_t count = 0;
    for (size_t at; (at = str_find(wild, mark)) != STR_NPOS; count++)
        wild = str_slice(wild, at + mark.len, wild.len);
    return count;
}

static void rank_templates(struct work *work, struct arena *scratch)
{
    const uint32_t count = work->survey->templates_count;
    struct by_count *order = arena_push_many(scratch, struct by_count, count + 1);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct by_count){miner_template(work->mining->miner, i)->count, i};
    qsort(order, count, sizeof *order, most_first);
    work->ranks = count < VALUED_TEMPLATES_MAX ? count : VALUED_TEMPLATES_MAX;
    work->rank = arena_push_many(scratch, uint32_t, count + 1);
    work->template_of_rank = arena_push_many(scratch, uint32_t, count + 1);
    work->slots_of_rank = arena_push_many(scratch, uint32_t, count + 1);
    for (uint32_t i = 0; i <= count; i++)
        work->rank[i] = VALUED_TEMPLATES_MAX;
    for (uint32_t i = 0; i < work->ranks; i++) {
        work->rank[order[i].template] = i;
        work->template_of_rank[i] = order[i].template;
        work->slots_of_rank[i] =
            slots_in(miner_template(work->mining->miner, order[i].template)->wild);
    }
}

bool counting_run(struct arena *arena, struct input *const *inputs, uint32_t count,
                  const struct survey_options *options, const struct mining *mining,
                  struct survey *survey, struct err *err)
{
    struct arena *scratch = arena_new("counting");
    struct work work = {.inputs = inputs,
                        .options = options,
                        .mining = mining,
                        .survey = survey,
                        .arena = arena,
                        .exception_keys = map_new(scratch)};
    rank_templates(&work, scratch);
    survey->exceptions = arena_push_many(arena, struct survey_exception, SURVEY_EXCEPTIONS_MAX);
    const uint32_t threads = options->threads > 1 ? options->threads : 1;
    for (uint32_t i = 0; i < threads && i < CREW_MAX; i++)
        work.workers[i] = worker_new(i == 0 ? arena : scratch, survey);
    const struct crew crew = {.threads = threads,
                              .state = &work,
                              .work = count_block,
                              .merge = merge_block,
                              .progress = note_progress};
    const bool ok = crew_run(&crew, inputs, count, err);
    for (uint32_t i = 1; i < threads && i < CREW_MAX; i++)
        add_worker(&work, &work.workers[i]);
    fill(&work);
    arena_free(scratch);
    return ok;
}
