/*
 * image: the export and import tables of a module that is loaded in this process.
 *
 * Used by patch. It reads the mapped headers as they are (Microsoft: PE Format) and changes nothing.
 */
#ifndef WINHOOK_IMAGE_H
#define WINHOOK_IMAGE_H

#include <windows.h>

/*
 * Where the module keeps the exported function's distance from its base; NULL when it exports no such name, or forwards
 * it to another module.
 */
DWORD *image_export(HMODULE module, const char *name);

/* Calls visit for every import slot of the module, the delay-loaded ones too. */
void image_imports(HMODULE module, void (*visit)(void **slot, void *context), void *context);

#endif
