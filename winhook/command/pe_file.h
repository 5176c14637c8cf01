/*
 * pe_file: where a program's file is, and what it says about itself.
 *
 * Used by check and run. It runs nothing.
 */
#ifndef WINHOOK_COMMAND_PE_FILE_H
#define WINHOOK_COMMAND_PE_FILE_H

#include "pe_image.h"

/* Finds the file as run does and reads it. 0, or a system error: ERROR_FILE_NOT_FOUND, ERROR_BAD_EXE_FORMAT ... */
DWORD pe_file_read(const char *name, struct pe_image *image);

/*
 * The path of a program as CreateProcess looks for it: with .exe when it has no ending, along PATH. False when
 * there is none.
 */
bool pe_file_find(const char *name, WCHAR *path, DWORD room);

#endif
