#!/bin/sh
# In place of another library: its variables stay, the path changes. `tcpalive explain` says where each value is from.
# It took: tcpalive list        To undo: the old path.
#
# | before                                  | now                                                |
# | libkeepalive's or libdontdie's path     | this library's path; their variables count         |
# | SETSOCKOPT_TCP_KEEPALIVE* (libsetsockopt) | the same                                         |
# | sysctl net.ipv4.tcp_keepalive_time=180  | TCPALIVE_IDLE=180s for who never asks               |
# | sysctl net.ipv4.tcp_keepalive_intvl=60  | TCPALIVE_INTERVAL=60s                              |
# | sysctl net.ipv4.tcp_keepalive_probes=5  | TCPALIVE_PROBES=5                                  |
# | mptcpize enable UNIT, and its like      | tcpalive enable [settings] UNIT                    |
#
# libkeepalive; before: LD_PRELOAD=/usr/lib/libkeepalive.so
LD_PRELOAD=/usr/local/lib/tcpalive/libtcpalive.so KEEPIDLE=180 KEEPINTVL=60 KEEPCNT=5 old-client "$@"

# libdontdie; before: LD_PRELOAD=/usr/lib/libdontdie.so
LD_PRELOAD=/usr/local/lib/tcpalive/libtcpalive.so DD_TCP_KEEPALIVE_TIME=180 DD_TCP_KEEPALIVE_INTVL=60 \
    DD_TCP_KEEPALIVE_PROBES=5 old-client "$@"
