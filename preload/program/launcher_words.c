#include "preload/program/launcher_words.h"
#include "preload/program/shell_text.h"
#include <stdio.h>
#include <string.h>

static const char variable[] = "LD_PRELOAD";

static const struct launcher launchers[] = {
    {"env", .assigns = true, .in_place = true, .drops = "i", .valued = "uCSa", .unsets = " -u --unset ",
     .words = " - --ignore-environment ", .wordy = " --unset --chdir --argv0 --split-string "},
    {"sudo", .always = true, .assigns = true, .valued = "ugpCcDhrtTRUa"},
    {"doas", .always = true, .valued = "uCa"},
    {"pkexec", .always = true},
    {"su", .login = true, .operands = -1, .shells = " -c --command ", .drops = "l", .valued = "cgGsTw",
     .words = " - --login ", .wordy = " --command --group --supp-group --shell --whitelist-environment "},
    {"runuser", .login = true, .shells = " -c --command ", .drops = "l", .valued = "cgGsTuw", .words = " - --login ",
     .wordy = " --command --group --supp-group --shell --user --whitelist-environment "},
    {"setpriv", .in_place = true, .words = " --reset-env ",
     .wordy = " --reuid --regid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig --ptracer "
              "--selinux-label --apparmor-profile --landlock-access --landlock-rule --seccomp-filter "},
    {"bwrap", .elsewhere = true, .words = " --clearenv ", .unsets = " --unsetenv ",
     .pairs = " --bind --bind-try --dev-bind --dev-bind-try --ro-bind --ro-bind-try --bind-fd --ro-bind-fd --file "
              "--bind-data --ro-bind-data --symlink --chmod --setenv --overlay ",
     .wordy = " --args --argv0 --userns --userns2 --pidns --uid --gid --hostname --chdir --unsetenv --lock-file "
              "--sync-fd --remount-ro --exec-label --file-label --proc --dev --tmpfs --mqueue --dir --seccomp "
              "--add-seccomp-fd --block-fd --userns-block-fd --info-fd --json-status-fd --cap-add --cap-drop --perms "
              "--size --overlay-src --tmp-overlay --ro-overlay "},
    {"systemd-run", .always = true, .another = true, .valued = "HMutpGEC", .keeping = "--scope"},
    {"flatpak", .always = true, .another = true, .verbs = " run "},
    {"docker", .always = true, .another = true, .valued = "Hlc", .verbs = " run exec start restart compose container "},
    {"podman", .always = true, .another = true, .verbs = " run exec start restart container "},
    {"nerdctl", .always = true, .another = true, .verbs = " run exec start restart compose container "},
    {"kubectl", .always = true, .another = true, .valued = "ns", .verbs = " run exec debug "},
    {"lxc-attach", .always = true, .another = true},
    {"machinectl", .always = true, .another = true, .verbs = " shell start login "},
    {"systemctl", .always = true, .another = true, .verbs = " start restart try-restart reload-or-restart "},
    {"nsenter", .elsewhere = true, .drops = "e", .valued = "tSG", .words = " --env ",
     .wordy = " --target --setuid --setgid "},
    {"nice", .in_place = true, .valued = "n", .wordy = " --adjustment "},
    {"ionice", .in_place = true, .valued = "cn", .wordy = " --class --classdata "},
    {"nohup", .in_place = true},
    {"setsid", .in_place = true},
    {"stdbuf", .in_place = true, .valued = "ioe", .wordy = " --input --output --error "},
    {"chrt", .in_place = true, .operands = 1, .valued = "TPD",
     .wordy = " --sched-runtime --sched-period --sched-deadline "},
    {"taskset", .in_place = true, .operands = 1},
    {"numactl", .in_place = true, .valued = "CNmiplPw",
     .wordy = " --physcpubind --cpunodebind --membind --interleave "},
    {"prlimit", .in_place = true},
    {"linux32", .in_place = true},
    {"linux64", .in_place = true},
    {"gosu", .in_place = true, .operands = 1},
    {"su-exec", .in_place = true, .operands = 1},
    {"setuidgid", .in_place = true, .operands = 1},
    {"chpst", .in_place = true, .valued = "ueU/nblmdofcprt"},
    {"chroot", .in_place = true, .elsewhere = true, .operands = 1, .roots = "", .wordy = " --groups --userspec "},
    {"unshare", .valued = "RwSGl", .roots = " -R --root ",
     .wordy = " --root --wd --setuid --setgid --map-user --map-group --map-users --map-groups --propagation "
              "--setgroups --monotonic --boottime --load-interp "},
    {"busybox", .in_place = true},
    {"setarch", .in_place = true, .operands = 1},
    {"cgexec", .in_place = true, .valued = "g"},
    {"ip", .in_place = true, .operands = 1, .after = "exec", .valued = "n", .wordy = " --netns "},
    {"runcon", .in_place = true, .operands = 1, .valued = "turl"},
    {"softlimit", .in_place = true, .valued = "adslmorpcft"},
    {"envdir", .in_place = true, .operands = 1},
    {"envuidgid", .in_place = true, .operands = 1},
    {"s6-setuidgid", .in_place = true, .operands = 1},
    {"s6-applyuidgid", .in_place = true, .valued = "ugG"},
    {"s6-envdir", .in_place = true, .operands = 1, .valued = "cn"},
    {"s6-softlimit", .in_place = true, .valued = "adslmorpcft"},
    {"start-stop-daemon", .valued = "xapnugscrNPIkdRO", .named = " -x --exec -a --startas ",
     .wordy = " --pidfile --name --user --group --chuid --signal --retry --chroot --chdir --nicelevel --procsched "
              "--iosched --umask --output --notify-timeout --ppid --pid "},
    {"daemonize", .valued = "aceolpuE"},
    {"timeout", .operands = 1, .valued = "ks"},
    {"time", .valued = "fo"},
    {"flock", .operands = 1, .valued = "wEc", .shells = " -c --command ", .wordy = " --command --timeout "},
    {"script", .operands = -1, .valued = "cEIOoTBm", .shells = " -c --command ",
     .wordy = " --command --echo --log-in --log-out --log-io --log-timing --logging-format --output-limit "},
    {"xargs", .valued = "adEILnPs",
     .wordy = " --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --process-slot-var "},
    {"tini", .valued = "pe"},
    {"dumb-init", .valued = "r"},
    {"catatonit", .operands = 0},
    {"ltrace", .valued = "aADeFlnopsux"},
    {"valgrind", .operands = 0},
    {"xvfb-run", .valued = "efnpsw"},
    {"dbus-run-session", .operands = 0},
    {"eatmydata", .operands = 0},
    {"fakeroot", .valued = "lsif"},
    {"faketime", .operands = 1, .valued = "fp"},
    {"proxychains4", .valued = "f"},
    {"torsocks", .valued = "uPap"},
    {"strace", .valued = "abeEIoOpPsSuUX"},
};

