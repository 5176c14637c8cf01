"""wire_table.py LINES: what wire.py saw, as the table of wire.md."""
import sys
import time

TITLES = {
    "idle": "idle, peer dead",
    "flight": "data in flight, peer dead",
    "rebooted": "peer started anew",
    "stopped": "peer stopped, its kernel answers",
    "window": "window closed for 3 D",
    "behind": "window closed, then peer dead",
    "outage": "outage of D/2 amid data",
    "probe": "one probe lost",
}

rows, ways = {}, []
with open(sys.argv[1], encoding="ascii") as lines:
    for line in lines:
        case, way, family, result, seconds, *_ = line.split()
        title = TITLES.get(case) or f"a router that forgets after {float(seconds):.0f} s, one probe lost"
        stands = f"**not noticed** in {seconds} s" if case in ("idle", "flight", "rebooted", "behind") else "lives"
        words = f"ends after {float(seconds):.1f} s" if result == "ended" else {"lived": stands}.get(result, result)
        rows.setdefault(title, {}).setdefault(way, {})[family] = words
        if way not in ways:
            ways.append(way)

print(f"""# On the wire

Clients (nc) under each way of tcpalive, through a router in namespaces, {time.strftime('%Y-%m-%d')}, by `make soak-wire`. The first rows
are under `--detect 6s` (D), those with a router that forgets under `--survive` of its limit. One entry is IPv4 and IPv6 alike; where
they differ, IPv4 stands first. Times count from the last sign of life, as the packets tell it; each death comes within a second
and one more sending (of data, or of a closed window's probe, the third at least) of D, or the test fails.

`user-timeout` is preload with `--user-timeout match`.
""")
print("| what happens | " + " | ".join(way.replace("attach-", "attach --") for way in ways) + " |")
print("|---" * (len(ways) + 1) + "|")
for title, cells in rows.items():
    entries = [" / ".join(dict.fromkeys(cells[way].values())) if way in cells else "" for way in ways]
    print(f"| {title} | " + " | ".join(entries) + " |")
