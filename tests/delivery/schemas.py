"""schemas.py SCHEMAS compose|kubernetes FILE: every object of the file against its own schema, where an unknown field, a wrong type and a
missing field are errors; and that the schema sees such errors, by a copy with each of them. Exit 1 with what is wrong."""
import copy
import json
import os
import subprocess
import sys
import tempfile

import jsonschema
import yaml

SCHEMAS, KIND, FILE = sys.argv[1:]


def compose(variants):
    """What is wrong with each variant of the file, a line each."""
    with open(os.path.join(SCHEMAS, "compose.json"), encoding="utf-8") as text:
        # The 2019 draft that it names has no keyword there that draft 7 lacks.
        checker = jsonschema.Draft7Validator(json.load(text))
    return [[error.message for document in documents for error in checker.iter_errors(document)] for documents in variants]


def as_typescript(documents):
    """Objects as literals of their types: a type knows no field that it does not name."""
    for number, document in enumerate(documents):
        kind, api = document["kind"], document["apiVersion"]
        module = api if "/" in api else f"core/{api}"
        yield f"import {{ {kind} as Kind{number} }} from 'kubernetes-types/{module}';\n"
        yield f"export const object{number}: Kind{number} = {json.dumps(document, indent=1)};\n"


def kubernetes(variants):
    """The same, by TypeScript's compiler."""
    with tempfile.TemporaryDirectory() as work:
        os.makedirs(os.path.join(work, "node_modules"))
        os.symlink(os.path.join(SCHEMAS, "kubernetes"), os.path.join(work, "node_modules", "kubernetes-types"))
        names = [f"variant{number}.ts" for number in range(len(variants))]
        for name, documents in zip(names, variants):
            with open(os.path.join(work, name), "w", encoding="utf-8") as text:
                text.writelines(as_typescript(documents))
        done = subprocess.run(["tsc", "--noEmit", "--strict", *names], cwd=work, text=True, check=False, stdout=subprocess.PIPE)
        said = done.stdout.splitlines()
    return [[line for line in said if line.startswith(f"{name}(") or not line.startswith(("variant", " "))] for name in names]


def workload(documents):
    """The part of the first object that names the program."""
    return documents[0]["spec"]["template"]["spec"]["containers"][0] if KIND == "kubernetes" else documents[0]["services"]["old-server"]


def broken(documents):
    """Copies with one error each: its name, the copy."""
    for name, value in (("comand", ["x"]), ("image", 3), ("volumeMounts" if KIND == "kubernetes" else "volumes", "none")):
        wrong = copy.deepcopy(documents)
        workload(wrong)[name] = value
        yield f"{name}: {value}", wrong
    if KIND == "kubernetes":
        wrong = copy.deepcopy(documents)
        del wrong[0]["spec"]["selector"]
        yield "no selector", wrong


with open(FILE, encoding="utf-8") as manifest:
    objects = list(yaml.safe_load_all(manifest))
errors = dict(broken(objects))
check = compose if KIND == "compose" else kubernetes
found, *noticed = check([objects, *errors.values()])
found += [f"not noticed: {name}" for name, said in zip(errors, noticed) if not said]
print("".join(f"{FILE}: {line}\n" for line in found), end="")
sys.exit(1 if found else 0)
