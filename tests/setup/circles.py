"""Says which of the product's modules (a .c and a .h of one name) lean on each other in a circle, by what they include."""
import pathlib
import re
import sys

files = [path for room in ("core", "preload", "winhook") for path in pathlib.Path(room).rglob("*.[ch]")]
leans_on = {path.with_suffix(""): set() for path in files}
for path in files:
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE):
        found = [one for one in (path.parent / name, pathlib.Path(name)) if one.exists()]
        leans_on[path.with_suffix("")].update(one.with_suffix("") for one in found[:1])
for module, others in leans_on.items():
    others.discard(module)


def reached(module):
    seen, left = set(), [module]
    while left:
        more = leans_on.get(left.pop(), set()) - seen
        seen |= more
        left += more
    return seen


circles = sorted(str(module) for module in leans_on if module in reached(module))
if circles:
    sys.exit("in a circle: " + " ".join(circles))
