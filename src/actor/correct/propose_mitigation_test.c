/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include "agent/events/inquiry.h"

/* What the verdict found, what the platform looks like, and the first proposal. */
struct situation {
    const char *why;
    const char *subject;
    enum finding finding;
    const char *cause;
    const char *instance;
    double confidence;
    int64_t revision;   /* of the deployment; 0: there is none */
    const char *commit; /* of a change of a minute ago; NULL: there is none */
    const char *want;   /* a command, or what the text begins with; "": nothing is proposed */
    const char *undo;
};

#define REMOVE(what) "'[{\"op\":\"remove\",\"path\":\"/spec/template/spec/" what "\"}]'"

static const struct situation situations[] = {
    {"a guess is no ground for a command", "web", FINDING_SPAN_ERRORS, "", "", 0.49, 3, "3697f10b",
     "", ""},
    {"what Kubernetes runs goes back there", "web", FINDING_SPAN_ERRORS, "", "", 0.9, 3, "3697f10b",
     "kubectl rollout undo deployment/web -n shop", "kubectl rollout undo deployment/web -n shop"},
    {"a first revision has nothing before it", "web", FINDING_SPAN_ERRORS, "", "", 0.9, 1,
     "3697f10b", "git revert --no-edit 3697f10b", "git revert --no-edit HEAD"},
    {"without a platform the commit goes", "web", FINDING_SPAN_ERRORS, "", "", 0.9, 0, "3697f10b",
     "git revert --no-edit 3697f10b", "git revert --no-edit HEAD"},
    {"what is no commit id goes into no command", "web", FINDING_SPAN_ERRORS, "", "", 0.9, 0,
     "-rf; reboot", "Roll back the last change of `web`", ""},
    {"a restart is the last resort", "web", FINDING_SPAN_ERRORS, "", "", 0.9, 2, NULL,
     "kubectl rollout restart deployment/web -n shop", ""},
    {"one replica that differs is replaced", "web", FINDING_REPLICAS, "", "web-7f", 0.9, 2, NULL,
     "kubectl delete pod web-7f -n shop", ""},
    {"what is no pod is not deleted", "web", FINDING_REPLICAS, "", "host:80", 0.9, 2, NULL,
     "kubectl rollout restart deployment/web -n shop", ""},
    {"load is shared", "web", FINDING_CPU, "", "", 0.9, 2, NULL,
     "kubectl scale deployment/web --replicas=6 -n shop",
     "kubectl scale deployment/web --replicas=3 -n shop"},
    {"memory is given", "web", FINDING_MEMORY, "", "", 0.9, 2, NULL,
     "kubectl set resources deployment/web --containers=server --limits=memory=256Mi -n shop",
     "kubectl set resources deployment/web --containers=server --limits=memory=128Mi -n shop"},
    {"a disk has no command", "db", FINDING_DISK, "", "", 0.9, 0, NULL,
     "Free space on the disk of `db`, or add some [E1].", ""},
    {"the sessions that block", "orders", FINDING_LOCKS, "", "", 0.9, 0, NULL,
     "psql -c 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE '\\''orders-1 "
     "it'\\'''\\''s'\\'' "
     "IN (application_name, usename) AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM "
     "pg_stat_activity)'",
     ""},
    {"nobody knows whose sessions", "db2", FINDING_LOCKS, "", "", 0.9, 0, NULL,
     "End the database session of `db2` that others wait for [E1].", ""},
    {"a version that ran is the remedy", "web", FINDING_OBJECT, "the node selector matches no node",
     "", 0.9, 2, NULL, "kubectl rollout undo deployment/web -n shop",
     "kubectl rollout undo deployment/web -n shop"},
    {"or else what does not fit is taken out", "web", FINDING_OBJECT,
     "the node selector matches no node", "", 0.9, 1, NULL,
     "kubectl patch deployment/web -n shop --type=json -p " REMOVE("nodeSelector"),
     "kubectl rollout undo deployment/web -n shop"},
    {"a probe and the port that is open", "web", FINDING_OBJECT,
     "the liveness probe uses a port the container does not open", "", 0.9, 1, NULL,
     "kubectl patch deployment/web -n shop --type=json -p "
     "'[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/livenessProbe/httpGet/"
     "port\",\"value\":8080}]'",
     "kubectl rollout undo deployment/web -n shop"},
    {"a selector and what the pods have", "web", FINDING_OBJECT,
     "the service's selector matches no pod", "", 0.9, 1, NULL,
     "kubectl patch service/web -n shop --type=merge -p "
     "'{\"spec\":{\"selector\":{\"app\":\"web\"}}}'",
     "kubectl patch service/web -n shop --type=merge -p "
     "'{\"spec\":{\"selector\":{\"app\":\"wob\"}}}'"},
    {"a port and the one that is open", "web", FINDING_OBJECT,
     "the service sends to a port the container does not open", "", 0.9, 1, NULL,
     "kubectl patch service/web -n shop --type=json -p "
     "'[{\"op\":\"replace\",\"path\":\"/spec/ports/0/targetPort\",\"value\":8080}]'",
     "kubectl patch service/web -n shop --type=json -p "
     "'[{\"op\":\"replace\",\"path\":\"/spec/ports/0/targetPort\",\"value\":\"http\"}]'"},
    {"nodes that were cordoned", "web", FINDING_OBJECT, "the nodes it may use are cordoned", "",
     0.9, 1, NULL, "kubectl uncordon one", "kubectl cordon one"},
    {"a unit of a node", "one", FINDING_OBJECT, "containerd is not running on the node", "", 0.9, 0,
     NULL, "ssh one sudo systemctl start containerd", ""},
    {"a node by a name that is none", "one; reboot", FINDING_OBJECT,
     "containerd is not running on the node", "", 0.9, 0, NULL,
     "Start containerd again on the node `one; reboot` [E1].", ""},
    {"its own account", "web", FINDING_OBJECT, "the service account it names does not exist", "",
     0.9, 1, NULL, "kubectl set serviceaccount deployment/web web -n shop",
     "kubectl rollout undo deployment/web -n shop"},
    {"what only people know", "shop", FINDING_OBJECT, "the namespace's CPU quota is used up", "",
     0.9, 0, NULL, "Raise the processor quota of `shop`, or free what it holds [E1].", ""},
    {"a symptom has no remedy", "web", FINDING_OBJECT, "its pod is pending", "", 0.9, 0, NULL, "",
     ""},
};

