"""compile_commands.py: what `make --dry-run V=1` prints, as the database that clangd reads (its standard output)."""
import json
import os
import shlex
import sys

entries = []
for line in sys.stdin:
    words = shlex.split(line) if " -c -o " in line else []
    if words and words[-1].endswith(".c"):
        entries.append({"directory": os.getcwd(), "file": words[-1], "arguments": words})
json.dump(entries, sys.stdout, indent=1)
