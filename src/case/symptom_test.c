/* SPDX-License-Identifier: Apache-2.0 */
#include "case/symptom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct sentence {
    const char *name;
    const char *service;
    const char *summary;
    enum symptom want;
    const char *why;
};

/* Names of alerts as they come with the field's exporters and rule collections. */
static const struct sentence names[] = {
    {"HighErrorRate", "", "", SYMPTOM_ERRORS, ""},
    {"NginxErrorRatioHigh", "", "", SYMPTOM_ERRORS, ""},
    {"HTTP5xxRatioHigh", "", "", SYMPTOM_ERRORS, "a digit begins a word too"},
    {"TraefikHighHttp5xxErrorRateService", "", "", SYMPTOM_ERRORS, ""},
    {"KubeAPIErrorBudgetBurn", "", "", SYMPTOM_ERRORS, "the word after an abbreviation"},
    {"BlackboxProbeFailed", "", "", SYMPTOM_ERRORS, ""},
    {"KubeJobFailed", "", "", SYMPTOM_ERRORS, ""},
    {"LowAvailability", "", "", SYMPTOM_ERRORS, ""},
    {"CheckoutSuccessRateLow", "", "", SYMPTOM_ERRORS, ""},
    {"APILatencyP99High", "", "", SYMPTOM_LATENCY, ""},
    {"HighRequestLatency", "", "", SYMPTOM_LATENCY, ""},
    {"http_request_duration_p99", "", "", SYMPTOM_LATENCY, ""},
    {"SlowResponseTime", "", "", SYMPTOM_LATENCY, ""},
    {"BlackboxProbeSlowHttp", "", "", SYMPTOM_LATENCY, ""},
    {"NodejsEventLoopLag", "", "", SYMPTOM_LATENCY, "a loop that lags has no backlog"},
    {"UpstreamTimeouts", "", "", SYMPTOM_LATENCY, ""},
    {"CPUThrottlingHigh", "", "", SYMPTOM_SATURATION, ""},
    {"CPUHigh", "", "", SYMPTOM_SATURATION, "an abbreviation ends where a word begins"},
    {"HostHighCpuLoad", "", "", SYMPTOM_SATURATION, ""},
    {"HostOutOfMemory", "", "", SYMPTOM_SATURATION, ""},
    {"NodeFilesystemAlmostOutOfSpace", "", "", SYMPTOM_SATURATION, ""},
    {"NodeFilesystemFilesFillingUp", "", "", SYMPTOM_SATURATION, ""},
    {"KubePersistentVolumeFillingUp", "", "", SYMPTOM_SATURATION, ""},
    {"NodeHighNumberConntrackEntriesUsed", "", "", SYMPTOM_SATURATION, ""},
    {"NodeFileDescriptorLimit", "", "", SYMPTOM_SATURATION, ""},
    {"KubeQuotaAlmostFull", "", "", SYMPTOM_SATURATION, ""},
    {"KubeHpaMaxedOut", "", "", SYMPTOM_SATURATION, ""},
    {"RedisTooManyConnections", "", "", SYMPTOM_SATURATION, ""},
    {"ElasticsearchHeapUsageTooHigh", "", "", SYMPTOM_SATURATION, ""},
    {"KubePodCrashLooping", "", "", SYMPTOM_CRASH, ""},
    {"ContainerOOMKilled", "", "", SYMPTOM_CRASH, ""},
    {"HostOomKillDetected", "", "", SYMPTOM_CRASH, ""},
    {"PodRestartsTooOften", "", "", SYMPTOM_CRASH, ""},
    {"KubePodNotReady", "", "", SYMPTOM_SCHEDULING, ""},
    {"KubeContainerWaiting", "", "", SYMPTOM_SCHEDULING, ""},
    {"KubeDeploymentReplicasMismatch", "", "", SYMPTOM_SCHEDULING, ""},
    {"KubeDaemonSetNotScheduled", "", "", SYMPTOM_SCHEDULING, ""},
    {"KubernetesPodPending", "", "", SYMPTOM_SCHEDULING, ""},
    {"ImagePullBackOff", "", "", SYMPTOM_SCHEDULING, ""},
    {"KubeSchedulerDown", "", "", SYMPTOM_MISSING, "the scheduler is what is down"},
    {"KubeSchedulerPodsPending", "", "", SYMPTOM_SCHEDULING, ""},
    {"PostgresqlSlowQueries", "", "", SYMPTOM_DATABASE, ""},
    {"PostgresqlDown", "", "", SYMPTOM_DATABASE, ""},
    {"MysqlHighThreadsRunning", "", "", SYMPTOM_DATABASE, ""},
    {"MongodbReplicationLag", "", "", SYMPTOM_DATABASE, "the lag of a replica is no backlog"},
    {"ReplicationLag", "", "", SYMPTOM_DATABASE, ""},
    {"TooManyDeadlocks", "", "", SYMPTOM_DATABASE, ""},
    {"NodeNetworkReceiveErrs", "", "", SYMPTOM_NETWORK, "errors, but of the network"},
    {"CoreDNSErrorsHigh", "", "", SYMPTOM_NETWORK, ""},
    {"HighPacketLoss", "", "", SYMPTOM_NETWORK, ""},
    {"KubeNodeUnreachable", "", "", SYMPTOM_NETWORK, ""},
    {"RabbitmqTooManyMessagesInQueue", "", "", SYMPTOM_BACKLOG, ""},
    {"RabbitmqTooManyUnackedMessages", "", "", SYMPTOM_BACKLOG, ""},
    {"KafkaConsumerLag", "", "", SYMPTOM_BACKLOG, ""},
    {"KafkaConsumerGroupLagIncreasing", "", "", SYMPTOM_BACKLOG, ""},
    {"PrometheusRemoteWriteBehind", "", "", SYMPTOM_BACKLOG, ""},
    {"PendingMessagesHigh", "", "", SYMPTOM_BACKLOG, "messages are not pods"},
    {"TargetDown", "", "", SYMPTOM_MISSING, ""},
    {"InstanceDown", "", "", SYMPTOM_MISSING, ""},
    {"PrometheusTargetMissing", "", "", SYMPTOM_MISSING, ""},
    {"MetricsAbsent", "", "", SYMPTOM_MISSING, ""},
    {"NoDataReceived", "", "", SYMPTOM_MISSING, ""},
    {"Watchdog", "", "", SYMPTOM_UNKNOWN, ""},
    {"CertificateWillExpireSoon", "", "", SYMPTOM_UNKNOWN, ""},
    {"", "", "", SYMPTOM_UNKNOWN, ""},
};

