/*
 * measure: `tcpalive measure [options] HOST:PORT | -- PROGRAM [ARG...] | --serve [ADDRESS:]PORT`.
 *
 * Called by main. It reads the words and prints what the room preload/measure found.
 */
#ifndef PRELOAD_COMMAND_MEASURE_H
#define PRELOAD_COMMAND_MEASURE_H

/*
 * argv[0] is "measure". 0 when the limit, or that there is none, was found; 1 when not; 125 for wrong usage; 126 and
 * 127 as run.
 */
int measure_main(int argc, char **argv);

#endif
