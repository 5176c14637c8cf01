/*
 * pe_image: what a program's file says about itself.
 *
 * It reads the headers, the section table and the names in the import table (Microsoft: PE Format) of a file that lies
 * in memory as it does on the disk, trusts none of the numbers in them, and asks no system.
 */
#ifndef WINHOOK_COMMAND_PE_IMAGE_H
#define WINHOOK_COMMAND_PE_IMAGE_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct pe_image {
    int word_bits;       /* 32 or 64 */
    const char *machine; /* `x86_64` */
    bool reachable_machine;
    bool program; /* not a DLL */
    bool managed; /* .NET */
    bool packed;  /* no section holds code that can be run as it is, or a packer left its name */
    bool service; /* asks for StartServiceCtrlDispatcher */
};

/* False when it is no executable in this format. */
bool pe_image_read(const void *at, size_t size, struct pe_image *image);

#endif
