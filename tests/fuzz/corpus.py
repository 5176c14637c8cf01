"""corpus.py unpack CORPUS FOLDER | pack FOLDER BYTES: what each fuzzer begins with.

tests/fuzz/corpus/NAME holds one input a line, every byte that is not plain text as \\xNN. `unpack` writes each as a file; `pack`
prints the shortest of a folder's files as such lines, in all no more than BYTES.
"""
import os
import sys


def unpack(corpus, folder):
    os.makedirs(folder, exist_ok=True)
    with open(corpus, encoding="ascii") as lines:
        for number, line in enumerate(lines):
            with open(os.path.join(folder, f"{number:04}"), "wb") as file:
                file.write(line.rstrip("\n").encode("ascii").decode("unicode_escape").encode("latin-1"))


def line_of(content):
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02x}" for byte in content)


def pack(folder, limit):
    lines, used = [], 0
    for path in sorted((entry.path for entry in os.scandir(folder)), key=os.path.getsize):
        with open(path, "rb") as file:
            line = line_of(file.read())
        used += len(line) + 1
        if used > limit:
            break
        lines.append(line)
    print("\n".join(sorted(lines)))


if sys.argv[1] == "unpack":
    unpack(sys.argv[2], sys.argv[3])
else:
    pack(sys.argv[2], int(sys.argv[3]))
