/*
 * A mscoree.dll: what runs .NET programs, whose loader reads no imports. This one runs the probe in their place, with
 * Winsock as .NET has it: as a library that comes later.
 */
#include <windows.h>
#include <stdlib.h>

int probe_main(int argc, char **argv);
int run_program(void);

int __cdecl __getmainargs(int *argc, char ***argv, char ***environment, int wildcards, int *mode);

int run_program(void)
{
    char **argv, **environment;
    int argc, mode = 0;
    __getmainargs(&argc, &argv, &environment, 0, &mode);
    exit(probe_main(argc, argv));
}
