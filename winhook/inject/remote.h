/*
 * remote: another process's memory: its program's headers, its modules and what they export.
 *
 * Used by inject, prepend and run. It only reads; what it reads may change under it, so nothing in it is trusted.
 */
#ifndef WINHOOK_INJECT_REMOTE_H
#define WINHOOK_INJECT_REMOTE_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

/* A module's headers, of either word size. */
struct remote_image {
    BYTE *base;
    DWORD size;
    WORD machine;   /* IMAGE_FILE_MACHINE_... */
    WORD subsystem; /* IMAGE_SUBSYSTEM_... */
    bool wide;
    BYTE *directories; /* address there */
    DWORD directory_count;
    IMAGE_DATA_DIRECTORY directory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES]; /* zero from directory_count on */
    BYTE *sections;                                                   /* address there */
    WORD section_count;
};

/* All of it or nothing. */
bool remote_read(HANDLE process, const void *from, void *to, SIZE_T size);

/* Where the program's own image lies; NULL when that cannot be told. */
BYTE *remote_program(HANDLE process);

/* False when there are no headers at `base`. */
bool remote_image(HANDLE process, BYTE *base, struct remote_image *image);

/*
 * A .NET program without machine code, and so without imports that anybody reads (ECMA-335 II.25.3.3.1). What C++/CLI
 * makes of both has them.
 */
bool remote_has_no_code(HANDLE process, const struct remote_image *image);

/* Where the module of this file name lies in a process of our word size; NULL when it is not there. */
BYTE *remote_module(HANDLE process, const WCHAR *name);

/* Where that module keeps what it exports under the name; NULL when it does not, or forwards it. */
BYTE *remote_export(HANDLE process, BYTE *module, const char *name);

#endif
