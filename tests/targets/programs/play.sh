#!/bin/sh
# play.sh NAME PORT DIRECTORY: becomes the real program NAME, a server on loopback port PORT or a client of it,
# with all its files in DIRECTORY. A client prints `ready` once the server answered, and both stay connected.
# $HOLD holds words that a server shall put before what it starts itself (inetd, socket activation).
set -eu
name=$1 port=$2 directory=$3
here=${0%/*}

# made FILE: whether an earlier run left it; what is costly is made once.
made() {
    [ -e "$directory/$1" ]
}

write() {
    cat >"$directory/$1"
}

java_talk() {
    exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$directory" Talk "$1" "$port"
}

# inetd_conf MODE PROGRAM...
inetd_conf() {
    mode=$1
    shift
    echo "127.0.0.1:$port stream tcp $mode root /usr/bin/env env ${HOLD:-} $*" | write inetd.conf
}

case $name in
redis-server) exec redis-server --port "$port" --bind ::1 --save "" --dir "$directory" ;;
redis-cli) exec redis-cli -h ::1 -p "$port" subscribe ready ;;

nginx)
    mkdir -p "$directory/nginx"
    { echo ready && head -c 1000000 /dev/zero; } >"$directory/nginx/slow"
    chmod -R go+rX "$directory/nginx"
    write nginx.conf <<EOF
daemon off;
error_log stderr;
pid $directory/nginx/pid;
events {}
http {
    access_log off;
    client_body_temp_path $directory/nginx;
    proxy_temp_path $directory/nginx;
    fastcgi_temp_path $directory/nginx;
    uwsgi_temp_path $directory/nginx;
    scgi_temp_path $directory/nginx;
    server {
        listen 127.0.0.1:$port so_keepalive=30m::10;
        root $directory/nginx;
        limit_rate 1000;
    }
}
EOF
    exec nginx -c "$directory/nginx.conf"
    ;;
curl) exec curl -sN --output - "http://127.0.0.1:$port/slow" ;;

sshd)
    made host || ssh-keygen -q -N "" -t ed25519 -f "$directory/host"
    made user || ssh-keygen -q -N "" -t ed25519 -f "$directory/user"
    write sshd.conf <<EOF
ListenAddress 127.0.0.1:$port
HostKey $directory/host
AuthorizedKeysFile $directory/user.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
EOF
    exec /usr/sbin/sshd -D -e -f "$directory/sshd.conf"
    ;;
ssh)
    exec ssh -F none -i "$directory/user" -o BatchMode=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -p "$port" root@127.0.0.1 "echo ready; exec sleep 60"
    ;;

postgres)
    set -- /usr/lib/postgresql/*/bin/initdb
    bin=${1%/*}
    made data || LD_PRELOAD="" "$bin/initdb" --no-sync -A trust -U postgres -D "$directory/data" >/dev/null
    exec "$bin/postgres" -D "$directory/data" -p "$port" -h 127.0.0.1 -k "$directory" -F \
        -c dynamic_shared_memory_type=mmap
    ;;
psql)
    # The port is open before the server answers.
    for try in $(seq 300); do
        pg_isready -q -h 127.0.0.1 -p "$port" && break
        sleep 0.1
    done
    exec psql -X -h 127.0.0.1 -p "$port" -U postgres -c '\echo ready' -c 'select pg_sleep(60)' ;;

inetd-nowait)
    printf '#!/bin/sh\necho ready\nexec sleep 60\n' | write service
    inetd_conf nowait sh "$directory/service"
    exec /usr/sbin/inetd -i -E "$directory/inetd.conf"
    ;;
inetd-wait)
    inetd_conf wait perl "$here/talk.pl" inherited 0
    exec /usr/sbin/inetd -i -E "$directory/inetd.conf"
    ;;
socket-activate)
    # shellcheck disable=SC2086 # words
    exec systemd-socket-activate -l "127.0.0.1:$port" ${HOLD:-} perl "$here/talk.pl" inherited 3
    ;;
bash)
    exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r line <&3 && echo "$line" && read -r line <&3' \
        bash "$port"
    ;;

java-server)
    made Talk.class || LD_PRELOAD="" javac -d "$directory" "$here/Talk.java"
    java_talk server
    ;;
java-client) java_talk client ;;
java-nio-server) java_talk nio-server ;;
java-nio-client) java_talk nio-client ;;
python3-*) exec python3 "$here/talk.py" "${name#*-}" "$port" ;;
node-*) exec node "$here/talk.js" "${name#*-}" "$port" ;;
perl-*) exec perl "$here/talk.pl" "${name#*-}" "$port" ;;
*) echo "play.sh: unknown program '$name'" >&2 && exit 2 ;;
esac
