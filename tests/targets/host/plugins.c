/* Plugins, and the library itself opened and closed again. */
#include "host.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The plugin has a function of this name too; which of both it calls is what RTLD_DEEPBIND decides. */
const char *host_flavour(void);
__attribute__((visibility("default"))) const char *host_flavour(void)
{
    return "program's";
}

static int mode_of(const char *text)
{
    int mode = text && strstr(text, "now") ? RTLD_NOW : RTLD_LAZY;
#ifdef RTLD_DEEPBIND
    if (text && strncmp(text, "deep-", 5) == 0)
        mode |= RTLD_DEEPBIND;
#endif
    return mode | RTLD_GLOBAL;
}

void host_plugin(char **arguments)
{
    void (*serve)(void (*)(const char *, int)) = NULL;
    const char *(*flavour)(void) = NULL;
    dlerror();
    void *plugin = arguments[0] ? dlopen(arguments[0], mode_of(arguments[1])) : NULL;
    const char *error = dlerror();
    printf("plugin %s\n", plugin ? "opened" : error ? error : "missing");
    if (!plugin)
        return;
    printf("error %s\n", error ? error : "none");
    *(void **)&serve = dlsym(plugin, "plugin_serve");
    *(void **)&flavour = dlsym(plugin, "plugin_flavour");
    serve(probe_shows);
    printf("flavour %s\n", flavour());
}

void host_dlclose(char **arguments)
{
    for (int i = 0; i < 3; i++) {
        void *object = dlopen(arguments[0], RTLD_NOW);
        printf("object %s\n", object ? "opened" : "missing");
        host_shows_all();
        if (object)
            printf("closed %d\n", dlclose(object));
    }
    host_shows_all();
}

/* What other interposers change for a program. */
void host_interposed(char **arguments)
{
    (void)arguments;
    Dl_info about = {0};
    time_t now = time(NULL);
    void *(*allocate)(size_t) = NULL;
    *(void **)&allocate = dlsym(RTLD_DEFAULT, "malloc");
    dladdr(*(void **)&allocate, &about);
    const char *file = about.dli_fname ? strrchr(about.dli_fname, '/') : NULL;
    printf("year %d\n", gmtime(&now)->tm_year + 1900);
    printf("malloc from %s\n", file ? file + 1 : "?");
    host_shows_all();
}
