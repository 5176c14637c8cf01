#!/bin/bash
# browser.sh BUILD: a browser whose renderers end themselves at the first system call that their sandbox does not know, bare and under
# `tcpalive run`, as an ordinary user with its sandbox on. The page is printed, no renderer ends, and the browser's own connection
# carries the policy, read by `tcpalive list`. Exit 0: so it was; 1: what was not is said; 77: the browser does not work here bare.
set -u
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
command -v chromium >/dev/null || { echo "chromium is not installed"; exit 77; }
[ "$(id -u)" -eq 0 ] || { echo "only root can become the ordinary user that has the browser"; exit 77; }
mkdir -m 777 "$work/home" "$work/build"
chmod 755 "$work"
cp "$build/tcpalive" "$build/libtcpalive.so" "$work/build/"
chmod -R go+rX "$work/build"
ulimit -c 0

# Answers when the connection has been looked at, or 30 s have passed.
python3 - "$work/seen" >"$work/port" 2>/dev/null <<'END' &
import http.server, os, sys, time
class Late(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        end = time.monotonic() + 30
        while not os.path.exists(sys.argv[1]) and time.monotonic() < end:
            time.sleep(0.05)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>hello from afar</h1>")
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late)
print(server.server_port, flush=True)
server.serve_forever()
END
server=$!
for _ in $(seq 300); do
    [ -s "$work/port" ] && break
    sleep 0.1
done
port=$(cat "$work/port")

browse() {
    timeout --kill-after=5 80 setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$work/home" "$@" chromium --headless=new \
        --disable-gpu --disable-dev-shm-usage --no-first-run --user-data-dir="$work/home/$#" --dump-dom "http://127.0.0.1:$port/" \
        >"$work/page" 2>"$work/errors" </dev/null
}

touch "$work/seen"
browse
rm "$work/seen"
grep -q 'hello from afar' "$work/page" || { echo "the browser prints no page here, bare: $(tail -n 2 "$work/errors")"; exit 77; }
browse "$work/build/tcpalive" run --idle 61s -- &
browser=$!
covered=
while kill -0 "$browser" 2>/dev/null; do
    "$build/tcpalive" list --port "$port" 2>/dev/null | grep -q "127.0.0.1:$port *ESTAB *on *61s" && covered=yes && touch "$work/seen"
    sleep 0.1
done
wait "$browser"
grep -q 'hello from afar' "$work/page" || { echo "no page: $(tail -n 5 "$work/errors")"; exit 1; }
! grep -m 1 'seccomp-bpf failure' "$work/errors" || exit 1
[ -n "$covered" ] || { echo "its connection does not carry the policy"; exit 1; }
