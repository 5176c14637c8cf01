/*
 * As much of Windows' header as the parsers of its half need, so that they run in the fuzzers here: types, the layout
 * of an executable file (Microsoft: PE Format), and what command_line calls.
 */
#ifndef TESTS_FUZZ_WINDOWS_WINDOWS_H
#define TESTS_FUZZ_WINDOWS_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t BYTE;
typedef uint16_t WORD, WCHAR;
typedef uint32_t DWORD, UINT;
typedef int32_t LONG, BOOL;
typedef uint64_t ULONGLONG;

enum { CP_UTF8 = 65001, MAX_PATH = 260 };
int lstrlenW(const WCHAR *text);
WCHAR *lstrcatW(WCHAR *into, const WCHAR *more);
UINT GetSystemDirectoryW(WCHAR *into, UINT room);
int MultiByteToWideChar(UINT page, DWORD flags, const char *text, int length, WCHAR *into, int room);
int WideCharToMultiByte(UINT page, DWORD flags, const WCHAR *text, int length, char *into, int room,
                        const char *instead, BOOL *used);

#define IMAGE_DOS_SIGNATURE                  0x5a4d
#define IMAGE_NT_SIGNATURE                   0x4550
#define IMAGE_NT_OPTIONAL_HDR64_MAGIC        0x20b
#define IMAGE_FILE_MACHINE_I386              0x14c
#define IMAGE_FILE_MACHINE_AMD64             0x8664
#define IMAGE_FILE_DLL                       0x2000
#define IMAGE_SCN_MEM_EXECUTE                0x20000000u
#define IMAGE_SCN_MEM_WRITE                  0x80000000u
#define IMAGE_DIRECTORY_ENTRY_IMPORT         1
#define IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR 14

typedef struct {
    WORD e_magic, between[29];
    LONG e_lfanew;
} IMAGE_DOS_HEADER;

typedef struct {
    WORD Machine, NumberOfSections;
    DWORD TimeDateStamp, PointerToSymbolTable, NumberOfSymbols;
    WORD SizeOfOptionalHeader, Characteristics;
} IMAGE_FILE_HEADER;

typedef struct {
    DWORD VirtualAddress, Size;
} IMAGE_DATA_DIRECTORY;

typedef struct {
    DWORD Signature;
    IMAGE_FILE_HEADER FileHeader;
    struct {
        WORD Magic, between[47];
        IMAGE_DATA_DIRECTORY DataDirectory[16];
    } OptionalHeader;
} IMAGE_NT_HEADERS32;

typedef struct {
    DWORD Signature;
    IMAGE_FILE_HEADER FileHeader;
    struct {
        WORD Magic, between[55];
        IMAGE_DATA_DIRECTORY DataDirectory[16];
    } OptionalHeader;
} IMAGE_NT_HEADERS64;

typedef struct {
    BYTE Name[8];
    DWORD VirtualSize, VirtualAddress, SizeOfRawData, PointerToRawData, PointerToRelocations, PointerToLinenumbers;
    WORD NumberOfRelocations, NumberOfLinenumbers;
    DWORD Characteristics;
} IMAGE_SECTION_HEADER;

typedef struct {
    DWORD OriginalFirstThunk, TimeDateStamp, ForwarderChain, Name, FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR;

_Static_assert(sizeof(IMAGE_DOS_HEADER) == 64 && sizeof(IMAGE_NT_HEADERS32) == 248 &&
                   sizeof(IMAGE_NT_HEADERS64) == 264 && sizeof(IMAGE_SECTION_HEADER) == 40 &&
                   sizeof(IMAGE_IMPORT_DESCRIPTOR) == 20,
               "as on Windows");

#endif
