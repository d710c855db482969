/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why does a claim not bind? The binder takes a volume of the same storage class that offers all
 * access modes asked for, is large enough, has the labels that the claim selects, and is not taken.
 * Each volume is held against these; the one that fails the fewest is the one that was meant.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"

#include <string.h>

enum failure {
    FAILS_CLASS = 1 << 0,
    FAILS_MODES = 1 << 1,
    FAILS_SIZE = 1 << 2,
    FAILS_LABELS = 1 << 3,
    FAILS_TAKEN = 1 << 4,
};

#define LABELS_MAX 16
#define CLAIMS_MAX 200 /* each is held against all volumes and all events */

/* What the claim asks for. Size, modes and selector stand in its manifest only, while it waits. */
struct ask {
    const struct claim_object *claim;
    struct str size;
    struct str modes[4];
    uint32_t modes_count;
    struct str volume;
    struct pair labels[LABELS_MAX];
    struct pairs selector;
    struct requirement requirements[LABELS_MAX];
    uint32_t requirements_count;
};

/* kubectl prints volumes with the short names. */
static struct str short_mode(struct str mode)
{
    static const struct {
        const char *name;
        const char *shown;
    } modes[] = {
        {"ReadWriteOnce", "RWO"},
        {"ReadOnlyMany", "ROX"},
        {"ReadWriteMany", "RWX"},
        {"ReadWriteOncePod", "RWOP"},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (str_eq(mode, str_of(modes[i].name)))
            return str_of(modes[i].shown);
    return mode;
}

static void read_requirement(struct ask *ask, struct str path, struct str value)
{
    int64_t index;
    if (!words_number_after(path, "spec.selector.matchExpressions[", &index) || index >= LABELS_MAX)
        return;
    struct requirement *requirement = &ask->requirements[index];
    if (ask->requirements_count <= index)
        ask->requirements_count = (uint32_t)index + 1;
    if (str_ends(path, STR("].key")))
        requirement->key = value;
    else if (str_ends(path, STR("].operator")))
        requirement->op = value;
    else if (requirement->values_count < REQUIREMENT_VALUES_MAX)
        requirement->values[requirement->values_count++] = value;
}

static void read_ask(struct ask *ask, const struct claim_object *claim)
{
    const struct str labels = STR("spec.selector.matchLabels.");
    *ask = (struct ask){.claim = claim};
    ask->selector.items = ask->labels;
    for (uint32_t i = 0; claim->manifest && i < claim->manifest->entries.count; i++) {
        const struct str path = claim->manifest->entries.items[i].path;
        const struct str value = claim->manifest->entries.items[i].value;
        if (str_eq(path, STR("spec.resources.requests.storage")))
            ask->size = value;
        else if (str_eq(path, STR("spec.volumeName")))
            ask->volume = value;
        else if (str_starts(path, STR("spec.accessModes")) && ask->modes_count < 4)
            ask->modes[ask->modes_count++] = value;
        else if (str_starts(path, labels) && ask->selector.count < LABELS_MAX)
            ask->labels[ask->selector.count++] =
                (struct pair){.name = str_slice(path, labels.len, path.len), .value = value};
        else
            read_requirement(ask, path, value);
    }
}

static bool offers(const struct volume *volume, struct str mode)
{
    struct str rest = volume->modes, part;
    while (str_split(&rest, ',', &part))
        if (str_eq(str_trim(part), short_mode(mode)))
            return true;
    return false;
}

/* "namespace/name" */
static bool is_held_by(struct str holder, struct str claim)
{
    struct str name = holder, space;
    if (str_contains(holder, STR("/")) && !str_split(&name, '/', &space))
        return false;
    return str_eq(name, claim);
}

static unsigned failures_of(const struct ask *ask, const struct volume *volume)
{
    unsigned failures = 0;
    double asked, offered;
    if (!str_eq(volume->storage_class, ask->claim->storage_class))
        failures |= FAILS_CLASS;
    for (uint32_t i = 0; i < ask->modes_count; i++)
        if (!offers(volume, ask->modes[i]))
            failures |= FAILS_MODES;
    if (words_quantity(ask->size, &asked) && words_quantity(volume->capacity, &offered) &&
        offered < asked)
        failures |= FAILS_SIZE;
    if (!pairs_contain(&volume->labels, &ask->selector))
        failures |= FAILS_LABELS;
    for (uint32_t i = 0; i < ask->requirements_count; i++)
        if (!requirement_met(&ask->requirements[i], &volume->labels))
            failures |= FAILS_LABELS;
    const bool held = volume->claim.len > 0 && !str_eq(volume->claim, STR("<none>"));
    if (str_eq(volume->status, STR("Bound")) || str_eq(volume->status, STR("Released")) ||
        str_eq(volume->status, STR("Failed")) ||
        (held && !is_held_by(volume->claim, ask->claim->name)))
        failures |= FAILS_TAKEN;
    return failures;
}

/* Fewest failures first; of as many, the one that is not taken. */
static int rank_of(unsigned failures)
{
    return __builtin_popcount(failures) * 2 + ((failures & FAILS_TAKEN) != 0);
}

static const struct volume *nearest(const struct cluster *cluster, const struct ask *ask,
                                    unsigned *failures)
{
    const struct volume *best = NULL;
    for (uint32_t i = 0; i < roll_count(&cluster->volumes); i++) {
        const struct volume *volume = cluster->volumes.items[i];
        if (ask->volume.len > 0 && !str_eq(volume->name, ask->volume))
            continue;
        const unsigned found = failures_of(ask, volume);
        if (best && rank_of(found) >= rank_of(*failures))
            continue;
        best = volume;
        *failures = found;
    }
    return best;
}

/* ---- findings ---- */

static const char *class_name(const struct inquiry *inquiry, struct str name)
{
    return name.len > 0 ? quote(inquiry, name) : "(none)";
}

static void report_failures(struct inquiry *inquiry, struct str app, const struct ask *ask,
                            const struct volume *volume, unsigned failures)
{
    const struct claim_object *claim = ask->claim;
    const struct str objects = shown_by_both(inquiry, shown_by(inquiry, claim->seen, claim->name),
                                             shown_by(inquiry, volume->seen, volume->name));
    const struct str declared =
        shown_by_both(inquiry, objects, shown_by(inquiry, claim->manifest_seen, claim->name));
    const char *const name = quote(inquiry, claim->name);
    const char *const volume_name = quote(inquiry, volume->name);
    double strength = __builtin_popcount(failures) == 1 ? 0.9 : 0.6;

    if (failures & FAILS_CLASS) {
        inquiry_report(inquiry, CAUSE_CLASS_DIFFERS, OBJECT_SERVICE, app, strength, objects,
                       "The volume claim %s was of the storage class %s, the volume %s of %s.",
                       name, class_name(inquiry, claim->storage_class), volume_name,
                       class_name(inquiry, volume->storage_class));
        strength -= 0.05;
    }
    for (uint32_t i = 0; (failures & FAILS_MODES) && i < ask->modes_count; i++) {
        if (offers(volume, ask->modes[i]))
            continue;
        inquiry_report(inquiry, CAUSE_MODE_DIFFERS, OBJECT_SERVICE, app, strength, declared,
                       "The volume claim %s asked for %s, the volume %s offered %s.", name,
                       quote(inquiry, ask->modes[i]), volume_name, quote(inquiry, volume->modes));
        strength -= 0.05;
        break;
    }
    if (failures & FAILS_SIZE) {
        inquiry_report(inquiry, CAUSE_SIZE_DIFFERS, OBJECT_SERVICE, app, strength, declared,
                       "The volume claim %s asked for %s, the volume %s had %s.", name,
                       quote(inquiry, ask->size), volume_name, quote(inquiry, volume->capacity));
        strength -= 0.05;
    }
    if (failures & FAILS_LABELS) {
        inquiry_report(inquiry, CAUSE_LABELS_DIFFER, OBJECT_SERVICE, app, strength, declared,
                       "The selector of the volume claim %s did not match the labels of the "
                       "volume %s.",
                       name, volume_name);
        strength -= 0.05;
    }
    if (failures & FAILS_TAKEN)
        inquiry_report(inquiry, CAUSE_VOLUME_TAKEN, OBJECT_SERVICE, app, strength, objects,
                       "The volume %s was %s by %s, and the volume claim %s waited.", volume_name,
                       quote(inquiry, volume->status), class_name(inquiry, volume->claim), name);
}

/* "storageclass.storage.k8s.io "fast" not found", said of the claim */
static bool check_class(struct inquiry *inquiry, struct str app, const struct claim_object *claim)
{
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (!str_eq(event->name, claim->name) ||
            !words_match(event->message, "storageclass*\"*\" not found"))
            continue;
        inquiry_report(inquiry, CAUSE_CLASS_MISSING, OBJECT_SERVICE, app, 0.9,
                       shown_by_event(inquiry, event),
                       "No volume was made for the volume claim %s: %s.",
                       quote(inquiry, claim->name), quote(inquiry, event->message));
        return true;
    }
    return false;
}

