#include "winhook/entrance.h"

const char tcpalive_version[VERSION_ROOM] = "tcpalive " TCPALIVE_VERSION;
