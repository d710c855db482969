/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/logs/complaint.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *line;
    const char *name; /* NULL: no complaint */
} cases[] = {
    /* PostgreSQL */
    {"FATAL:  sorry, too many clients already", "connections"},
    {"FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
     "connections"},
    {"FATAL:  password authentication failed for user \"app\"", "credentials"},
    {"ERROR:  deadlock detected", "locks"},
    {"LOG:  process 71 still waiting for ShareLock on transaction 969 after 1000.1 ms", "locks"},
    {"ERROR:  column p.price does not exist at character 23", "schema"},
    {"ERROR:  relation \"users\" does not exist", "schema"},
    {"ERROR:  could not extend file \"base/5/1\": No space left on device", "disk"},
    {"ERROR:  canceling statement due to statement timeout", "statement"},
    {"connection to server at \"10.0.0.5\", port 5432 failed: timeout expired", "unanswered"},
    {"could not translate host name \"db.prod\" to address: Name or service not known", "name"},
    {"LOG:  invalid value for parameter \"work_mem\": \"4MG\"", "setting"},
    /* MySQL */
    {"ERROR 1040 (08004): Too many connections", "connections"},
    {"ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction", "locks"},
    {"ERROR 1054 (42S22): Unknown column 'a.b' in 'field list'", "schema"},
    {"Access denied for user 'app'@'10.0.0.9' (using password: YES)", "credentials"},
    {"MySQL server has gone away", "broken"},
    /* Redis */
    {"OOM command not allowed when used memory > 'maxmemory'.", "store"},
    {"-ERR max number of clients reached", "connections"},
    {"MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist",
     "disk"},
    {"WRONGPASS invalid username-password pair or user is disabled.", "credentials"},
    /* nginx, HAProxy, Envoy */
    {"connect() failed (111: Connection refused) while connecting to upstream", "refused"},
    {"upstream timed out (110: Connection timed out) while connecting to upstream", "unanswered"},
    {"upstream timed out (110: Connection timed out) while reading response header", "late"},
    {"SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)",
     "certificate"},
    {"[emerg] unknown directive \"prxy_pass\" in /etc/nginx/nginx.conf:12", "setting"},
    {"[emerg] host not found in upstream \"api\" in /etc/nginx/nginx.conf:7", "name"},
    {"[alert] 512 worker_connections are not enough", "connections"},
    {"[error] no live upstreams while connecting to upstream", "upstreams"},
    {"backend 'app' has no server available!", "upstreams"},
    {"upstream connect error or disconnect/reset before headers. reset reason: overflow", "broken"},
    /* Java */
    {"java.lang.OutOfMemoryError: Java heap space", "memory"},
    {"Caused by: java.net.ConnectException: Connection refused", "refused"},
    {"java.net.UnknownHostException: payments.internal", "name"},
    {"sun.security.validator.ValidatorException: PKIX path building failed", "certificate"},
    {"HikariPool-1 - Connection is not available, request timed out after 30000ms.", "pool"},
    {"java.util.concurrent.RejectedExecutionException: Task rejected", "pool"},
    {"Error: Could not find or load main class com.shop.Main", "program"},
    {"Could not resolve placeholder 'db.url' in value \"${db.url}\"", "setting"},
    /* Go */
    {"dial tcp 10.1.2.3:443: i/o timeout", "unanswered"},
    {"dial tcp: lookup api.bank.test: no such host", "name"},
    {"x509: certificate has expired or is not yet valid", "certificate"},
    {"accept tcp [::]:8080: accept4: too many open files; retrying in 1s", "files"},
    {"context deadline exceeded", "late"},
    {"fatal error: all goroutines are asleep - deadlock!", "locks"},
    /* Python */
    {"sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached", "pool"},
    {"ConnectionRefusedError: [Errno 111] Connection refused", "refused"},
    {"MemoryError", "memory"},
    {"FileNotFoundError: [Errno 2] No such file or directory: '/run/secrets/key'", "file"},
    {"requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url", "throttled"},
    /* .NET */
    {"System.IO.IOException: There is not enough space on the disk.", "disk"},
    {"No connection could be made because the target machine actively refused it.", "refused"},
    {"The remote certificate is invalid according to the validation procedure", "certificate"},
    {"all pooled connections were in use and max pool size was reached", "pool"},
    /* Node */
    {"Error: connect ECONNREFUSED 127.0.0.1:6379", "refused"},
    {"Error: getaddrinfo ENOTFOUND api.shop.test", "name"},
    {"Error: EMFILE: too many open files, open '/srv/x'", "files"},
    {"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "memory"},
    {"Error: socket hang up", "broken"},
    /* Kubernetes, systemd, the kernel */
    {"OOMKilled cart was killed, exit code 137", "memory"},
    {"Liveness probe failed: HTTP probe failed with statuscode: 404", "probe"},
    {"exec /app/server: exec format error", "program"},
    {"Back-off pulling image: ErrImagePull", "program"},
    {"MountVolume.SetUp failed: secret \"db\" not found", "setting"},
    {"EXT4-fs error: remounting filesystem: Read-only file system", "disk"},
    {"connect: no route to host", "no route"},
    /* clients of anything */
    {"POST /charges: answered 401: who are you", "credentials"},
    {"POST /charges: answered 503: come later", "unavailable"},
    {"bank: status code: 429", "throttled"},
    /* none */
    {"", NULL},
    {"order 401 placed in 503 ms", NULL},
    {"listening on 0.0.0.0:8080", NULL},
    {"undeadlocked", NULL},
    {"\xff\xfe\x00zzz", NULL},
};

static void each_product_is_understood(void **state)
{
    (void)state;
    struct arena *arena = arena_new("complaint");
    const struct complaint_ear ear = complaint_ear_new(arena);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct str line = str_of(cases[i].line);
        const struct complaint_heard heard = complaint_in(&ear, line);
        const char *name = heard.complaint ? heard.complaint->name : NULL;
        if ((name == NULL) != (cases[i].name == NULL) || (name && strcmp(name, cases[i].name) != 0))
            fail_msg("%s: %s, not %s", cases[i].line, name ? name : "none",
                     cases[i].name ? cases[i].name : "none");
        if (name)
            assert_true(str_eq(heard.said, complaint_said(line, heard.words)));
    }
    arena_free(arena);
}