/* Where a claim names its volume, the controller says what keeps the two apart. */
static bool check_told(struct inquiry *inquiry, struct str app, const struct claim_object *claim)
{
    static const struct {
        const char *pattern;
        enum cause cause;
    } told[] = {
        {"requested PV is too small", CAUSE_SIZE_DIFFERS},
        {"incompatible accessMode", CAUSE_MODE_DIFFERS},
        {"storageClassName does not match", CAUSE_CLASS_DIFFERS},
        {"already bound to a different claim", CAUSE_VOLUME_TAKEN},
    };
    bool any = false;
    for (const struct event *event = inquiry->cluster->events; event; event = event->next)
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            if (!str_eq(event->name, claim->name) || !words_match(event->message, told[i].pattern))
                continue;
            inquiry_report(inquiry, told[i].cause, OBJECT_SERVICE, app, 0.92,
                           shown_by_event(inquiry, event), "The volume claim %s was not bound: %s.",
                           quote(inquiry, claim->name), quote(inquiry, event->message));
            any = true;
        }
    return any;
}

static void check_claim(struct inquiry *inquiry, struct str app, const struct claim_object *claim)
{
    struct ask ask;
    unsigned failures = 0;
    if (check_class(inquiry, app, claim) || check_told(inquiry, app, claim))
        return;
    read_ask(&ask, claim);
    const struct volume *volume = nearest(inquiry->cluster, &ask, &failures);
    const struct str shown = shown_by(inquiry, claim->seen, claim->name);
    const char *const name = quote(inquiry, claim->name);
    if (volume && failures != 0)
        report_failures(inquiry, app, &ask, volume, failures);
    else if (volume)
        inquiry_report(inquiry, CAUSE_CLAIM_UNBOUND, OBJECT_SERVICE, app, 0.5, shown,
                       "The volume claim %s was %s.", name, quote(inquiry, claim->status));
    else if (claim->storage_class.len > 0)
        inquiry_report(inquiry, CAUSE_NO_VOLUME_OF_CLASS, OBJECT_SERVICE, app, 0.6, shown,
                       "The volume claim %s of the storage class %s was %s, and there was no "
                       "volume for it.",
                       name, quote(inquiry, claim->storage_class), quote(inquiry, claim->status));
    else
        inquiry_report(inquiry, CAUSE_NO_VOLUME, OBJECT_SERVICE, app, 0.6, shown,
                       "The volume claim %s was %s, and there was no volume for it.", name,
                       quote(inquiry, claim->status));
}

