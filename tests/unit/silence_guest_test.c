/*
 * silence_guest: it is spoken to once, after the silence it asked for; who says anything else goes; nobody
 * stays for ever.
 */
#include "core/silence_guest.h"
#include "unit.h"
#include <string.h>

enum { NOW = 1000, MINUTE = 60000 };

static struct silence_guest guest;
static const char *words;
static size_t piece;
static unsigned answers;

static int receive(size_t at, char *to, size_t room)
{
    size_t count = strlen(words) < piece ? strlen(words) : piece;
    count = count < room ? count : room;
    assert_int_equal(at, 5);
    assert_true(room >= 1 && to >= guest.request && to + room <= guest.request + sizeof guest.request);
    for (size_t i = 0; i < count; i++)
        to[i] = *words++;
    return (int)count;
}

static int ends(size_t at, char *to, size_t room)
{
    (void)at;
    (void)to;
    (void)room;
    return -1;
}

static void answer(size_t at, const char *text, size_t length)
{
    assert_int_equal(at, 5);
    assert_int_equal(length, strlen(silence_answer));
    assert_memory_equal(text, silence_answer, length);
    answers++;
}

static bool turn(bool comes, int64_t now)
{
    static const struct silence_line line = {receive, answer};
    return silence_guest_turn(&guest, 5, comes, now, &line);
}

/* In pieces of so many bytes; false as soon as it is to go. */
static bool say(const char *said, size_t so_many)
{
    guest = silence_guest_at(NOW);
    words = said;
    piece = so_many;
    answers = 0;
    while (*words)
        if (!turn(true, NOW))
            return false;
    return turn(true, NOW); /* nothing is there yet */
}

static void it_is_spoken_to_once(void **state)
{
    (void)state;
    for (size_t so_many = 1; so_many < SILENCE_REQUEST_SIZE; so_many++) {
        assert_true(say("tcpalive silence 12000\n", so_many));
        assert_true(turn(false, NOW + 11999) && answers == 0);
        assert_true(turn(false, NOW + 12000) && answers == 1);
        assert_true(turn(false, NOW + 12001) && answers == 1);
        assert_true(turn(false, NOW + 12000 + MINUTE - 1));
        assert_false(turn(false, NOW + 12000 + MINUTE));
        assert_int_equal(answers, 1);
    }
}

static void who_says_more_goes(void **state)
{
    static const char *const wrong[] = {"tcpalive silence 12000\n\n", "tcpalive silence 12000\ntcpalive silence 1\n",
                                        "GET / HTTP/1.1\r\n\r\n",
                                        "tcpalive silence 00000000000000000000000000000000000000000000000000000001\n"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        for (size_t so_many = 1; so_many < 2 * SILENCE_REQUEST_SIZE; so_many++)
            if (say(wrong[i], so_many))
                fail_msg("%s stays, in pieces of %zu", wrong[i], so_many);
}

static void nobody_stays_for_ever(void **state)
{
    static const struct silence_line ended = {ends, answer};
    (void)state;
    assert_true(say("tcpalive sil", 3));
    assert_true(turn(false, NOW + SILENCE_REQUEST_MAX - 1));
    assert_false(turn(false, NOW + SILENCE_REQUEST_MAX));
    assert_int_equal(answers, 0);
    assert_true(say("tcpalive sil", 3));
    assert_false(silence_guest_turn(&guest, 5, true, NOW, &ended));
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
