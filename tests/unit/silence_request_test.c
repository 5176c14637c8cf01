/* silence_request: what is written is read back; anything else is wrong as soon as it can be told. */
#include "core/silence_request.h"
#include "unit.h"
#include <string.h>

static void what_is_written_is_read(void **state)
{
    static const int32_t times[] = {1, 999, 5000, 86399999, SILENCE_REQUEST_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        char buffer[SILENCE_REQUEST_SIZE];
        struct text text = text_in(buffer, sizeof buffer);
        int32_t ms = 0;
        silence_request_write(&text, times[i]);
        for (size_t length = 0; length < text.used; length++)
            assert_int_equal(silence_request_read((struct span){buffer, length}, &ms), SILENCE_REQUEST_SHORT);
        assert_int_equal(silence_request_read((struct span){buffer, text.used}, &ms), SILENCE_REQUEST_WHOLE);
        assert_int_equal(ms, times[i]);
    }
}

static void the_rest_is_wrong(void **state)
{
    static const char *const words[] = {
        "x",
        "GET / HTTP/1.1\r\n",
        "tcpalive silencE",
        "tcpalive silence \n",
        "tcpalive silence 0\n",
        "tcpalive silence -5\n",
        "tcpalive silence 5x",
        "tcpalive silence 86400001",
        "tcpalive silence 99999999999999999999",
        "tcpalive silence 5\r\n",
        "tcpalive silence 5\n5",
        "\n",
    };
    int32_t ms;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (silence_request_read(span_of(words[i]), &ms) != SILENCE_REQUEST_WRONG)
            fail_msg("taken: %s", words[i]);
    assert_int_equal(silence_request_read((struct span){"\0\0", 2}, &ms), SILENCE_REQUEST_WRONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_rest_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