/* Two readings are possible; this is the one that is taken. */
static const struct sentence ambiguous[] = {
    {"QueueErrorRateHigh", "", "", SYMPTOM_ERRORS, "a rate of errors, wherever they happen"},
    {"DeadLetterQueueFillingUp", "", "", SYMPTOM_BACKLOG, "a queue is more special than full"},
    {"ThreadPoolQueueFull", "", "", SYMPTOM_BACKLOG, ""},
    {"DiskWriteLatency", "", "", SYMPTOM_LATENCY, "it is slow, not full"},
    {"PostgresqlErrorRateHigh", "", "", SYMPTOM_DATABASE, "what the product is says more"},
    {"KubeDeploymentUnavailableReplicas", "", "", SYMPTOM_SCHEDULING, ""},
    {"ServiceUnavailable", "", "", SYMPTOM_ERRORS, ""},
    {"ErrImagePull", "", "", SYMPTOM_SCHEDULING, ""},
    {"ConnectionTimeouts", "", "", SYMPTOM_LATENCY, ""},
    {"ConnectionRefused", "", "", SYMPTOM_NETWORK, ""},
    {"ScheduledJobBacklog", "", "", SYMPTOM_BACKLOG, ""},
    {"ConnectionPoolExhausted", "", "", SYMPTOM_SATURATION, ""},
    {"SlowDown", "", "", SYMPTOM_LATENCY, ""},
    {"CrashFreeSessionErrorRate", "", "", SYMPTOM_CRASH, ""},
    /* words within words */
    {"RequestRateHigh", "", "", SYMPTOM_TRAFFIC, ""},
    {"FrontDoorRequestsMany", "", "", SYMPTOM_TRAFFIC, ""},
    {"KafkaThroughputHigh", "", "", SYMPTOM_TRAFFIC, ""},
    {"TrafficErrorRate", "", "", SYMPTOM_ERRORS, "a complaint comes before how much there is"},
    {"NoTraffic", "", "", SYMPTOM_MISSING, ""},
    {"BroomClosetOpen", "", "", SYMPTOM_UNKNOWN, "no oom"},
    {"FlagFlipped", "", "", SYMPTOM_UNKNOWN, "no lag"},
    {"DownloadsPerHour", "", "", SYMPTOM_UNKNOWN, "no down"},
    {"TemplateChanged", "", "", SYMPTOM_UNKNOWN, "no late"},
    {"Terror", "", "", SYMPTOM_UNKNOWN, "no error"},
};

