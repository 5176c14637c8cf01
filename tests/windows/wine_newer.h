/*
 * wine_newer: the Wine of Debian 13 in the place of this machine's, for wine alone.
 *
 * tests/setup/wine_newer.sh brings its files; in a mount namespace that only the test's Windows programs live in they
 * stand where the installed Wine and its C library are. For root.
 */
#ifndef TESTS_WINDOWS_WINE_NEWER_H
#define TESTS_WINDOWS_WINE_NEWER_H

/* Does the environment ask for it? */
int wine_newer_wanted(void);

/* Makes the namespace, once. 0, or -1 when this user cannot. */
int wine_newer_make(void);

/* Into that namespace and out of it again, around what is started there; without one, nothing. */
void wine_newer_enter(void);
void wine_newer_leave(void);

#endif
