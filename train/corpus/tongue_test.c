/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/tongue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    enum tongue tongue;
    const char *text;
} cases[] = {
    {TONGUE_ENGLISH,
     "The disk of the node was full, so the pods that were on it have been evicted."},
    {TONGUE_GERMAN,
     "Die Platte war voll, und der Dienst konnte nicht mehr schreiben; das ist nun behoben."},
    {TONGUE_FRENCH,
     "Le disque est plein et le service ne peut plus écrire dans les journaux de la machine."},
    {TONGUE_SPANISH,
     "El disco está lleno y por eso el servicio no puede escribir más en los registros del nodo."},
    {TONGUE_ITALIAN, "Il disco è pieno e quindi il servizio non può più scrivere nei file che sono "
                     "della macchina."},
    {TONGUE_PORTUGUESE,
     "O disco está cheio e por isso o serviço não pode mais escrever nos arquivos do nó."},
    {TONGUE_DUTCH,
     "De schijf is vol en daarom kan de dienst niet meer schrijven op het systeem dat er is."},
    {TONGUE_OTHER_SCRIPT, "Диск переполнен, и служба больше не может писать в журнал."},
    {TONGUE_OTHER_SCRIPT, "磁盘已满，服务无法继续写入日志，请清理旧文件。"},
    {TONGUE_UNKNOWN, "kubectl get pods -n shop -o wide | grep CrashLoopBackOff"},
    {TONGUE_UNKNOWN, "p99 latency 2300 ms, pool 48/50, p50 3 ms, replicas 4"},
    {TONGUE_UNKNOWN, ""},
    {TONGUE_UNKNOWN, "\xff\xfe\x00\x80"},
    {TONGUE_ENGLISH,
     "The error `Verbindung abgelehnt` is what the client of the gateway prints if it is down."},
};

static void languages_are_told_by_their_small_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (tongue_of(str_of(cases[i].text)) != cases[i].tongue)
            fail_msg("%s: %s", cases[i].text, tongue_name(tongue_of(str_of(cases[i].text))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages_are_told_by_their_small_words)};
    return cmocka_run_group_tests_name("tongue", tests, NULL, NULL);
}
