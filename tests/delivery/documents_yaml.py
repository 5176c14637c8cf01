"""documents_yaml.py TCPALIVE FILE...: what a container mounts is there, the library's path lies in a volume, and tcpalive takes the
settings and the commands."""
import subprocess
import sys

import yaml


def quietly(tcpalive, words, environment):
    subprocess.run([tcpalive, *words], env=environment, stdout=subprocess.DEVNULL, check=True)


def services(document):
    """A Compose file's: command words, environment, mounted directories."""
    for service in document.get("services", {}).values():
        yield service["entrypoint"], service.get("environment", {}), [each.split(":")[1] for each in service["volumes"]]


def containers(document):
    """A workload's, whose volumes must exist."""
    if "spec" not in document:
        return
    assert document["spec"]["selector"]["matchLabels"] == document["spec"]["template"]["metadata"]["labels"]
    pod = document["spec"]["template"]["spec"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod["initContainers"] + pod["containers"]:
        mounts = container["volumeMounts"]
        assert {mount["name"] for mount in mounts} <= volumes, "no such volume"
        environment = {each["name"]: each["value"] for each in container.get("env", [])}
        yield container.get("command", []), environment, [mount["mountPath"] for mount in mounts]


def settings_of(words):
    """The policy's flags among a command's words: all with a value, up to what is no flag."""
    flags = [word for word in words[2:] if word not in ("--", "--replace", "--own")]
    end = next((i for i in range(0, len(flags), 2) if not flags[i].startswith("--")), len(flags))
    return flags[:end]


tcpalive, *files = sys.argv[1:]
for file in files:
    with open(file, encoding="utf-8") as text:
        found = [each for document in yaml.safe_load_all(text) for part in (services, containers) for each in part(document)]
    assert found, file
    asked = 0
    for words, environment, directories in found:
        if "LD_PRELOAD" in environment:
            directory, _, name = environment.pop("LD_PRELOAD").rpartition("/")
            assert directory in directories and name == "libtcpalive.so", file
            quietly(tcpalive, ["explain"], environment)
            asked += 1
        if words and words[0].endswith("/tcpalive") and words[1] in ("run", "cgroup") and "--detach" not in words:
            quietly(tcpalive, ["explain", *settings_of(words)], environment)
            asked += 1
    assert asked, file
