/*
 * wine_seen: what was seen working under Wine, as the lines of harness/seen.h.
 */
#ifndef TESTS_WINDOWS_WINE_SEEN_H
#define TESTS_WINDOWS_WINE_SEEN_H

/*
 * A program of that word size, by its name; called once all that the test asserts of it holds. note: what sets it
 * apart; NULL: nothing.
 */
void wine_seen(const char *word, const char *program, const char *note);

#endif
