/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts in the manner of ten systems, from general knowledge of what their rules, checks and
 * monitors are called and how they word a notification. Names of services and hosts are slots.
 *
 * Labels follow case/symptom.h: what a database suffers is about the database whatever it is, a
 * thing that is down is missing, and what stands on its own in one system (a job that failed, a
 * certificate, a test) gets an intent of its own.
 */
#include "train/texts.h"

#include "expert/language/intent.h"

enum system {
    PROMETHEUS,
    DATADOG,
    CLOUDWATCH,
    PAGERDUTY,
    GRAFANA,
    ZABBIX,
    NAGIOS,
    SENTRY,
    NEWRELIC,
    AZURE,
};

const char *const alert_systems[] = {"Prometheus", "Datadog", "CloudWatch", "PagerDuty",
                                     "Grafana",    "Zabbix",  "Nagios",     "Sentry",
                                     "New Relic",  "Azure",   NULL};

#define ROW(system, intent, names, sentences)                                                      \
    {                                                                                              \
        system, INTENT_##intent, names, sentences                                                  \
    }

const struct text_row alert_rows[] = {
    /* ---- latency ---- */
    ROW(PROMETHEUS, LATENCY,
        "HighRequestLatency|ApiLatencyHigh|RequestDurationP99High|SlowResponses|GRPCServerSlow|"
        "IngressLatencyP95|KubeAPILatencyHigh|EtcdHighCommitDurations",
        "p99 latency of {svc} is {ms}ms|99th percentile request latency on {svc} is above {s}s for "
        "{min} minutes|{svc} has a 99th percentile latency of {s} seconds|requests to {svc} are "
        "slow: {ms} ms at the 95th percentile"),
    ROW(DATADOG, LATENCY,
        "[Triggered] High latency on {svc}|p95 latency too high on service {svc}|Service {svc} has "
        "a high average latency on env:prod",
        "trace.http.request.duration.by.service.95p over service:{svc} was > {s} on average during "
        "the last {min}m|{svc} response time is above {ms} ms|web requests take longer than usual: "
        "anomalous average duration"),
    ROW(CLOUDWATCH, LATENCY,
        "{svc}-alb-TargetResponseTime-high|{svc}-Lambda-Duration-P95|api-gateway-{svc}-Latency",
        "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold ({s}) "
        "for TargetResponseTime|IntegrationLatency of {svc} exceeds {ms} milliseconds"),
    ROW(PAGERDUTY, LATENCY, "{svc}: page loads are slow|Degraded response time for {svc}",
        "Customers report that {svc} is very slow|{svc} takes {s} seconds to answer|sluggish "
        "performance in {svc}"),
    ROW(GRAFANA, LATENCY, "[FIRING:1] {svc} p99 response time|[Alerting] {svc} SLO latency burn",
        "histogram_quantile(0.99) of {svc} is {s}|latency objective of {svc} burns its budget"),
    ROW(ZABBIX, LATENCY,
        "Web scenario step response time is too high on {host}|{host}: High ICMP ping response "
        "time",
        "Response time of {url} is more than {s}s|Average response time over 5m is {ms}ms"),
    ROW(NAGIOS, LATENCY, "** PROBLEM Service Alert: {host}/HTTP response time is WARNING **",
        "HTTP WARNING: HTTP/1.1 200 OK - {n} bytes in {s} second response time|time {s}s exceeds "
        "critical threshold"),
    ROW(SENTRY, LATENCY, "p95(transaction.duration) above {ms}ms|Slow transaction in {svc}",
        "Transaction duration alert: /api/{svc} is taking longer|Apdex of {svc} dropped below 0.7"),
    ROW(NEWRELIC, LATENCY, "Apdex (Low) for {svc}|Web transactions time (High) on {svc}",
        "Apdex < 0.5 for at least {min} minutes on '{svc}'|Response time > {s} seconds for at "
        "least "
        "{min} minutes|Transaction duration deviated from the baseline"),
    ROW(AZURE, LATENCY, "{svc} Average Response Time|HttpResponseTime-{svc}-Sev2",
        "Average of metric 'Response time' is greater than {s}|server response time degradation in "
        "Application Insights for {svc}"),

    /* ---- errors ---- */
    ROW(PROMETHEUS, ERRORS,
        "HighErrorRate|Http5xxRatioHigh|ErrorBudgetBurn|GrpcErrorsHigh|KubeAPIErrorBudgetBurn|"
        "IngressHttpErrors|RequestFailures|SuccessRateLow",
        "{pct}% of requests to {svc} return 5xx|error ratio of {svc} is {pct}%|{svc} fails {pct}% "
        "of its requests|high rate of failed calls from {svc}"),
    ROW(DATADOG, ERRORS,
        "[Triggered] Error rate of {svc} is abnormal|Service {svc} has a high error rate on "
        "env:prod|HTTP 5xx on {svc}",
        "trace.http.request.errors / trace.http.request.hits is {pct}|more than {n} errors in logs "
        "of {svc}|error tracking: new issue spike in {svc}"),
    ROW(CLOUDWATCH, ERRORS,
        "{svc}-HTTPCode_Target_5XX_Count|{svc}-lambda-Errors|apigw-{svc}-5XXError",
        "Sum of Errors for function {svc} was greater than the threshold|5XXError >= {n} for 1 "
        "datapoint within {min} minutes"),
    ROW(PAGERDUTY, ERRORS,
        "Elevated errors in {svc}|{svc}: users cannot log in|{svc} requests fail",
        "Customers see error pages when using {svc}|{svc} returns internal server error for "
        "{pct}% of customers|many failed payments in {svc}"),
    ROW(GRAFANA, ERRORS, "[FIRING:2] {svc} error ratio|[Alerting] 500s on {svc}",
        "rate of status 5.. is {pct}|availability of {svc} dropped to {pct}%|{svc} SLO error "
        "budget "
        "nearly consumed"),
    ROW(ZABBIX, ERRORS, "Failed step of scenario \"{svc}\" on {host}|{host}: HTTP 503 responses",
        "Last error message of scenario: response code 500 did not match|required pattern not "
        "found in response|{host}: {n} interface errors"),
    ROW(NAGIOS, ERRORS, "** PROBLEM Service Alert: {host}/HTTP is CRITICAL **",
        "HTTP CRITICAL: HTTP/1.1 500 Internal Server Error - {n} bytes|HTTP CRITICAL - Invalid "
        "HTTP "
        "response received: 502 Bad Gateway"),
    ROW(SENTRY, ERRORS,
        "Number of errors in {svc} above {n}|New issue in {svc}: unhandled exception|[Regression] "
        "issue in {svc}",
        "{n} events in the last hour: TypeError: cannot read property|UnhandledPromiseRejection in "
        "{svc}|crash free sessions rate fine, but failure_rate() above {pct}%"),
    ROW(NEWRELIC, ERRORS, "Error percentage (High) on {svc}|Synthetic check failed: {svc} journey",
        "Error percentage > {pct}% for at least {min} minutes on '{svc}'|Monitor failed for "
        "location: assertion on status code failed"),
    ROW(AZURE, ERRORS, "Failure Anomalies - {svc}|{svc} Http Server Errors|{svc}-failed-requests",
        "Total of metric 'Http 5xx' is greater than {n}|Abnormal rise in failed request rate for "
        "{svc}|exceptions/count exceeded the dynamic threshold"),

    /* ---- saturation ---- */
    ROW(PROMETHEUS, SATURATION,
        "HostHighCpuLoad|NodeFilesystemAlmostOutOfSpace|ContainerMemoryUsage|CPUThrottlingHigh|"
        "KubePersistentVolumeFillingUp|NodeFileDescriptorLimit|ThreadPoolExhausted|"
        "KubeMemoryOvercommit|KubeHpaMaxedOut|JvmHeapUsage|HostOutOfInodes",
        "CPU load of {host} is {pct}%|filesystem on {path} at {host} has only {pct}% available "
        "space left|memory usage of {svc} is over {pct}% of its limit|{pct}% throttling of CPU in "
        "container {svc}|connection pool of {svc} has no free connections"),
    ROW(DATADOG, SATURATION,
        "[Triggered] CPU usage is high on {host}|Disk space is low on {host}|Memory usage for "
        "{svc} is above {pct}%",
        "avg(last_5m):avg:system.cpu.user is {pct}|system.disk.in_use on {path} over {pct}|"
        "kubernetes.memory.usage_pct of {svc} is close to its limit"),
    ROW(CLOUDWATCH, SATURATION,
        "{svc}-CPUUtilization-High|{host}-DiskSpaceUtilization|{svc}-MemoryUtilization|"
        "{svc}-lambda-ConcurrentExecutions|{svc}-CPUCreditBalance-low|EBS-BurstBalance",
        "CPUUtilization was greater than or equal to the threshold ({pct})|disk_used_percent "
        "crossed {pct} on {host}|mem_used_percent of {host} > {pct}|Throttles of {svc} above 0"),
    ROW(PAGERDUTY, SATURATION, "{host} is running out of disk|{svc} is overloaded",
        "{path} on {host} is {pct}% full|all workers of {svc} are busy|no memory left on "
        "{host}|the "
        "quota of {svc} is used up"),
    ROW(GRAFANA, SATURATION, "[FIRING:3] Node memory pressure|[Alerting] CPU usage {svc}",
        "node_memory_MemAvailable is under {pct}%|{svc} uses {pct}% of its cores|volume {path} "
        "predicted to be full in {n} hours"),
    ROW(ZABBIX, SATURATION,
        "High CPU utilization on {host} (over {pct}% for 5m)|{path}: Disk space is critically low "
        "(used > {pct}%)|Lack of available memory on {host}|High swap space usage on {host}|Load "
        "average is too high on {host}",
        "CPU utilization is too high. The system might be slow to respond.|Space used: {n} GB of "
        "{n} GB ({pct}%)|running out of free inodes (free < {pct}%)"),
    ROW(NAGIOS, SATURATION,
        "** PROBLEM Service Alert: {host}/Disk is CRITICAL **|{host}/Current Load is WARNING|"
        "{host}/Memory is CRITICAL|{host}/Swap Usage is WARNING",
        "DISK CRITICAL - free space: {path} {n} MB ({pct}% inode={pct}%)|WARNING - load average: "
        "{s}, {s}, {s}|SWAP CRITICAL - {pct}% free|too many open files on {host}"),
    ROW(SENTRY, SATURATION, "Quota of events is used up for {svc}|{svc} is rate limited",
        "Your organization has consumed {pct}% of its error quota|memory use of {svc} exceeded "
        "budget"),
    ROW(NEWRELIC, SATURATION, "CPU % (High) on {host}|Disk used % > {pct} on {host}|Memory (High)",
        "CPU % > {pct} for at least {min} minutes on '{host}'|Fullest disk percentage of {host} is "
        "{pct}|JVM heap memory usage of {svc} > {pct}%"),
    ROW(AZURE, SATURATION,
        "{host} Percentage CPU|{svc}-CpuPercentage|Available Memory Bytes {host}|{svc}-DTU-percent",
        "Average of metric 'Percentage CPU' is greater than {pct}|OS disk queue depth and used "
        "capacity high on {host}|App Service plan {svc} memory percentage {pct}"),

    /* ---- crash ---- */
    ROW(PROMETHEUS, CRASH,
        "KubePodCrashLooping|ContainerOOMKilled|PodRestartingTooOften|KubeletEvictions|"
        "HostRebooted|"
        "ProcessRestarts",
        "Pod {ns}/{svc}-{n} is restarting {n} times / 10 minutes|container {svc} was OOM killed "
        "{n} "
        "times|{svc} crash loops|{host} has rebooted"),
    ROW(DATADOG, CRASH,
        "[Triggered] Pod {svc} is in CrashLoopBackOff|Containers of {svc} restart often|OOMKilled "
        "in "
        "namespace {ns}",
        "kubernetes.containers.restarts increased by {n}|process exited with code 137 in {svc}"),
    ROW(CLOUDWATCH, CRASH, "ecs-{svc}-task-stopped|{svc}-pod_number_of_container_restarts",
        "Essential container in task exited|ECS tasks of {svc} stop unexpectedly with exit code 1"),
    ROW(PAGERDUTY, CRASH, "{svc} keeps crashing|{host} rebooted unexpectedly",
        "{svc} died and was started again {n} times|segmentation fault in {svc}"),
    ROW(GRAFANA, CRASH, "[FIRING:1] Container restarts {svc}|[Alerting] OOM events",
        "increase of kube_pod_container_status_restarts_total is {n}|out-of-memory kills on "
        "{host}"),
    ROW(ZABBIX, CRASH, "{host} has been restarted (uptime < 10m)|Pod {svc} is crash looping",
        "The device uptime is less than 10 minutes|process {svc} terminated and was respawned"),
    ROW(NAGIOS, CRASH, "{host}/Uptime is WARNING - host rebooted|{host}/core dumps is CRITICAL",
        "uptime is {n} minutes, reboot detected|{svc} dumped core|process restarted by supervisor"),
    ROW(SENTRY, CRASH, "Crash free session rate below {pct}%|App crash: SIGSEGV in {svc}",
        "crash_free_rate of release {n} dropped|fatal signal, application terminated"),
    ROW(NEWRELIC, CRASH, "Container restarted: {svc}|Crash rate (High) on {svc}",
        "K8s container restartCount > {n}|pod was terminated with reason OOMKilled|app crashes "
        "increased"),
    ROW(AZURE, CRASH, "{svc} Restarting container count|{host} was restarted (Resource Health)",
        "OOM killed containers in cluster|container {svc} terminated and restarted|VM rebooted due "
        "to host failure"),

    /* ---- scheduling ---- */
    ROW(PROMETHEUS, SCHEDULING,
        "KubePodNotReady|KubeDeploymentReplicasMismatch|KubeContainerWaiting|KubeNodeNotReady|"
        "KubeDaemonSetRolloutStuck|KubeStatefulSetReplicasMismatch",
        "Pod {ns}/{svc} has been in a non-ready state for longer than 15 minutes|deployment {svc} "
        "has not matched the expected number of replicas|{n} pods are pending|{svc} waits for its "
        "image"),
    ROW(DATADOG, SCHEDULING,
        "[Triggered] Pods of {svc} are pending|Deployment {svc} replicas below desired|"
        "ImagePullBackOff in {ns}",
        "kubernetes_state.deployment.replicas_unavailable is {n}|pod cannot be scheduled: "
        "insufficient cpu|node {host} is unschedulable"),
    ROW(CLOUDWATCH, SCHEDULING, "ecs-{svc}-RunningTaskCount-low|eks-pending-pods",
        "service {svc} was unable to place a task because no container instance met its "
        "requirements|desired count of {svc} not reached"),
    ROW(PAGERDUTY, SCHEDULING, "Rollout of {svc} is stuck|Pods of {svc} cannot be scheduled",
        "new pods of {svc} do not start|the deployment of {svc} has not finished for {min} "
        "minutes"),
    ROW(GRAFANA, SCHEDULING, "[FIRING:1] Pending pods|[Alerting] unavailable replicas of {svc}",
        "kube_pod_status_phase Pending for {min}m|{n} replicas of {svc} unavailable"),
    ROW(ZABBIX, SCHEDULING, "Kubernetes: Deployment {svc} replicas mismatch|Pod {svc} not ready",
        "Deployment has not matched the expected number of replicas|node {host} is not ready, pods "
        "are not scheduled"),
    ROW(NAGIOS, SCHEDULING, "{host}/k8s pods is CRITICAL|{host}/replicaset is WARNING",
        "CRITICAL: {n} pods pending, {n} not ready|WARNING: {svc} 1/3 replicas available"),
    ROW(NEWRELIC, SCHEDULING, "Pod is not ready: {svc}|Pods missing in deployment {svc}",
        "K8s deployment podsMissing > 0|pod {svc} unable to be scheduled for {min} minutes"),
    ROW(AZURE, SCHEDULING, "{svc} Pods in pending state|KubePodReadyState {svc}",
        "Ready state of pods fell under {pct}%|pods of {svc} failed to schedule on node pool"),

    /* ---- database ---- */
    ROW(PROMETHEUS, DATABASE,
        "PostgresqlReplicationLag|MySQLSlowQueries|PostgresqlDeadLocks|MysqlTooManyConnections|"
        "MongodbReplicaMemberUnhealthy|PostgresqlTooManyLocksAcquired|MysqlInnodbLogWaits",
        "Postgres on {host} has {n} deadlocks|MySQL {host} has {n} slow queries|replication lag of "
        "{host} is {s} seconds|dead tuples on {host}, vacuum is behind"),
    ROW(DATADOG, DATABASE,
        "[Triggered] MySQL replication lag on {host}|Postgres connections at {pct}% on {host}|Slow "
        "queries on database {svc}",
        "postgresql.percent_usage_connections over {pct}|mysql.performance.slow_queries increased|"
        "mongodb.replset.health is 0"),
    ROW(CLOUDWATCH, DATABASE,
        "rds-{svc}-DatabaseConnections|rds-{svc}-ReplicaLag|aurora-{svc}-Deadlocks|"
        "dynamodb-{svc}-ThrottledRequests|rds-{svc}-FreeStorageSpace",
        "ReplicaLag greater than {n} seconds on DB instance {svc}|ReadLatency of DB cluster {svc} "
        "is "
        "high|DBLoad exceeds the number of vCPUs"),
    ROW(PAGERDUTY, DATABASE, "Database {svc} is struggling|Primary database failover of {svc}",
        "queries against the {svc} database time out|sessions wait for locks in the database|"
        "statements pile up on the primary"),
    ROW(GRAFANA, DATABASE, "[FIRING:1] Postgres locks|[Alerting] mysql threads running",
        "pg_locks_count above {n}|mysql_global_status_threads_running is {n}|slow statements in "
        "{svc}"),
    ROW(ZABBIX, DATABASE,
        "MySQL: Server has slow queries (over {n} for 5m)|PostgreSQL: Replication lag is too high|"
        "MySQL: Buffer pool utilization is too low|Number of active connections is too high",
        "The number of slow queries is more than {n}|deadlock occurred on database {svc}|Oracle "
        "tablespace {svc} is {pct}% used"),
    ROW(NAGIOS, DATABASE, "{host}/MySQL Replication is CRITICAL|{host}/POSTGRES_LOCKS is WARNING",
        "Slave IO: Yes Slave SQL: No Seconds Behind Master: {n}|POSTGRES_BLOAT WARNING|"
        "POSTGRES_LOCKS CRITICAL: total locks: {n}"),
    ROW(SENTRY, DATABASE, "Slow DB Query in {svc}|N+1 Query detected in {svc}",
        "db.sql.query took {ms}ms|OperationalError: deadlock detected in database"),
    ROW(NEWRELIC, DATABASE, "Database time (High) on {svc}|RDS instance {svc} connections (High)",
        "Database transaction time > {ms} ms|slow sql traces in {svc}|Redis evictions and "
        "datastore "
        "time high"),
    ROW(AZURE, DATABASE, "{svc} sql deadlock|Cosmos DB {svc} normalized RU|{svc}-replication-lag",
        "Total of metric 'Deadlocks' is greater than 0|SQL database {svc} workers percentage {pct}|"
        "PostgreSQL flexible server {svc} active connections above {n}"),

    /* ---- network ---- */
    ROW(PROMETHEUS, NETWORK,
        "NodeNetworkReceiveErrs|PacketLossHigh|CoreDNSDown|HostNetworkInterfaceSaturated|"
        "TCPRetransmissions|BlackboxProbeUnreachable|NodeNetworkInterfaceFlapping",
        "{pct}% packet loss between {host} and {host}|interface eth0 of {host} flaps|DNS lookups "
        "fail on {host}|{n} retransmits a second on {host}"),
    ROW(DATADOG, NETWORK, "[Triggered] TCP retransmits on {host}|DNS resolution fails for {svc}",
        "system.net.tcp.retrans_segs is {n}|network throughput dropped between {host} and {host}"),
    ROW(CLOUDWATCH, NETWORK,
        "nat-gateway-ErrorPortAllocation|vpn-{host}-TunnelState|{host}-NetworkPacketsDropped",
        "TunnelState of the VPN is 0|PacketsDropCount above {n}|Direct Connect ConnectionState "
        "down"),
    ROW(PAGERDUTY, NETWORK, "Link between data centers is down|Packet loss in {host}",
        "BGP session with peer lost|hosts in the zone cannot reach each other|network partition"),
    ROW(GRAFANA, NETWORK, "[FIRING:1] Interface errors on {host}|[Alerting] DNS failures",
        "node_network_transmit_errs of {host} is {n}|packets are dropped on {host}"),
    ROW(ZABBIX, NETWORK,
        "Interface eth1: Link down on {host}|{host}: High ICMP ping loss|Interface: High error "
        "rate "
        "on {host}|Unavailable by ICMP ping {host}",
        "ICMP ping loss is {pct}%|Ethernet has changed to lower speed|link state: down"),
    ROW(NAGIOS, NETWORK, "{host}/PING is CRITICAL|{host}/DNS is CRITICAL|Host {host} UNREACHABLE",
        "PING CRITICAL - Packet loss = {pct}%, RTA = {ms} ms|DNS CRITICAL - query timed "
        "out|CRITICAL "
        "- Network Unreachable ({host})"),
    ROW(SENTRY, NETWORK, "Network errors in {svc} clients|Failed to fetch: {svc}",
        "ERR_NAME_NOT_RESOLVED for {url}|connection reset by peer reported by clients"),
    ROW(NEWRELIC, NETWORK, "Network unreachable: {host}|Packet loss (High) {host}",
        "Receive errors per second > {n} on {host}|DNS lookup failed in synthetic monitor"),
    ROW(AZURE, NETWORK, "{host} ExpressRoute BGP availability|{svc} SNAT port exhaustion network",
        "Load balancer data path availability below {pct}|VPN gateway tunnel disconnected|dropped "
        "packets on {host}"),

    /* ---- backlog ---- */
    ROW(PROMETHEUS, BACKLOG,
        "KafkaConsumerGroupLag|RabbitmqQueueFillingUp|RabbitmqTooManyUnackedMessages|"
        "QueueBacklogGrowing|PrometheusRuleEvaluationSlowBacklog|KafkaConsumersLag",
        "consumer group {svc} is {n} messages behind on topic {topic}|queue {topic} has {n} "
        "messages|{n} unacknowledged messages in {topic}|jobs wait longer than {min} minutes in "
        "the queue"),
    ROW(DATADOG, BACKLOG,
        "[Triggered] Consumer lag on {topic}|Queue depth of {topic} is high|RabbitMQ messages "
        "ready",
        "kafka.consumer_lag for {svc} over {n}|aws.sqs.approximate_age_of_oldest_message is {n}"),
    ROW(CLOUDWATCH, BACKLOG,
        "sqs-{topic}-ApproximateNumberOfMessagesVisible|kinesis-{topic}-IteratorAgeMilliseconds|"
        "sqs-{topic}-dlq-not-empty",
        "ApproximateAgeOfOldestMessage was greater than the threshold|GetRecords.IteratorAge is "
        "behind by {n} ms|messages in dead letter queue {topic}"),
    ROW(PAGERDUTY, BACKLOG, "Processing of {topic} is behind|Mail queue grows on {host}",
        "orders pile up and are not processed|{svc} has fallen behind by {n} events|backlog of "
        "{topic} is {n}"),
    ROW(GRAFANA, BACKLOG, "[FIRING:1] Kafka lag {svc}|[Alerting] Queue size {topic}",
        "kafka_consumergroup_lag is {n}|oldest message in {topic} is {min} minutes old"),
    ROW(ZABBIX, BACKLOG,
        "RabbitMQ: Too many messages in queue {topic}|Zabbix server: More than 100 items having "
        "missing data for more than 10 minutes in queue|Mail queue on {host} is large",
        "Messages in queue > {n}|consumer lag of {svc} is {n}"),
    ROW(NAGIOS, BACKLOG, "{host}/Mail Queue is WARNING|{host}/rabbitmq_queue is CRITICAL",
        "WARNING: mailq is {n} (threshold w={n})|RABBITMQ_QUEUE CRITICAL - messages {n}|spool has "
        "{n} waiting items"),
    ROW(SENTRY, BACKLOG, "Celery queue {topic} backed up|Ingestion backlog in {svc}",
        "tasks wait {min} minutes in queue {topic}|queue time of {topic} above {s}s"),
    ROW(NEWRELIC, BACKLOG, "Queue backlog (High) {topic}|Kafka consumer offset lag {svc}",
        "consumer.lag > {n} for at least {min} minutes|SQS messages visible above {n}"),
    ROW(AZURE, BACKLOG,
        "{topic} Active Messages|servicebus-{topic}-deadletter|EventHub {topic} lag",
        "Average of metric 'Active messages' is greater than {n}|dead-lettered messages in queue "
        "{topic}|incoming and outgoing messages differ: backlog of {n}"),

    /* ---- missing ---- */
    ROW(PROMETHEUS, MISSING,
        "TargetDown|InstanceDown|KubeletDown|AbsentMetrics|PrometheusTargetMissing|"
        "NodeExporterDown|"
        "{svc}Down|KubeSchedulerDown|DeadMansSwitchMissing",
        "{host} of job {svc} has been down for more than {min} minutes|{pct}% of the {svc} targets "
        "are down|no metrics from {svc} since {min} minutes|{svc} has disappeared from target "
        "discovery"),
    ROW(DATADOG, MISSING,
        "[No Data] {svc} heartbeat|[Triggered] Host {host} stopped reporting|Service check: {svc} "
        "is down",
        "datadog.agent.up has not reported from {host}|no data received in the last {min} minutes|"
        "process {svc} is not running"),
    ROW(CLOUDWATCH, MISSING,
        "{host}-StatusCheckFailed|{svc}-UnHealthyHostCount|{svc}-canary-no-data|"
        "HealthCheckStatus-{svc}",
        "StatusCheckFailed_Instance is 1 for {host}|insufficient data: no datapoints were received|"
        "route 53 health check of {url} is unhealthy"),
    ROW(PAGERDUTY, MISSING, "{svc} is down|{host} does not respond|Site {url} is DOWN",
        "{svc} is not reachable from outside, complete outage|no heartbeat from {svc}|{host} went "
        "offline"),
    ROW(GRAFANA, MISSING, "[FIRING:1] DatasourceNoData|[Alerting] {svc} up == 0|[NoData] {svc}",
        "up{job=\"{svc}\"} is 0|no data from {svc} for {min}m|instance {host} is offline"),
    ROW(ZABBIX, MISSING,
        "Zabbix agent is not available (for 3m) on {host}|{svc}: Service is down|{host}: No SNMP "
        "data collection|{svc}: Process is not running",
        "agent on {host} is unreachable for 5 minutes|no values received for 10m|Service {svc} is "
        "not running (state: stopped)"),
    ROW(NAGIOS, MISSING,
        "** PROBLEM Host Alert: {host} is DOWN **|{host}/SSH is CRITICAL|{host}/procs {svc} is "
        "CRITICAL",
        "CRITICAL - Host not responding|PROCS CRITICAL: 0 processes with command name '{svc}'|"
        "connect to address {host} and port 22: Connection refused|Service check timed out, "
        "results "
        "stale"),
    ROW(SENTRY, MISSING, "Uptime check failed for {url}|No events received from {svc}",
        "{url} is down: the uptime monitor got no answer|project {svc} stopped sending events"),
    ROW(NEWRELIC, MISSING, "Host Not Reporting: {host}|{svc} signal lost|Ping monitor down: {url}",
        "Signal lost for at least {min} minutes|process not running on {host}: {svc}|loss of "
        "signal "
        "on '{svc}'"),
    ROW(AZURE, MISSING,
        "{host} Heartbeat lost|{svc} availability test failed|{host} VM unavailable",
        "VM availability metric is less than 1|no heartbeat from {host} for {min} minutes|resource "
        "health: {svc} is unavailable"),

    /* ---- traffic ---- */
    ROW(PROMETHEUS, TRAFFIC, "RequestRateAnomaly|TrafficDrop|HighRequestVolume|NoTrafficOnIngress",
        "request rate of {svc} is {n} times that of last week|{svc} gets {n} requests per second|"
        "traffic of {svc} dropped by {pct}%"),
    ROW(DATADOG, TRAFFIC, "[Triggered] Traffic anomaly on {svc}|Throughput of {svc} is unusual",
        "trace.http.request.hits deviates from its forecast|requests per second of {svc} doubled"),
    ROW(CLOUDWATCH, TRAFFIC, "{svc}-alb-RequestCount-anomaly|{svc}-Invocations-spike",
        "RequestCount is outside the anomaly detection band|Invocations of {svc} above {n}"),
    ROW(PAGERDUTY, TRAFFIC, "Traffic spike on {svc}|Order volume is much lower than expected",
        "{svc} receives far more requests than usual|possible attack: {n} requests per second"),
    ROW(GRAFANA, TRAFFIC, "[FIRING:1] {svc} RPS|[Alerting] request volume {svc}",
        "rate(http_requests_total) of {svc} is {n}|queries per second beyond the usual band"),
    ROW(ZABBIX, TRAFFIC, "Nginx: High number of requests on {host}|Unusual traffic on {host}",
        "Requests per second: {n}|HTTP request rate changed by {pct}%"),
    ROW(NAGIOS, TRAFFIC, "{host}/requests per second is WARNING",
        "WARNING: {n} req/s (w={n})|"
        "hits per minute {n}, usual {n}"),
    ROW(SENTRY, TRAFFIC, "Throughput of {svc} changed|epm() above {n} transactions",
        "transactions per minute of {svc} doubled|unusual number of sessions"),
    ROW(NEWRELIC, TRAFFIC, "Throughput (Low) on {svc}|Throughput (High) on {svc}",
        "Throughput < {n} requests per minute|Requests per minute deviated from the baseline"),
    ROW(AZURE, TRAFFIC, "{svc} Requests count|{svc}-request-volume",
        "Total of metric 'Requests' is greater than {n}|number of requests differs from the usual "
        "pattern"),

    /* ---- certificates and secrets ---- */
    ROW(PROMETHEUS, CERTIFICATE,
        "CertificateExpiresSoon|KubeClientCertificateExpiration|CertManagerCertNotReady|"
        "BlackboxSslCertificateWillExpireSoon|VaultTokenExpiry",
        "the certificate of {url} expires in {n} days|client certificate is expiring in less than "
        "24 hours|TLS certificate {svc} was not renewed"),
    ROW(DATADOG, CERTIFICATE, "[Triggered] SSL certificate of {url} expires",
        "ssl.days_left is {n} for {url}|secret of {svc} expires in {n} days"),
    ROW(CLOUDWATCH, CERTIFICATE, "acm-{svc}-DaysToExpiry",
        "DaysToExpiry less than {n} for the "
        "ACM certificate|certificate renewal of "
        "{svc} failed validation"),
    ROW(PAGERDUTY, CERTIFICATE, "Certificate of {url} has expired",
        "browsers refuse {url}: expired TLS certificate|credentials of {svc} run out tomorrow"),
    ROW(GRAFANA, CERTIFICATE, "[Alerting] TLS expiry {url}",
        "probe_ssl_earliest_cert_expiry in {n} days|x509 certificate of {svc} near its end"),
    ROW(ZABBIX, CERTIFICATE,
        "Cert: SSL certificate expires soon on {host}|SSL certificate is "
        "invalid on {host}",
        "The SSL certificate for {url} expires in {n} days|certificate fingerprint has changed"),
    ROW(NAGIOS, CERTIFICATE, "{host}/SSL Certificate is WARNING",
        "WARNING - Certificate '{url}' expires in {n} day(s)|CRITICAL - Certificate expired"),
    ROW(SENTRY, CERTIFICATE, "SSLError: certificate verify failed in {svc}",
        "certificate has expired while calling {url}|signing certificate of {svc} is not trusted"),
    ROW(NEWRELIC, CERTIFICATE, "Certificate check failed: {url}",
        "SSL certificate expires within {n} days|CERT_CHECK monitor failed for {url}"),
    ROW(AZURE, CERTIFICATE, "KeyVault {svc} certificate near expiry|{svc}-secret-expiry",
        "certificate in key vault {svc} will expire|client secret of app registration {svc} "
        "expires "
        "in {n} days"),

    /* ---- jobs ---- */
    ROW(PROMETHEUS, JOB,
        "KubeJobFailed|KubeJobNotCompleted|CronJobSuspended|BackupFailed|KubeCronJobRunning|"
        "BatchJobMissedSchedule",
        "Job {ns}/{svc} failed to complete|last successful backup of {svc} is {n} hours ago|cron "
        "job {svc} takes more than 1h to complete|nightly batch {svc} did not finish"),
    ROW(DATADOG, JOB, "[Triggered] Cron job {svc} failed|Airflow DAG {svc} failed",
        "kubernetes_state.job.failed for {svc}|scheduled task {svc} did not run"),
    ROW(CLOUDWATCH, JOB,
        "glue-{svc}-job-failed|backup-{svc}-NumberOfBackupJobsFailed|"
        "stepfunctions-{svc}-ExecutionsFailed",
        "AWS Backup job for {svc} failed|Batch job {svc} has moved to FAILED|state machine "
        "execution "
        "aborted"),
    ROW(PAGERDUTY, JOB, "Nightly export {svc} failed|Backup of {svc} did not run",
        "the scheduled import of {svc} failed|payroll batch job ended with an error"),
    ROW(GRAFANA, JOB, "[Alerting] backup age {svc}|[FIRING:1] cron {svc} failed",
        "kube_job_status_failed of {svc} is 1|no successful run of {svc} in {n} hours"),
    ROW(ZABBIX, JOB, "Backup of {host} failed|Job {svc}: last run failed",
        "last backup is older than 24h|scheduled task {svc} returned a non-zero result"),
    ROW(NAGIOS, JOB, "{host}/backup is CRITICAL|{host}/cron_{svc} is WARNING",
        "BACKUP CRITICAL: last successful dump {n} hours ago|rsync job {svc} exited 23|CRON: {svc} "
        "has not run since yesterday"),
    ROW(SENTRY, JOB, "Cron monitor {svc} missed a check-in|Cron failure: {svc}",
        "monitor {svc}: a missed check-in was detected|cron job {svc} timed out"),
    ROW(NEWRELIC, JOB, "Scheduled job {svc} failed|Backup job status {svc}",
        "no completed run of job {svc} for {n} hours|job result is FAILED"),
    ROW(AZURE, JOB,
        "{svc} Failed pipeline runs|Backup failure {host}|Automation runbook {svc} failed",
        "Data factory pipeline {svc} failed|backup job of {host} failed|logic app {svc} runs "
        "failed"),

    /* ---- tests, and what always fires ---- */
    ROW(PROMETHEUS, TEST, "Watchdog|InfoInhibitor|DeadMansSwitch|AlwaysFiring|TestAlert",
        "This is an alert meant to ensure that the entire alerting pipeline is functional.|This "
        "alert is always firing|test of the notification route, please ignore"),
    ROW(DATADOG, TEST, "[TEST] [Triggered] {svc}|[Test] monitor notification",
        "This is a test notification|sent as a test by a user, no action needed"),
    ROW(CLOUDWATCH, TEST, "test-alarm-please-ignore",
        "Setting alarm state manually for testing|"
        "dummy alarm to test SNS delivery"),
    ROW(PAGERDUTY, TEST, "Test incident|[TEST] ignore me|Game day drill",
        "this is only a drill|manual test of escalation policy"),
    ROW(GRAFANA, TEST, "[FIRING:1] TestAlert|Test notification",
        "Notification test: contact point "
        "works|sample alert for testing"),
    ROW(ZABBIX, TEST, "Test trigger|Media type test",
        "Test message from Zabbix|this is the test "
        "message"),
    ROW(NAGIOS, TEST, "{host}/dummy is CRITICAL test",
        "check_dummy: test alert|CUSTOM notification: "
        "testing the pager"),
    ROW(SENTRY, TEST, "This is an example exception|Sample event",
        "This is an example Python exception|test event sent from settings"),
    ROW(NEWRELIC, TEST, "Test notification from workflow",
        "this is a test issue to validate the "
        "destination|sample payload"),
    ROW(AZURE, TEST, "test action group|Sample alert (test)",
        "This is a test notification from the "
        "action group|test alert fired"),

    /* ---- what does not say what is wrong ---- */
    ROW(PROMETHEUS, UNKNOWN, "{svc}Alert|ServiceDegraded|Incident{n}",
        "{svc} needs attention|something is wrong with {svc}|see the dashboard of {svc}"),
    ROW(DATADOG, UNKNOWN, "[Triggered] Composite monitor {svc}|[Warn] {svc} monitor",
        "composite of {n} monitors|{svc} is degraded, see runbook"),
    ROW(CLOUDWATCH, UNKNOWN, "{svc}-composite-alarm|{svc}-alarm-{n}",
        "ALARM state entered for {svc}|"
        "child alarm in ALARM"),
    ROW(PAGERDUTY, UNKNOWN, "Incident #{n}|{svc} incident|Customer complaint about {svc}",
        "please investigate {svc}|partial degradation of {svc}|escalated by support"),
    ROW(GRAFANA, UNKNOWN, "[FIRING:1] {svc}|[Alerting] Panel Title alert",
        "value above threshold|"
        "rule {svc} fired"),
    ROW(ZABBIX, UNKNOWN, "Problem: {host}|Trigger {n}",
        "Problem started at {n} on {host}|operational "
        "data: {n}"),
    ROW(NAGIOS, UNKNOWN, "{host}/{svc} is UNKNOWN|{host}/check_{n} is WARNING",
        "(No output returned "
        "from plugin)|status "
        "unknown"),
    ROW(SENTRY, UNKNOWN, "Alert rule {svc} triggered|Issue assigned",
        "project {svc}, rule {n}|issue "
        "needs review"),
    ROW(NEWRELIC, UNKNOWN, "{svc} violated condition {n}|Policy {svc}: condition opened",
        "Critical incident opened on {svc}|an issue was activated"),
    ROW(AZURE, UNKNOWN, "Sev3 alert {svc}|Service health advisory",
        "Fired: Sev2 alert rule {svc}|a "
        "condition was met on {svc}"),

    /* ---- the same in other words ---- */
    ROW(PROMETHEUS, ERRORS,
        "ConfigReloadFailing|{svc}SyncFailed|NotificationsFailing|WriteErrors|DataCorruption|"
        "ReconcileErrors|{svc}CompactionHasFailed",
        "{svc} fails to reload its configuration|{svc} cannot send notifications|{svc} encountered "
        "{n} failures while writing|a corrupted block was found in {svc}|{n} failed attempts in "
        "{svc} within {min} minutes|uploads of {svc} are failing|{svc} could not process {n} "
        "items"),
    ROW(ZABBIX, ERRORS,
        "{svc}: Failed to fetch info data|{host}: Hardware disk errors|{svc}: status "
        "code is not 200",
        "{svc} reports read errors|uncorrectable errors on a drive of {host}|requests of {svc} are "
        "rejected"),
    ROW(NEWRELIC, ERRORS, "{svc} rejects orders|4xx responses (High) on {svc}",
        "{pct}% of customers are turned away with an error|checkouts are declined|client errors of "
        "{svc} exceed {pct}%"),
    ROW(PROMETHEUS, SATURATION,
        "{svc}CacheAlmostFull|TooManySeries|SampleLimitReached|ConntrackTableNearLimit|"
        "WorkersBusy|StorageFillingUp|EvictionsHigh",
        "{svc} evicts keys, its memory is used up|only {pct}% are left of {svc}'s capacity|{pct}% "
        "of "
        "the workers of {svc} are busy|storage of {host} is {pct}% used|{svc} reached the limit of "
        "{n} series|a process of {svc} uses nearly all the processor it may have|no file "
        "descriptors "
        "are left for {svc}"),
    ROW(ZABBIX, SATURATION,
        "{svc}: utilization of poller processes over {pct}%|{svc}: free memory in "
        "cache is low",
        "collector processes more than {pct}% busy|less than {pct}% free in the cache"),
    ROW(DATADOG, SATURATION, "I/O wait is high on {host}|Too many connected clients on {svc}",
        "CPU of {host} waits for storage {pct}% of the time|{svc} has {n} connected clients"),
    ROW(PROMETHEUS, LATENCY,
        "ProbeSlow|SlowScrapes|DiskReadLatencyHigh|RuleEvaluationSlow|WebhookLatency",
        "a probe of {svc} takes more than {s}s to complete|evaluation takes longer than its "
        "interval|write latency of the disk of {host} is {ms} ms|HTTP request took {s}s"),
    ROW(GRAFANA, LATENCY, "[FIRING:1] slow answers {svc}|[Alerting] time to first byte",
        "one request of {n} takes longer than {s} s|{svc} answers late"),
    ROW(PROMETHEUS, MISSING,
        "ProbeFailing|AllTargetsMissing|NoTargetsDiscovered|QuorumLost|ServiceNotRunning|"
        "LeaderMissing",
        "probe of {url} failed|no target of {svc} is left|the cluster {svc} has lost its quorum|a "
        "guest on {host} is not running|{svc} has no leader|{svc} stopped telling its numbers"),
    ROW(AZURE, MISSING, "{svc} Availability disruption|{svc} outage",
        "the service {svc} cannot be used "
        "at all|{svc} is disrupted"),
    ROW(NAGIOS, MISSING, "{host}/service state is CRITICAL",
        "service {svc} is stopped, state is not "
        "OK|the process is absent"),
    ROW(PROMETHEUS, NETWORK,
        "HighBandwidthUse|{svc}CannotConnect|ConnectivityLost|NetworkThroughputUnusual",
        "{svc} cannot connect to {host}|receive bandwidth of {host} is {pct}% used|{svc} is partly "
        "unreachable|connections between {svc} and {host} are interrupted"),
    ROW(DATADOG, NETWORK, "Host {host} unreachable from zone",
        "throughput out of {host} is high|"
        "partial reachability of {svc}"),
    ROW(PROMETHEUS, BACKLOG, "OldestJobTooOld|OrdersNotProcessed|WorkNotDone|NotificationsPilingUp",
        "the oldest job in {topic} waits since {min} minutes|fewer items are finished than are "
        "placed|"
        "notification queue has not been empty for {min} minutes"),
    ROW(NEWRELIC, BACKLOG, "Shipments behind orders", "half of what was ordered is not yet packed"),
    ROW(PROMETHEUS, TRAFFIC, "LogVolumeHigh|TooFewVisitors|CustomersMissing|IngestVolume",
        "hardly any customer comes in|{svc} writes more log lines than it should|twice the usual "
        "number of requests come in|{svc} is asked less than usual"),
    ROW(GRAFANA, TRAFFIC, "[Alerting] few logins|[FIRING:1] log volume",
        "logins per minute fell to {n}|"
        "ingested bytes of {svc} rose "
        "to {n}"),
    ROW(PROMETHEUS, DATABASE,
        "{svc}DatabaseStatementsMany|ReplicaSetWithoutPrimary|TablespaceFull|LongTransactions",
        "{svc} sends more statements than the database is sized for|a transaction is open for "
        "{min} "
        "minutes|Cassandra node has pending compactions|the binlog of {host} grows"),
    ROW(PROMETHEUS, CRASH, "UnitFailedAndRestarted|KernelKilledProcess|AbnormalRestart",
        "a process of {svc} ended by itself {n} times|the kernel killed {svc} for the memory it "
        "used|"
        "{svc} restarts for no known reason"),
    ROW(PROMETHEUS, JOB, "SnapshotFailed|NoBackupCovers|CleanupJobOverdue",
        "{n} guests are not covered by any backup|the hourly job of {svc} is overdue|no snapshot "
        "of "
        "{svc} was taken since yesterday"),
    ROW(PROMETHEUS, UNKNOWN, "IncidentUnderReview|QualityDegraded|{svc}Unhappy",
        "{svc} is degraded|quality of {svc} is worse than usual|success rate or latency of {svc} "
        "is "
        "off|latency or errors seen by users of {svc}"),

    /* ---- clusters, streams and runtimes ---- */
    ROW(PROMETHEUS, MISSING,
        "{svc}NoAliveWorkers|{svc}MissingLeader|{svc}NodesLost|{svc}NotRunning|{svc}HasNoPrimary|"
        "{svc}MembersLow|{svc}ClusterUnavailable",
        "no workers of {svc} are alive|fewer than {n} live nodes are left in {svc}|no job of {svc} "
        "is "
        "running|no brokers are registered with {svc}|the cluster has no capacity left to process "
        "because all members are gone|{svc} is not sending heartbeats|{svc} service is "
        "unavailable"),
    ROW(GRAFANA, MISSING, "[Alerting] live nodes {svc}|[FIRING:1] broker count",
        "only {n} of {n} brokers "
        "are online|replica "
        "set member is gone"),
    ROW(PROMETHEUS, ERRORS,
        "{svc}CheckpointFailures|{svc}TaskFailureRate|{svc}UpdateErrors|{svc}QueryErrors|"
        "{svc}ReplicationErrors|{svc}FailedToStart|{svc}AuthenticationFailures|{svc}SinkErrors",
        "job {svc} has {n} failed checkpoints|executor {n} has only failing tasks|unusually high "
        "number "
        "of task failures|{svc} has failed updates for replica {n}|more than {n} function errors a "
        "minute|error log entries were written by {svc}|{n} tasks of {svc} failed to start|drive "
        "of "
        "{host} reports errors|backup store answers with errors|snapshots are rejected with "
        "errors"),
    ROW(DATADOG, ERRORS, "[Triggered] Streaming job {svc} errors|Indexing failures on {svc}",
        "failed shards of {svc} increased|records of {topic} could not be written|logins are "
        "rejected"),
    ROW(PROMETHEUS, SATURATION,
        "{svc}GcTimeHigh|{svc}HeapHigh|{svc}SlotsUsed|{svc}CoresExhausted|{svc}MemoryExhausted|"
        "{svc}RssHigh|GcPressure|NodeMemoryPressure|NodeDiskPressure|NodePodCapacity|{svc}"
        "GoroutinesHigh|"
        "{svc}StoreUsageHigh|TooManyConnections{svc}|{svc}ConnectionsHigh|TooManyThreads|"
        "MemoryLeak",
        "{svc} spends more than {pct}% of its time in garbage collection|worker {svc} has no free "
        "cores|"
        "all task slots are in use|{svc} has more than {n} active connections|store usage is over "
        "{pct}%|node {host} has MemoryPressure condition|{host} is out of pod capacity|{svc} runs "
        "too "
        "many major collections, indicating memory pressure|potential memory leak in "
        "{svc}|resident "
        "memory of {svc} is above {n} MB|number of subscriptions is close to its limit|low disk "
        "space "
        "is left in the cluster"),
    ROW(NEWRELIC, SATURATION, "GC CPU time (High) on {svc}|Thread count (High) on {svc}",
        "garbage collection takes {pct}% of CPU|{svc} opened {n} threads|cluster storage is nearly "
        "used "
        "up"),
    ROW(PROMETHEUS, BACKLOG,
        "{svc}Backpressure|{svc}PendingBytes|{svc}QueueGrowing|{svc}CompactionPending|"
        "SubscriptionBacklog|PickupDelay",
        "task {svc} is backpressured|{svc} cannot keep up with the rate upstream|jobs take more "
        "than "
        "{min} minutes to be picked up|{n} pending bytes in {svc}|the number of backlog entries is "
        "over "
        "{n}|slow consumers hold messages back"),
    ROW(PROMETHEUS, SCHEDULING,
        "{svc}WaitingForResources|NodeUnschedulable|NodeUnready|{svc}ApplicationsWaiting|"
        "VolumeClaimPending|NodeSchedulingDisabled",
        "{n} applications wait for resources|node {host} has been unready for a long time|node "
        "{host} is "
        "marked as unschedulable|a volume claim of {svc} is pending|{svc} cannot be placed on any "
        "node"),
    ROW(PROMETHEUS, CRASH, "{svc}ProcessDied|{svc}JobRestarts|{svc}ProcessRestarted|{svc}Panics",
        "a process of {svc} has crashed|job {svc} has restarted {n} times|{svc} has restarted "
        "recently|"
        "{svc} panicked"),
    ROW(PROMETHEUS, NETWORK,
        "{svc}ConnectionIssue|NodeNetworkUnavailable|{svc}PeersUnreachable|RouteFlapping|"
        "{svc}RaftPeersLost",
        "no connections between {host} and its peers|node {host} has NetworkUnavailable "
        "condition|peers "
        "of {svc} cannot be reached|round trip time between peers is high"),
    ROW(PROMETHEUS, LATENCY,
        "{svc}CheckpointDuration|{svc}WriteSlow|{svc}SlowRequests|{svc}CommitSlow|FsyncSlow",
        "the last checkpoint of {svc} took {s} seconds to complete|messages cannot be written in a "
        "timely "
        "fashion|syncs to disk take {ms} ms|requests of {svc} take too long"),
    ROW(PROMETHEUS, TRAFFIC,
        "{svc}NoRecordsProcessed|{svc}NoRequests|{svc}ConnectionsDropped|HitRatioLow",
        "{svc} has not processed any records in {min} minutes|{svc} got no request in {min} "
        "minutes|"
        "{svc} receives {n} records a second, which is unusual"),
    ROW(PROMETHEUS, DATABASE,
        "{svc}ReplicationUnstable|{svc}DocumentsExamined|{svc}VacuumBehind|{svc}CacheHitLow|"
        "{svc}RollbackRate|TooManyDeadTuples|{svc}IndexMissing",
        "many documents are examined per query, consider an index|replication of {svc} may be "
        "interrupted|rollbacks of {svc} are high|buffer cache hit ratio of {svc} is low|long "
        "running "
        "queries on {svc}"),
    ROW(PROMETHEUS, UNKNOWN, "{svc}NotOk|{svc}Unstable|{svc}TooMany|{svc}StateChanged",
        "{svc} instance is not ok|{svc} changed its state|the version of {svc} differs|{svc} has "
        "{n} of "
        "them|configuration of {svc} is out of sync|consider removing {svc}"),
    {0},
};