/* The name says nothing, so what else is said does. */
static const struct sentence summaries[] = {
    {"Alert7", "", "the answer time is above 500 ms", SYMPTOM_LATENCY, "500 is no status here"},
    {"Alert7", "", "too many HTTP 500 at the edge", SYMPTOM_ERRORS, "and here it is one"},
    {"Alert7", "", "http503 from the backend", SYMPTOM_ERRORS, ""},
    {"Alert7", "", "95th percentile is too high", SYMPTOM_LATENCY, ""},
    {"Alert7", "", "pods are OOMKilled", SYMPTOM_CRASH, ""},
    {"Alert7", "", "p95 and error rate rose", SYMPTOM_ERRORS, "a phrase before a word"},
    {"Alert7", "", "success rate or latency is bad", SYMPTOM_ERRORS, "likewise"},
    {"LatencyHigh", "", "errors everywhere", SYMPTOM_LATENCY, "the name comes first"},
    {"Alert7", "queue-front", "queue-front answers late", SYMPTOM_LATENCY, "a name is no word"},
    {"QueueFrontLatency", "queue-front", "", SYMPTOM_LATENCY, "however it is spelled"},
    {"Alert7", "queue-front", "the queue of queue-front grows", SYMPTOM_BACKLOG, "but outside it"},
    {"Alert7", "postgres", "postgres is down", SYMPTOM_DATABASE, "it is a database all the same"},
    {"Alert7", "error-page", "error-page is at 93 % of its memory", SYMPTOM_SATURATION, ""},
    {"Alert7", "", "\xC3\xBC\xFF latency", SYMPTOM_LATENCY, "bytes of any kind"},
};

static void check(const struct sentence *it)
{
    const struct alert alert = {
        .name = str_of(it->name), .service = str_of(it->service), .summary = str_of(it->summary)};
    const enum symptom got = symptom_of_alert(&alert);
    if (got != it->want)
        fail_msg("`%s` of `%s`, \"%s\": %s, not %s (%s)", it->name, it->service, it->summary,
                 symptom_name(got), symptom_name(it->want), it->why);
}

static void names_of_the_field_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check(&names[i]);
}

static void of_two_readings_one_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ambiguous / sizeof *ambiguous; i++)
        check(&ambiguous[i]);
}

static void what_else_is_said_counts_where_the_name_is_silent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++)
        check(&summaries[i]);
}

static enum symptom of_label(const char *name, const char *value)
{
    struct label label = {str_of(name), str_of(value)};
    const struct alert alert = {.name = STR("Alert7"), .labels = &label, .labels_count = 1};
    return symptom_of_alert(&alert);
}

static void only_labels_that_say_what_it_is_are_read(void **state)
{
    (void)state;
    assert_int_equal(of_label("metric", "latency_p95_ms"), SYMPTOM_LATENCY);
    assert_int_equal(of_label("description", "the disk is full"), SYMPTOM_SATURATION);
    assert_int_equal(of_label("team", "database"), SYMPTOM_UNKNOWN);
    assert_int_equal(of_label("pod", "mysql-0"), SYMPTOM_UNKNOWN);
    assert_int_equal(of_label("runbook_url", "https://wiki/error"), SYMPTOM_UNKNOWN);
}

/* Its time is bounded: what comes late in a long text is not read. */
static void a_long_text_is_read_in_part(void **state)
{
    (void)state;
    const size_t len = (size_t)1 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'a', len);
    memcpy(text + len - 8, " latency", 8);
    const struct alert alert = {.summary = {text, len}, .service = {text, len / 2}};
    assert_int_equal(symptom_of_alert(&alert), SYMPTOM_UNKNOWN);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_field_are_understood),
        cmocka_unit_test(of_two_readings_one_is_taken),
        cmocka_unit_test(what_else_is_said_counts_where_the_name_is_silent),
        cmocka_unit_test(only_labels_that_say_what_it_is_are_read),
        cmocka_unit_test(a_long_text_is_read_in_part),
    };
    return cmocka_run_group_tests_name("symptom", tests, NULL, NULL);
}
