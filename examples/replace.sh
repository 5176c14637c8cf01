#!/bin/sh
# In place of another library: its variables stay, the path changes. `tcpalive explain` says where each value is from.
#
# libkeepalive; before: LD_PRELOAD=/usr/lib/libkeepalive.so
LD_PRELOAD=/usr/local/lib/tcpalive/libtcpalive.so KEEPIDLE=180 KEEPINTVL=60 KEEPCNT=5 old-client "$@"

# libdontdie; before: LD_PRELOAD=/usr/lib/libdontdie.so
LD_PRELOAD=/usr/local/lib/tcpalive/libtcpalive.so DD_TCP_KEEPALIVE_TIME=180 DD_TCP_KEEPALIVE_INTVL=60 \
    DD_TCP_KEEPALIVE_PROBES=5 old-client "$@"
