#include "preload/command/check.h"
#include "preload/command/say.h"
#include "preload/program/program.h"
#include <stdio.h>
#include <string.h>

static int print(const char *name, const struct program *program)
{
    char phrase[PATH_MAX + 128];
    program_describe(program, phrase, sizeof phrase);
    printf("%s: %s\n", program->path, phrase);
    for (int method = 0; method < PROGRAM_METHODS; method++) {
        struct program_reach reach = program_reach(program, method);
        printf("  %-10s %-4s %s\n", program_method_name(method), reach.reached ? "yes" : "no", reach.why);
    }
    enum program_method chosen = program_choose(program);
    if (chosen == PROGRAM_METHODS)
        printf("tcpalive run cannot reach %s\n", name);
    else
        printf("tcpalive run takes %s\n", program_method_name(chosen));
    return chosen == PROGRAM_METHODS ? 1 : 0;
}

int check_main(int argc, char **argv)
{
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
    if (argc != first + 1 || (first == 1 && argv[1][0] == '-')) {
        return say_usage("check", argc > first ? argv[argc - 1] : NULL, "takes one PROGRAM");
    }
    struct program program;
    int error = program_read(argv[first], &program);
    if (error != 0) {
        say("program", program.object, strerror(error));
        return program_exit_code(error);
    }
    return print(argv[first], &program);
}
