#include "winhook/library/start.h"

const char tcpalive_version[START_VERSION_ROOM] = "tcpalive " TCPALIVE_VERSION;
