#include "middlebox.h"

/* X(name, idle limit in seconds, device, the page that says so), in the order of the limits */
#define MIDDLEBOXES(X)                                                                                                 \
    X("cgnat", 60, "carrier-grade NAT, as seen in the field", "users' reports; RFC 6888 asks for RFC 5382's times")    \
    X("azure-lb", 240, "Azure Load Balancer", "Microsoft Learn: Azure Load Balancer TCP Reset and Idle Timeout")       \
    X("azure-nat", 240, "Azure NAT gateway", "Microsoft Learn: Azure NAT Gateway, idle timeout timer")                 \
    X("ibm-gateway", 240, "IBM Cloud public gateway", "IBM Cloud Docs: VPC, public gateways")                          \
    X("oracle-lb", 300, "Oracle Cloud load balancer",                                                                  \
      "Oracle Cloud Infrastructure: Load Balancer, connection configuration")                                          \
    X("huawei-elb", 300, "Huawei Cloud ELB", "Huawei Cloud: ELB, listener timeouts")                                   \
    X("aws-nlb", 350, "AWS Network Load Balancer", "AWS: Network Load Balancers, connection idle timeout")             \
    X("aws-gwlb", 350, "AWS Gateway Load Balancer", "AWS: Gateway Load Balancers, idle timeout")                       \
    X("aws-nat", 350, "AWS NAT gateway", "AWS: VPC, troubleshoot NAT gateways")                                        \
    X("aws-endpoint", 350, "AWS VPC endpoint", "AWS PrivateLink: access services through interface endpoints")         \
    X("aws-firewall", 350, "AWS Network Firewall", "AWS Network Firewall: idle timeout")                               \
    X("aws-nitro-v6", 350, "AWS EC2 connection tracking, Nitro v6 instances",                                          \
      "AWS EC2: security group connection tracking")                                                                   \
    X("gcp-vpc", 600, "Google Cloud VPC", "Google Cloud: VPC firewall rules, connection tracking")                     \
    X("docker-swarm", 900, "Docker Swarm routing mesh", "Docker: swarm networks and IPVS, ipvsadm(8)")                 \
    X("kube-ipvs", 900, "kube-proxy in IPVS mode", "ipvsadm(8), --set")                                                \
    X("gcp-nat", 1200, "Google Cloud NAT", "Google Cloud: Cloud NAT, timeouts")                                        \
    X("juniper-srx", 1800, "Juniper SRX", "Junos: session timeouts, TCP")                                              \
    X("cisco-asa", 3600, "Cisco ASA and FTD", "Cisco ASA: timeout conn")                                               \
    X("palo-alto", 3600, "Palo Alto Networks firewall", "PAN-OS: session timeouts, TCP")                               \
    X("fortigate", 3600, "Fortinet FortiGate", "FortiOS: system session-ttl")                                          \
    X("check-point", 3600, "Check Point firewall", "Check Point: stateful inspection, TCP session timeout")            \
    X("nsx-gateway", 7200, "VMware NSX gateway firewall", "VMware NSX: session timers, gateway")                       \
    X("rfc5382", 7440, "NAT that follows RFC 5382", "RFC 5382, REQ-5")                                                 \
    X("nsx-firewall", 43200, "VMware NSX distributed firewall", "VMware NSX: session timers, distributed firewall")    \
    X("aws-ec2", 432000, "AWS EC2 connection tracking", "AWS EC2: security group connection tracking")                 \
    X("conntrack", 432000, "Linux connection tracking",                                                                \
      "Linux: nf_conntrack-sysctl, nf_conntrack_tcp_timeout_established")                                              \
    X("aws-alb", 0, "AWS Application Load Balancer", "AWS: Application Load Balancers, connection idle timeout")       \
    X("aws-clb", 0, "AWS Classic Load Balancer", "AWS: Classic Load Balancers, idle connection timeout")               \
    X("haproxy", 0, "HAProxy", "HAProxy: timeout client, timeout server")                                              \
    X("envoy", 0, "Envoy", "Envoy: tcp_proxy idle_timeout")

const struct middlebox middleboxes[] = {
#define X(name, seconds, device, source) {name, seconds * 1000},
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
#define X(name, seconds, device, source) device,
        MIDDLEBOXES(X)
#undef X
    };
    return devices[box - middleboxes];
}