static void add_state(struct fixture *fix, const char *kind, const char *name, const char *format,
                      struct str text)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO state (kind, name, namespace, format, text) VALUES "
                                "('%s', '%s', 'shop', '%s', %s)",
                                kind, name, format, sql_quote(fix->arena, text).ptr));
}

static void add_platform(struct fixture *fix, int64_t revision)
{
    add_state(fix, "deployments", "web", "describe",
              str_printf(fix->arena,
                         "Name: web\nAnnotations: deployment.kubernetes.io/revision: %lld\n"
                         "Replicas:  3 desired | 3 updated\n"
                         "Pod Template:\n  Labels:  app=web\n  Containers:\n   server:\n"
                         "    Port:  8080/TCP\n    Limits:\n      memory:  128Mi\n"
                         "    Liveness:  http-get http://:80/ delay=5s\n",
                         (long long)revision));
    add_state(fix, "services", "web", "describe",
              STR("Name: web\nSelector:  app=wob\nPort:  http  80/TCP\nTargetPort:  http/TCP\n"));
    add_state(fix, "serviceaccounts", "web", "describe", STR("Name: web\n"));
    add_state(fix, "pods", "web-7f", "describe", STR("Name: web-7f\n"));
    add_state(fix, "nodes", "", "list",
              STR("NAME   STATUS                     ROLES    AGE   VERSION\n"
                  "one    Ready,SchedulingDisabled   node     1d    v1.31.2\n"));
}

