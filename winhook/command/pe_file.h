/*
 * pe_file: what a program's file says about itself.
 *
 * Used by check. It reads the headers, the section table and the names in the import table (Microsoft: PE
 * Format), trusts none of the numbers in them, and runs nothing.
 */
#ifndef WINHOOK_COMMAND_PE_FILE_H
#define WINHOOK_COMMAND_PE_FILE_H

#include <windows.h>
#include <stdbool.h>

struct pe_file {
    int word_bits;       /* 32 or 64 */
    const char *machine; /* `x86_64` */
    bool reachable_machine;
    bool program; /* not a DLL */
    bool managed; /* .NET */
    bool packed;  /* no section holds code that can be run as it is, or a packer left its name */
    bool service; /* asks for StartServiceCtrlDispatcher */
};

/* Finds the file as run does and reads it. 0, or a system error: ERROR_FILE_NOT_FOUND, ERROR_BAD_EXE_FORMAT
 * ... */
DWORD pe_file_read(const char *name, struct pe_file *file);

/* The path of a program as CreateProcess looks for it: with .exe when it has no ending, along PATH. False
 * when there is none. */
bool pe_file_find(const char *name, WCHAR *path, DWORD room);

#endif
