#!/bin/sh
# release.sh: packages of other Debian releases, for scripts that source it. They come from wherever this machine's apt gets
# its own, checked by Debian's key, through an apt with a state of its own, so that nothing of this machine's changes.

# Sets `mirror` to where apt has Debian itself from.
find_mirror() {
    mirror=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's/^Debian|//p' | head -n 1)
    [ -n "$mirror" ]
}

# download_release SUITE DIRECTORY PACKAGES [ARCHITECTURES]: the packages lie in DIRECTORY/packages then, and what apt said
# in DIRECTORY/log.
# shellcheck disable=SC2086 # packages is a list
download_release() {
    state=$2
    key=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/packages"
    : >"$state/status"
    echo "deb [signed-by=$key] $mirror $1 main" >"$state/sources.list"
    cat >"$state/apt.conf" <<END
APT::Architectures "${4:-$(dpkg --print-architecture)}";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "root";
END
    APT_CONFIG=$state/apt.conf apt-get -qq update >"$state/log" 2>&1 &&
        (cd "$state/packages" && APT_CONFIG=$state/apt.conf apt-get -qq download $3 >>"$state/log" 2>&1)
}