/* `orders` holds a lock that `web` waits for; its application has a name that wants quotes. */
static void add_locks(struct fixture *fix)
{
    static const char *const lines[] = {
        "[10] x@y LOG:  connection authorized: user=orders application_name=orders-1 it's",
        "[20] x@y LOG:  connection authorized: user=web database=shop",
        "[20] web@shop LOG:  process 20 still waiting for ShareLock on transaction 7 after 1000 ms",
        "[20] web@shop DETAIL:  Process holding the lock: 10. Wait queue: 20.",
    };
    topology_add(&fix->casefile->topology, STR("orders"), STR("db"));
    topology_add(&fix->casefile->topology, STR("web"), STR("db"));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        fixture_add_line(fix, FIXTURE_LOGS, (double)i, "db", "", lines[i]);
    fix->casefile->incident = (struct window){fixture_time(-1), fixture_time(60)};
}

static void conclude(struct fixture *fix, const struct situation *it)
{
    struct arena *arena = fix->arena;
    struct hypothesis *best = arena_push(arena, struct hypothesis);
    best->subject = str_of(it->subject);
    best->finding = it->finding;
    best->confidence = it->confidence;
    best->cited_for = arena_push_many(arena, const struct evidence *, 2);
    best->cited_for[best->cited_for_count++] = casefile_add(
        fix->casefile,
        &(struct evidence){.bearing = BEARING_SUPPORTS,
                           .finding = it->finding,
                           .subject = best->subject,
                           .instance = str_of(it->instance),
                           .cause = str_of(it->cause),
                           .claim = str_printf(arena, "`%s` is as it is.", it->subject),
                           .query = str_printf(arena, "SELECT '%s' AS name", it->subject),
                           .strength = 0.9});
    if (it->commit)
        best->cited_for[best->cited_for_count++] = casefile_add(
            fix->casefile,
            &(struct evidence){
                .bearing = BEARING_SUPPORTS,
                .finding = FINDING_CHANGE,
                .subject = best->subject,
                .claim = str_printf(arena, "`%s` was changed by `d1`.", it->subject),
                .query = str_printf(arena,
                                    "SELECT '%s' AS about, 'd1' AS id, 'deploy' AS kind, '%s' AS "
                                    "\"commit\"",
                                    it->subject, it->commit),
                .strength = 0.7});
    fix->casefile->hypotheses = best;
}

static void check(const struct situation *it)
{
    struct fixture *fix = fixture_open();
    if (it->revision > 0 || it->finding == FINDING_OBJECT)
        add_platform(fix, it->revision > 0 ? it->revision : 1);
    if (it->finding == FINDING_LOCKS)
        add_locks(fix);
    fixture_seal(fix);
    conclude(fix, it);
    fixture_act_on(fix, "propose_mitigation", NULL);
    fixture_check_all(fix);
    const struct proposal *first = fix->casefile->proposals;
    const struct str got = !first ? STR("") : first->command.len > 0 ? first->command : first->text;
    if (!str_starts(got, str_of(it->want)) || (it->want[0] == '\0' && first))
        fail_msg("%s: %.*s", it->why, STR_ARG(got));
    if (first && !str_eq(first->undo, str_of(it->undo)))
        fail_msg("%s: to undo it: %.*s", it->why, STR_ARG(first->undo));
    fixture_close(fix);
}

static void what_ends_it_is_proposed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof situations / sizeof *situations; i++)
        check(&situations[i]);
}

/* The named change, and what came to the same service beside it. */
struct naming {
    const char *why;
    const char *id;
    const char *service; /* "": nobody knows where it came to */
    const char *kind;
    int parents;
    double probability; /* of it */
    double after_s;     /* by how much the last change of `web` came later than it */
    const char *want;
    const char *text;
};

#define UNDO_WEB "kubectl rollout undo deployment/web -n shop"

