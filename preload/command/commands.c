#include "preload/command/commands.h"
#include <stddef.h>

const struct command commands[] = {COMMANDS(COMMAND_ROW)};
