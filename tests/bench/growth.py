#!/usr/bin/env python3
"""What growth.gp plots, from BUILD/bench.json on stdout: `growth.py BUILD`."""

import json
import os
import sys

with open(os.path.join(sys.argv[1], "bench.json"), encoding="utf-8") as file:
    growth = json.load(file)["growth"]
for kind in ("sockets", "threads", "rules"):
    for point in growth[kind]:
        print(point["size"], *(point[way][key] for way in ("bare", "floor", "tcpalive") for key in ("median", "low", "high")))
    print("\n")
