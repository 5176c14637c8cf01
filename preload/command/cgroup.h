/*
 * cgroup: `tcpalive cgroup [settings] [--detach|--replace] PATH`: the policy for every program in a control group.
 *
 * Called by main. The kernel itself applies it from then on; the command only puts it there or takes it away.
 */
#ifndef PRELOAD_COMMAND_CGROUP_H
#define PRELOAD_COMMAND_CGROUP_H

/* Exit code: 0, or 125 after it said what is wrong. */
int cgroup_main(int argc, char **argv);

#endif