/* What the table promises its readers. */
static void each_complaint_can_be_told(void **state)
{
    (void)state;
    uint32_t count = 0;
    for (const struct complaint *it = complaints; it->name; it++, count++) {
        assert_ptr_equal(complaint_find(str_of(it->name)), it);
        assert_true(it->clear > 0 && it->clear < 1);
        assert_true(it->of_speaker != KIND_UNKNOWN || it->of_peer != KIND_UNKNOWN);
        assert_int_equal(it->of_speaker == KIND_UNKNOWN, it->speaker_text == NULL);
        assert_int_equal(it->of_peer == KIND_UNKNOWN, it->peer_text == NULL);
        for (const char *const *words = it->words; *words; words++)
            for (const char *c = *words; *c; c++)
                assert_false(*c >= 'A' && *c <= 'Z');
    }
    assert_true(count > 20);
    assert_null(complaint_find(STR("nothing of the kind")));
}

static void only_the_beginning_of_a_line_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("complaint");
    const struct complaint_ear ear = complaint_ear_new(arena);
    char line[6000];
    memset(line, ' ', sizeof line);
    memcpy(line + 5000, "no space left", 13);
    assert_null(complaint_in(&ear, (struct str){line, sizeof line}).complaint);
    memcpy(line + 100, "no space left", 13);
    assert_non_null(complaint_in(&ear, (struct str){line, sizeof line}).complaint);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_product_is_understood),
        cmocka_unit_test(each_complaint_can_be_told),
        cmocka_unit_test(only_the_beginning_of_a_line_is_read),
    };
    return cmocka_run_group_tests_name("complaint", tests, NULL, NULL);
}
