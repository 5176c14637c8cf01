"""source.py: the unpacked source of a Debian package, from wherever this machine's apt gets its own, with a state of its own.
None where that has it not."""
import glob
import os
import re
import subprocess


def fetch(package, work):
    state = os.path.join(work, "apt")
    parts = os.path.join(state, "sources")
    for folder in ("lists/partial", "archives/partial", "sources"):
        os.makedirs(os.path.join(state, folder), exist_ok=True)
    open(os.path.join(state, "status"), "w").close()
    for path in ["/etc/apt/sources.list", *glob.glob("/etc/apt/sources.list.d/*")]:
        if os.path.isfile(path):
            text = open(path, encoding="utf-8").read()
            text = re.sub(r"^deb ", "deb-src ", text, flags=re.M) if path.endswith(".list") else re.sub(r"^Types:.*", "Types: deb-src", text, flags=re.M)
            with open(os.path.join(parts, os.path.basename(path)), "w", encoding="utf-8") as file:
                file.write(text)
    configuration = os.path.join(state, "apt.conf")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(f'APT::Sandbox::User "root";\nDir::State "{state}";\nDir::State::status "{state}/status";\nDir::Cache "{state}";\n'
                   f'Dir::Etc::SourceList "/dev/null";\nDir::Etc::SourceParts "{parts}";\n')
    environment = dict(os.environ, APT_CONFIG=configuration)
    subprocess.run(["apt-get", "-qq", "update"], env=environment, check=False)
    shown = subprocess.run(["apt-cache", "showsrc", package], env=environment, capture_output=True, text=True, check=False).stdout
    # A mirror can name the newest before it has it.
    for version in dict.fromkeys(re.findall(r"^Version: (.*)", shown, re.M)):
        asked = subprocess.run(["apt-get", "-qq", "source", f"{package}={version}"], cwd=work, env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False)
        if asked.returncode == 0:
            return next(each.path for each in os.scandir(work) if each.is_dir() and each.name.startswith(package.rstrip("1")))
    return None