const char *launcher_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const struct launcher *launcher_of(const char *name)
{
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
        if (strcmp(launcher_base(name), launchers[i].name) == 0)
            return &launchers[i];
    return NULL;
}

static bool is_in(const char *list, const char *word)
{
    char padded[64];
    int length = snprintf(padded, sizeof padded, " %.*s ", (int)strcspn(word, "="), word);
    return list && length < (int)sizeof padded && strstr(list, padded);
}

static bool is_among(const char *letters, char letter)
{
    return letters && strchr(letters, letter);
}

/* A cluster such as -lc: does it have one of the letters, in front of one that takes the rest as its value? */
static bool has_letter(const char *word, const char *letters, const char *valued)
{
    for (const char *at = word + 1; word[0] == '-' && word[1] != '-' && *at; at++) {
        if (is_among(letters, *at))
            return true;
        if (is_among(valued, *at))
            return false;
    }
    return false;
}

/* How many of the words behind an option are its values. */
static int values_of(const struct launcher *launcher, const char *word)
{
    if (strncmp(word, "--", 2) == 0)
        return strchr(word, '=') ? 0
               : is_in(launcher->pairs, word)
                   ? 2
                   : is_in(launcher->wordy, word) || is_in(launcher->named, word) || is_in(launcher->roots, word);
    size_t until = strcspn(word + 1, launcher->valued ? launcher->valued : "");
    return word[1 + until] && !word[2 + until];
}

