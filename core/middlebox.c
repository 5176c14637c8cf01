#include "middlebox.h"

/* X(name, idle limit in seconds, device) */
#define MIDDLEBOXES(X)                                                                                                 \
    X("cgnat", 60, "carrier-grade NAT, as seen in the field")                                                          \
    X("azure-lb", 240, "Azure Load Balancer")                                                                          \
    X("azure-nat", 240, "Azure NAT gateway")                                                                           \
    X("ibm-gateway", 240, "IBM Cloud public gateway")                                                                  \
    X("oracle-lb", 300, "Oracle Cloud load balancer")                                                                  \
    X("huawei-elb", 300, "Huawei Cloud ELB")                                                                           \
    X("aws-nlb", 350, "AWS Network Load Balancer")                                                                     \
    X("aws-gwlb", 350, "AWS Gateway Load Balancer")                                                                    \
    X("aws-nat", 350, "AWS NAT gateway")                                                                               \
    X("aws-endpoint", 350, "AWS VPC endpoint")                                                                         \
    X("aws-firewall", 350, "AWS Network Firewall")                                                                     \
    X("aws-nitro-v6", 350, "AWS EC2 connection tracking, Nitro v6 instances")                                          \
    X("gcp-vpc", 600, "Google Cloud VPC")                                                                              \
    X("docker-swarm", 900, "Docker Swarm routing mesh")                                                                \
    X("kube-ipvs", 900, "kube-proxy in IPVS mode")                                                                     \
    X("gcp-nat", 1200, "Google Cloud NAT")                                                                             \
    X("juniper-srx", 1800, "Juniper SRX")                                                                              \
    X("cisco-asa", 3600, "Cisco ASA and FTD")                                                                          \
    X("palo-alto", 3600, "Palo Alto Networks firewall")                                                                \
    X("fortigate", 3600, "Fortinet FortiGate")                                                                         \
    X("check-point", 3600, "Check Point firewall")                                                                     \
    X("nsx-gateway", 7200, "VMware NSX gateway firewall")                                                              \
    X("rfc5382", 7440, "NAT that follows RFC 5382")                                                                    \
    X("nsx-firewall", 43200, "VMware NSX distributed firewall")                                                        \
    X("aws-ec2", 432000, "AWS EC2 connection tracking")                                                                \
    X("conntrack", 432000, "Linux connection tracking")                                                                \
    X("aws-alb", 0, "AWS Application Load Balancer")                                                                   \
    X("aws-clb", 0, "AWS Classic Load Balancer")                                                                       \
    X("haproxy", 0, "HAProxy")                                                                                         \
    X("envoy", 0, "Envoy")

const struct middlebox middleboxes[] = {
#define X(name, seconds, device) {name, seconds * 1000},
    MIDDLEBOXES(X)
#undef X
};

const size_t middlebox_count = sizeof middleboxes / sizeof *middleboxes;

const struct middlebox *middlebox_find(struct span name)
{
    for (size_t i = 0; i < middlebox_count; i++)
        if (span_equals(name, middleboxes[i].name))
            return &middleboxes[i];
    return NULL;
}

const char *middlebox_device(const struct middlebox *box)
{
    static const char *const devices[] = {
#define X(name, seconds, device) device,
        MIDDLEBOXES(X)
#undef X
    };
    return devices[box - middleboxes];
}
