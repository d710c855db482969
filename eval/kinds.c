/* SPDX-License-Identifier: Apache-2.0 */
/* By kind, then by name. */
#include "eval/kinds.h"

const struct fault_kind fault_kinds[] = {
    {"cpu_contention", "cpu"},
    {"cpu_hog", "cpu"},
    {"cpu_load", "cpu"},
    {"insufficient_node_cpu", "scheduling"},
    {"pod_cpu_overload", "cpu"},

    {"mem_load", "memory"},
    {"memory_leak", "memory"},
    {"memoryleak", "memory"},
    {"oom_killed", "memory"},
    {"insufficient_node_memory", "scheduling"},

    {"disk_load", "disk"},
    {"io_load", "disk"},

    {"net_latency", "network_delay"},
    {"network_delay", "network_delay"},
    {"node_network_delay", "network_delay"},
    {"pod_network_delay", "network_delay"},
    {"network_loss", "network_loss"},
    {"node_network_packet_loss", "network_loss"},
    {"packet_loss", "network_loss"},

    {"exception", "exception"},
    {"return", "code_path"},
    {"misscall", "code_path"},
    {"misspara", "code_path"},
    {"misspara", "exception"},
    {"wrongvalue", "code_path"},
    {"wrongvalue", "exception"},
    {"inconsistent", "code_path"},
    {"inconsistent", "configuration"},
    {"access", "configuration"},
    {"access", "dependency"},
    {"redis", "configuration"},
    {"redis", "dependency"},
    {"scaledown", "capacity"},
    {"scaledown", "cpu"},

    {"missing_service_account", "admission"},
    {"namespace_cpu_quota_exceeded", "admission"},
    {"namespace_memory_quota_exceeded", "admission"},
    {"namespace_pod_quota_exceeded", "admission"},
    {"namespace_service_quota_exceeded", "admission"},
    {"namespace_storage_quota_exceeded", "admission"},

    {"containerd_unavailable", "node"},
    {"kube_proxy_unavailable", "node"},
    {"kube_scheduler_unavailable", "node"},
    {"kubelet_unavailable", "node"},

    {"liveness_probe_incorrect_port", "probe"},
    {"liveness_probe_incorrect_protocol", "probe"},
    {"liveness_probe_incorrect_timing", "probe"},
    {"readiness_probe_incorrect_port", "probe"},
    {"readiness_probe_incorrect_protocol", "probe"},

    {"node_affinity_mismatch", "scheduling"},
    {"node_cordoned", "scheduling"},
    {"node_selector_mismatch", "scheduling"},
    {"pod_anti_affinity_conflict", "scheduling"},
    {"taint_toleration_mismatch", "scheduling"},

    {"pv_binding_occupied", "storage"},
    {"pvc_access_mode_mismatch", "storage"},
    {"pvc_capacity_mismatch", "storage"},
    {"pvc_selector_mismatch", "storage"},
    {"pvc_storage_class_mismatch", "storage"},
    {"volume_mount_permission_denied", "storage"},

    {"service_env_var_address_mismatch", "configuration"},
    {"service_port_mapping_mismatch", "routing"},
    {"service_protocol_mismatch", "routing"},
    {"service_selector_mismatch", "routing"},

    {"image_registry_dns_failure", "image"},
    {"incorrect_image_reference", "image"},
    {"missing_image_pull_secret", "image"},
    {0},
};

bool kind_is_known(struct str fault)
{
    for (const struct fault_kind *it = fault_kinds; it->fault; it++)
        if (str_eq(str_of(it->fault), fault))
            return true;
    return false;
}

bool kind_fits(struct str fault, struct str kind)
{
    for (const struct fault_kind *it = fault_kinds; it->fault; it++)
        if (str_eq(str_of(it->fault), fault) && str_eq(str_of(it->kind), kind))
            return true;
    return false;
}