static bool is_waiting(const struct claim_object *claim)
{
    return str_eq(claim->status, STR("Pending")) || str_eq(claim->status, STR("Lost"));
}

static bool is_of_pod(const struct claim_object *claim, const struct pod *pod)
{
    for (uint32_t i = 0; i < pod->claims_count; i++)
        if (str_eq(pod->claims[i], claim->name))
            return true;
    return str_contains(claim->used_by, pod->name);
}

/* Checks the claims that wait, of the pod or of anyone; how many there were. */
static uint32_t check_claims(struct inquiry *inquiry, const struct pod *pod, bool of_pod)
{
    uint32_t checked = 0;
    const struct roll *claims = &inquiry->cluster->claims;
    for (uint32_t i = 0; i < roll_count(claims) && inquiry->claims_checked < CLAIMS_MAX; i++) {
        const struct claim_object *claim = claims->items[i];
        if (!is_waiting(claim) || (of_pod && !is_of_pod(claim, pod)))
            continue;
        check_claim(inquiry, pod->app, claim);
        inquiry->claims_checked++;
        checked++;
    }
    return checked;
}

void rules_volume(struct inquiry *inquiry, const struct pod *pod, const struct event *event,
                  struct str clause)
{
    if (words_match(event->message, "persistentvolumeclaim \"*\" not found"))
        return; /* told by the rules of admission */
    const bool elsewhere = words_match(event->message, "volume node affinity");
    if (!elsewhere &&
        (check_claims(inquiry, pod, true) > 0 || check_claims(inquiry, pod, false) > 0))
        return;
    inquiry_report(inquiry, elsewhere ? CAUSE_VOLUME_ELSEWHERE : CAUSE_CLAIM_UNBOUND,
                   OBJECT_SERVICE, pod->app, elsewhere ? 0.85 : 0.5, shown_by_event(inquiry, event),
                   "The pod %s could not be placed: %s.", quote(inquiry, pod->name),
                   quote(inquiry, clause));
}
