#include "middlebox.h"

#define SECONDS * 1000LL

const struct middlebox middleboxes[] = {
    {"cgnat", 60 SECONDS, "carrier-grade NAT, as seen in the field"},
    {"azure-lb", 240 SECONDS, "Azure Load Balancer"},
    {"azure-nat", 240 SECONDS, "Azure NAT gateway"},
    {"ibm-gateway", 240 SECONDS, "IBM Cloud public gateway"},
    {"oracle-lb", 300 SECONDS, "Oracle Cloud load balancer"},
    {"huawei-elb", 300 SECONDS, "Huawei Cloud ELB"},
    {"aws-nlb", 350 SECONDS, "AWS Network Load Balancer"},
    {"aws-gwlb", 350 SECONDS, "AWS Gateway Load Balancer"},
    {"aws-nat", 350 SECONDS, "AWS NAT gateway"},
    {"aws-endpoint", 350 SECONDS, "AWS VPC endpoint"},
    {"aws-firewall", 350 SECONDS, "AWS Network Firewall"},
    {"aws-nitro-v6", 350 SECONDS, "AWS EC2 connection tracking, Nitro v6 instances"},
    {"gcp-vpc", 600 SECONDS, "Google Cloud VPC"},
    {"docker-swarm", 900 SECONDS, "Docker Swarm routing mesh"},
    {"kube-ipvs", 900 SECONDS, "kube-proxy in IPVS mode"},
    {"gcp-nat", 1200 SECONDS, "Google Cloud NAT"},
    {"juniper-srx", 1800 SECONDS, "Juniper SRX"},
    {"cisco-asa", 3600 SECONDS, "Cisco ASA and FTD"},
    {"palo-alto", 3600 SECONDS, "Palo Alto Networks firewall"},
    {"fortigate", 3600 SECONDS, "Fortinet FortiGate"},
    {"check-point", 3600 SECONDS, "Check Point firewall"},
    {"nsx-gateway", 7200 SECONDS, "VMware NSX gateway firewall"},
    {"rfc5382", 7440 SECONDS, "NAT that follows RFC 5382"},
    {"nsx-firewall", 43200 SECONDS, "VMware NSX distributed firewall"},
    {"aws-ec2", 432000 SECONDS, "AWS EC2 connection tracking"},
    {"conntrack", 432000 SECONDS, "Linux connection tracking"},
    {"aws-alb", 0, "AWS Application Load Balancer"},
    {"aws-clb", 0, "AWS Classic Load Balancer"},
    {"haproxy", 0, "HAProxy"},
    {"envoy", 0, "Envoy"},
};

const size_t middlebox_count = sizeof middleboxes / sizeof *middleboxes;

const struct middlebox *middlebox_find(struct span name)
{
    for (size_t i = 0; i < middlebox_count; i++)
        if (span_equals(name, middleboxes[i].name))
            return &middleboxes[i];
    return NULL;
}