static const struct naming namings[] = {
    {"the last version brought it", "aaaabbb1", "web", "deploy", 1, 0.9, 0, UNDO_WEB,
     "Take back `aaaabbb1`, which fits best what is wrong in `web` [E3]."},
    {"another one came since", "aaaabbb1", "web", "deploy", 1, 0.9, 600,
     "git revert --no-edit aaaabbb1",
     "Take back `aaaabbb1`, which fits best what is wrong in `web` [E3]."},
    {"a merge, by what it landed", "aaaabbb1", "web", "deploy", 2, 0.9, 600,
     "git revert --no-edit -m 1 aaaabbb1", "Take back"},
    {"it came elsewhere", "aaaabbb1", "db", "deploy", 1, 0.9, 0, "git revert --no-edit aaaabbb1",
     "Take back `aaaabbb1`, which fits best what is wrong in `db` [E3]."},
    {"it came nobody knows where", "aaaabbb1", "", "commit", 0, 0.9, 0,
     "git revert --no-edit aaaabbb1", "Take back `aaaabbb1`, which fits best what is wrong [E3]."},
    {"a flag is set back", "big-cart", "web", "flag", 0, 0.9, 0, "",
     "Set the flag back that `big-cart` set, which fits best what is wrong in `web` [E3]."},
    {"none is named", "aaaabbb1", "web", "deploy", 1, 0.5, 600, UNDO_WEB,
     "Roll back the last change of `web`, which was made just before [E2]."},
};

static void check_naming(const struct naming *it)
{
    struct fixture *fix = fixture_open();
    struct arena *arena = fix->arena;
    add_platform(fix, 3);
    fixture_seal(fix);
    conclude(fix, &(struct situation){.subject = "web",
                                      .finding = FINDING_SPAN_ERRORS,
                                      .cause = "",
                                      .instance = "",
                                      .confidence = 0.9,
                                      .commit = "3697f10b"});
    struct evidence *last = (struct evidence *)(uintptr_t)fixture_evidence(fix, 2);
    last->window = (struct window){fixture_time(0), fixture_time(1)};
    struct culprit_change *first = arena_push(arena, struct culprit_change);
    first->probability = it->probability;
    first->evidence = casefile_add(
        fix->casefile,
        &(struct evidence){
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_CULPRIT,
            .subject = str_of(it->service),
            .change = str_of(it->id),
            .window = {fixture_time(-it->after_s), fixture_time(1)},
            .claim = str_printf(arena, "`%s` came into service.", it->id),
            .query =
                str_printf(arena, "SELECT '%s' AS id, '%s' AS kind, '%s' AS about, '%d' AS parents",
                           it->id, it->kind, it->service, it->parents),
            .strength = 0.8});
    fix->casefile->culprits = first;
    fixture_act_on(fix, "propose_mitigation", NULL);
    fixture_check_all(fix);
    const struct proposal *got = fix->casefile->proposals;
    if (!got || !str_eq(got->command, str_of(it->want)) || !str_starts(got->text, str_of(it->text)))
        fail_msg("%s: %s: %s", it->why, got ? got->text.ptr : "", got ? got->command.ptr : "");
    fixture_close(fix);
}

static void the_change_that_is_named_goes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof namings / sizeof *namings; i++)
        check_naming(&namings[i]);
}

/* A new cause of the platform wants a remedy, or is a symptom. */
static void each_cause_has_a_remedy(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    for (int cause = 0; cause < CAUSES_COUNT; cause++) {
        if ((cause_flags((enum cause)cause) & CAUSE_SYMPTOM) != 0 || cause == CAUSE_UNSCHEDULABLE ||
            cause == CAUSE_VOLUME_SUSPECT)
            continue;
        conclude(fix, &(struct situation){.subject = "web",
                                          .finding = FINDING_OBJECT,
                                          .cause = cause_words((enum cause)cause),
                                          .instance = "",
                                          .confidence = 0.9});
        fixture_act_on(fix, "propose_mitigation", NULL);
        if (!fix->casefile->proposals)
            fail_msg("nothing is known to end it: %s", cause_words((enum cause)cause));
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_it_is_proposed),
        cmocka_unit_test(the_change_that_is_named_goes_back),
        cmocka_unit_test(each_cause_has_a_remedy),
    };
    return cmocka_run_group_tests_name("propose_mitigation", tests, NULL, NULL);
}
