"""documents_yaml.py TCPALIVE FILE...: the library's path lies in a volume, and tcpalive takes the settings."""
import subprocess
import sys

import yaml


def containers(document):
    """Environment and mounted directories of each."""
    for service in document.get("services", {}).values():
        yield service["environment"], [volume.split(":")[1] for volume in service["volumes"]]
    specification = document.get("spec", {"containers": [], "volumes": []})
    volumes = {volume["name"] for volume in specification["volumes"]}
    for container in specification["containers"]:
        mounts = container["volumeMounts"]
        assert {mount["name"] for mount in mounts} <= volumes, "no such volume"
        yield {each["name"]: each["value"] for each in container["env"]}, [mount["mountPath"] for mount in mounts]


tcpalive, *files = sys.argv[1:]
for file in files:
    with open(file, encoding="utf-8") as text:
        found = list(containers(yaml.safe_load(text)))
    assert found, file
    for environment, directories in found:
        directory, _, name = environment.pop("LD_PRELOAD").rpartition("/")
        assert directory in directories and name == "libtcpalive.so", file
        subprocess.run([tcpalive, "explain"], env=environment, stdout=subprocess.DEVNULL, check=True)
