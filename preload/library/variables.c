#include "preload/library/variables.h"
#include "core/alias.h"
#include <stddef.h>
#include <stdint.h>

/* The letters with which the names begin, one bit each. */
static uint32_t first_letters(void)
{
    uint32_t letters = 1u << ('T' & 31) | 1u << ('L' & 31); /* TCPALIVE_..., LD_PRELOAD */
    for (size_t i = 0; i < alias_count; i++)
        letters |= 1u << (aliases[i].variable[0] & 31);
    return letters;
}

void variables_pick(struct variables *variables, char **environment)
{
    uint32_t letters = first_letters();
    variables->all = environment;
    variables->count = 0;
    for (char **one = environment; one && *one; one++) {
        if (!(letters >> (**one & 31) & 1))
            continue;
        if (variables->count == VARIABLES_MAX - 1) {
            variables->count = VARIABLES_MAX + 1;
            return;
        }
        variables->picked[variables->count++] = *one;
    }
    variables->picked[variables->count] = NULL;
}

char **variables_list(struct variables *variables)
{
    return variables->count > VARIABLES_MAX ? variables->all : variables->picked;
}

const char *variables_find(void *context, const char *name)
{
    for (char **one = variables_list(context); *one; one++) {
        size_t same = 0;
        while (name[same] && (*one)[same] == name[same])
            same++;
        if (!name[same] && (*one)[same] == '=')
            return *one + same + 1;
    }
    return NULL;
}
