/*
 * enable: `tcpalive enable [settings] UNIT` and `tcpalive disable UNIT`: a service or slice of systemd under the policy
 * at every start.
 */
#ifndef PRELOAD_COMMAND_ENABLE_H
#define PRELOAD_COMMAND_ENABLE_H

int enable_main(int argc, char **argv);
int disable_main(int argc, char **argv);

#endif
