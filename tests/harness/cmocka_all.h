/* cmocka.h together with the headers that it wants before it. */
#ifndef TESTS_HARNESS_CMOCKA_ALL_H
#define TESTS_HARNESS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off: not sorted among them. */
#include <cmocka.h>

#endif
