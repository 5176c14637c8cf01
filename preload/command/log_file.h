/*
 * log_file: can the library write to the file that the settings name, whatever the program's folder is?
 *
 * Asked when settings are read. It looks, and neither makes nor opens the file.
 */
#ifndef PRELOAD_COMMAND_LOG_FILE_H
#define PRELOAD_COMMAND_LOG_FILE_H

#include "core/policy.h"

/* Makes a path of the policy's absolute. False after it said why no line could be written there. */
bool log_file_settle(struct policy *policy);

#endif
