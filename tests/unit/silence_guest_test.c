/*
 * silence_guest: it is spoken to once, after the silence it asked for; who says anything else goes; nobody
 * stays for ever.
 */
#include "core/silence_guest.h"
#include "unit.h"
#include <string.h>

enum { NOW = 1000, MINUTE = 60000 };

/* In pieces of so many bytes; false as soon as it is to go. */
static bool say(struct silence_guest *guest, const char *words, size_t piece)
{
    for (size_t left = strlen(words); left;) {
        size_t room;
        char *to = silence_guest_room(guest, &room);
        size_t count = left < piece ? left : piece;
        count = count < room ? count : room;
        assert_true(room >= 1 && to >= guest->request && to + room <= guest->request + sizeof guest->request);
        memcpy(to, words, count);
        if (!silence_guest_hear(guest, count, NOW))
            return false;
        words += count;
        left -= count;
    }
    return true;
}

static void it_is_spoken_to_once(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < SILENCE_REQUEST_SIZE; piece++) {
        struct silence_guest guest = silence_guest_at(NOW);
        assert_true(say(&guest, "tcpalive silence 12000\n", piece));
        assert_false(silence_guest_is_due(&guest, NOW + 11999));
        assert_true(silence_guest_is_due(&guest, NOW + 12000));
        assert_false(silence_guest_is_due(&guest, NOW + 12001));
        assert_true(silence_guest_stays(&guest, NOW + 12000 + MINUTE - 1));
        assert_false(silence_guest_stays(&guest, NOW + 12000 + MINUTE));
    }
}

static void who_says_more_goes(void **state)
{
    static const char *const words[] = {"tcpalive silence 12000\n\n", "tcpalive silence 12000\ntcpalive silence 1\n",
                                        "GET / HTTP/1.1\r\n\r\n",
                                        "tcpalive silence 00000000000000000000000000000000000000000000000000000001\n"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        for (size_t piece = 1; piece < 2 * SILENCE_REQUEST_SIZE; piece++) {
            struct silence_guest guest = silence_guest_at(NOW);
            if (say(&guest, words[i], piece))
                fail_msg("%s stays, in pieces of %zu", words[i], piece);
        }
}

static void nobody_stays_for_ever(void **state)
{
    struct silence_guest guest = silence_guest_at(NOW);
    (void)state;
    assert_true(say(&guest, "tcpalive sil", 3));
    assert_false(silence_guest_is_due(&guest, NOW + SILENCE_REQUEST_MAX));
    assert_true(silence_guest_stays(&guest, NOW + SILENCE_REQUEST_MAX - 1));
    assert_false(silence_guest_stays(&guest, NOW + SILENCE_REQUEST_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_spoken_to_once),
        cmocka_unit_test(who_says_more_goes),
        cmocka_unit_test(nobody_stays_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
