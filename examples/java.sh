#!/bin/sh
# A Java service whose database is behind AWS (JDBC to Oracle, PostgreSQL, MySQL): pooled connections that were silent for 350 s hang
# at their next query. The driver's own switch, where there is one, asks for the system's two hours; the policy's numbers stand instead.
# It took: tcpalive list --port 1521        To undo: start java as before.
exec /usr/local/bin/tcpalive run --survive aws-nlb --rules 'connect *:1521 survive=aws-nlb; any *:* off' -- \
    /usr/bin/java -jar /srv/app.jar "$@"