/* Where in a cluster such as -lc the letter is that takes a value, or its last one. */
static size_t letter_of(const struct launcher *launcher, const char *word)
{
    size_t at = 1 + strcspn(word + 1, launcher->valued ? launcher->valued : "");
    return word[at] ? at : at - 1;
}

/* The value of an option that has one, in its own word or in the next; NULL: none. */
static const char *value_of(const char *word, size_t letter, const char *next, int values)
{
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    return equals                                               ? equals + 1
           : values                                             ? next
           : word[1] != '-' && word[letter] && word[letter + 1] ? word + letter + 1
                                                                : NULL;
}

static void take_option(const struct launcher *launcher, char *const *words, int values, struct launcher_walk *walk)
{
    size_t letter = letter_of(launcher, words[0]);
    const char *value = value_of(words[0], letter, words[1], values), short_one[] = {'-', words[0][letter], '\0'};
    bool is_long = strncmp(words[0], "--", 2) == 0;
    const char *name = is_long ? words[0] : short_one;
    if (launcher->keeping && strcmp(words[0], launcher->keeping) == 0)
        walk->drops = false;
    else if (is_in(launcher->words, words[0]) || has_letter(words[0], launcher->drops, launcher->valued) ||
             (is_in(launcher->unsets, name) && value && strcmp(value, variable) == 0))
        walk->drops = true;
    if (is_in(" --setenv ", name) && values == 2 && words[1] && strcmp(words[1], variable) == 0 && words[2])
        walk->drops = !shell_text_keeps(words[2], strlen(words[2]));
    if (is_in(launcher->shells, name))
        walk->text = value;
    if (is_in(launcher->roots, name))
        walk->root = value;
    if (is_in(launcher->named, name) && values && words[1])
        walk->program = words + 1;
}

/* True where the word is no operand but an assignment. */
static bool assigns(const struct launcher *launcher, const char *word, struct launcher_walk *walk)
{
    size_t length = sizeof variable - 1;
    if (!launcher->assigns || !strchr(word, '='))
        return false;
    if (strncmp(word, variable, length) == 0 && word[length] == '=')
        walk->drops = !shell_text_keeps(word, strlen(word));
    return true;
}

/* An operand: false where it is the last word that says something. */
static bool take_operand(const struct launcher *launcher, char *const *words, int *operands, struct launcher_walk *walk)
{
    if (launcher->verbs) {
        walk->drops = is_in(launcher->verbs, *words);
        return false;
    }
    if (launcher->named)
        return false;
    if (assigns(launcher, *words, walk))
        return true;
    if (launcher->roots && !*launcher->roots && !walk->root)
        walk->root = *words;
    if ((*operands)-- != 0)
        return true;
    walk->program = words;
    return launcher->login;
}

struct launcher_walk launcher_walk(const struct launcher *launcher, char *const *words)
{
    struct launcher_walk walk = {.drops = launcher->always && !launcher->verbs};
    int operands = launcher->operands;
    bool options = true, user = false, after = !launcher->after;
    for (; *words; words++) {
        bool dash = options && **words == '-' && (words[0][1] || is_in(launcher->words, "-"));
        if (dash && strcmp(*words, "--") == 0) {
            options = false;
            if (launcher->login && words[1])
                walk.program = words + 1;
            if (launcher->login)
                break;
        } else if (dash) {
            int values = values_of(launcher, *words);
            take_option(launcher, words, values, &walk);
            user = user || is_in(" -u --user ", *words);
            while (values-- && words[1])
                words++;
        } else if (!after) {
            after = strcmp(*words, launcher->after) == 0;
        } else if (!take_operand(launcher, words, &operands, &walk)) {
            break;
        }
    }
    if (launcher->login && (!user || launcher->operands))
        walk.program = NULL; /* a user, and what a shell gets */
    return walk;
}
