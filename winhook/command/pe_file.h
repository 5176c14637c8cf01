/*
 * pe_file: what a program's file says about itself.
 *
 * Used by check. It runs nothing.
 */
#ifndef WINHOOK_COMMAND_PE_FILE_H
#define WINHOOK_COMMAND_PE_FILE_H

#include "pe_image.h"
#include "winhook/long_path.h"

struct pe_file {
    bool batch; /* for the command interpreter; nothing is said of its image */
    struct pe_image image;
    char path[3 * LONG_PATH]; /* where it is, in UTF-8 */
};

/* Finds the file as run does and reads it. 0, or a system error: ERROR_FILE_NOT_FOUND, ERROR_BAD_EXE_FORMAT ... */
DWORD pe_file_read(const char *name, struct pe_file *file);

#endif
