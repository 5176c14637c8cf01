#include "preload/command/commands.h"
#include <stddef.h>

#define OPTION(id, name, argument, help) {name, argument, help},

const struct command commands[] = {
#define X(name, list, operands, settings, what, more, first, second)                                                   \
    {#name,                                                                                                            \
     operands,                                                                                                         \
     what,                                                                                                             \
     more,                                                                                                             \
     settings,                                                                                                         \
     (const struct option[]){list(OPTION){NULL, NULL, NULL}},                                                          \
     sizeof(struct option[]){list(OPTION){NULL, NULL, NULL}} / sizeof(struct option) - 1,                              \
     {first, second}},
    COMMANDS(X)
#undef X
};
