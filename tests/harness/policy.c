#include "policy.h"
#include "harness/cmocka_all.h"
#include <netinet/in.h>
#include <stdio.h>

const struct policy_mode policy_modes[POLICY_MODES] = {{"enforce", POLICY_IDLE, POLICY_INTERVAL, 5000},
                                                       {"tighten", 15, POLICY_INTERVAL, 5000},
                                                       {"respect", 15, POLICY_INTERVAL, 9000}};

bool policy_on(const struct oracle_socket *socket)
{
    return socket->keepalive == 1 && socket->idle == POLICY_IDLE && socket->interval == POLICY_INTERVAL &&
           socket->probes == POLICY_PROBES;
}

void policy_expect(const struct oracle_socket *sockets, size_t count, bool wanted)
{
    for (size_t i = 0; i < count; i++)
        if (policy_on(&sockets[i]) != wanted) {
            oracle_print(stderr, &sockets[i]);
            fail_msg("%s", wanted ? "not under the policy" : "under the policy");
        }
}

void policy_expect_mode(const struct oracle_socket *sockets, size_t count, const struct policy_mode *mode)
{
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sockets[i].keepalive, 1);
        assert_int_equal(sockets[i].idle, mode->idle);
        assert_int_equal(sockets[i].interval, mode->interval);
        assert_int_equal(sockets[i].user_timeout, mode->user_timeout);
    }
}

void policy_ports(const struct oracle_socket *sockets, size_t count, int port[2])
{
    port[0] = port[1] = 0;
    for (size_t i = 0; i < count; i++)
        if (sockets[i].listening)
            port[sockets[i].domain == AF_INET6] = oracle_port(&sockets[i].local);
}
