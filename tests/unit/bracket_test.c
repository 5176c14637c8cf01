/* bracket: on paths of every limit, lossy ones too, the answer encloses the limit and is as close as promised. */
#include "core/bracket.h"
#include "unit.h"

enum { TRIALS = 512, HOUR = 3600000 };

static const struct bracket_bounds usual = {.from = 5000, .up_to = 2 * HOUR, .grain = 1000, .connections = 60};

/* A path, and a service behind it. */
struct path {
    int32_t limit, closes_after; /* 0: none */
    unsigned takes;              /* how many connections at once; 0: any */
    unsigned loses;              /* of a thousand trials, without reason */
    bool resets, deaf;           /* how it forgets; probes do not count */
};

static int32_t shorter(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* 0..999, the same row on every system. */
static unsigned chance(void)
{
    static uint32_t state = 1;
    state = state * 1664525 + 1013904223;
    return (state >> 8) % 1000;
}

static void end_of(const struct path *path, struct trial *trial)
{
    int32_t closes = path->closes_after ? path->closes_after : INT32_MAX, limit = path->limit ? path->limit : INT32_MAX;
    bool unlucky = path->loses && chance() < path->loses;
    if (closes <= trial->silence) {
        trial->outcome = TRIAL_CLOSED;
        trial->unprobed = true;
        trial->lost_at = closes;
    } else if (trial->silence >= limit || unlucky) {
        trial->outcome = path->resets ? TRIAL_RESET : TRIAL_DROPPED;
        trial->lost_at = trial->silence;
    } else {
        trial->outcome = TRIAL_HELD;
        trial->later = path->deaf ? TRIAL_DROPPED : path->closes_after ? TRIAL_CLOSED : TRIAL_HELD;
        trial->proved = trial->later == TRIAL_HELD ? INT32_MAX : trial->silence;
    }
}

/* The answers of a row come in the order of their silences, until it is settled. */
static void play_row(const struct path *path, const struct bracket_bounds *bounds, struct trial *trials, size_t row,
                     size_t count, struct bracket *bracket)
{
    for (size_t i = row; path->takes && i < count; i++)
        if (i - row >= path->takes)
            trials[i].outcome = TRIAL_REFUSED;
    for (;;) {
        struct trial *next = NULL;
        bracket_find(trials, count, bounds->from, bracket);
        for (size_t i = row; i < count; i++)
            if (trials[i].outcome == TRIAL_WAITS && (!next || trials[i].silence < next->silence))
                next = &trials[i];
        if (!next || (bracket->settled && bracket->probes_help != ANSWER_PENDING))
            break;
        end_of(path, next);
    }
    for (size_t i = row; i < count; i++) {
        trials[i].ended = true;
        if (trials[i].outcome == TRIAL_WAITS)
            trials[i].outcome = TRIAL_NEEDLESS;
    }
}

static struct bracket play(const struct path *path, const struct bracket_bounds *bounds)
{
    static struct trial trials[TRIALS];
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    size_t count = 0, rows = 0, next = bracket_next(NULL, true, bounds, silences);
    struct bracket bracket = {0};
    while (next && ++rows < 8) {
        size_t row = count;
        assert_true(next <= bounds->connections);
        for (size_t i = 0; i < next; i++) {
            assert_in_range(silences[i], bounds->from, bounds->up_to);
            assert_int_equal(silences[i] % bounds->grain, 0);
            trials[count++] = (struct trial){.silence = silences[i]};
        }
        play_row(path, bounds, trials, row, count, &bracket);
        next = bracket_next(&bracket, false, bounds, silences);
    }
    return bracket;
}

static void expect_enclosed(const struct bracket *bracket, int32_t limit, int32_t width)
{
    if (bracket->remembers >= limit || bracket->forgets < limit || bracket->forgets - bracket->remembers > width)
        fail_msg("limit %d: between %d and %d", limit, bracket->remembers, bracket->forgets);
}

static void the_first_row_grows_by_a_fifth_at_most(void **state)
{
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    size_t count = bracket_next(NULL, true, &usual, silences);
    (void)state;
    assert_in_range(count, 40, 60);
    assert_int_equal(silences[0], 5000);
    assert_int_equal(silences[1], 2 * HOUR);
    for (size_t i = 0; i < count; i++) {
        int32_t next = INT32_MAX;
        for (size_t j = 0; j < count; j++)
            next = silences[j] > silences[i] ? shorter(next, silences[j]) : next;
        assert_true(next == INT32_MAX || (int64_t)next * 5 <= (int64_t)silences[i] * 6);
    }
}

static void every_limit_is_found(void **state)
{
    (void)state;
    for (int32_t limit = 6000; limit < 2 * HOUR; limit += limit / 37 / 1000 * 1000 + 1000) {
        struct bracket bracket = play(&(struct path){.limit = limit}, &usual);
        expect_enclosed(&bracket, limit, limit / 5 > 1000 ? limit / 5 : 1000);
        assert_int_equal(bracket.cause, TRIAL_DROPPED);
        assert_int_equal(bracket.probes_help, ANSWER_YES);
        assert_int_equal(bracket_survive(&bracket), bracket.remembers);
    }
}

static void a_finer_row_is_as_fine_as_asked(void **state)
{
    struct bracket_bounds bounds = usual;
    (void)state;
    for (bounds.precision = 1000; bounds.precision < 100000; bounds.precision *= 3)
        for (int32_t limit = 6000; limit < 2 * HOUR; limit += limit / 11 / 1000 * 1000 + 1000) {
            struct bracket bracket = play(&(struct path){.limit = limit}, &bounds);
            expect_enclosed(&bracket, limit, bounds.precision);
        }
}

static void few_connections_find_it_too(void **state)
{
    struct bracket_bounds bounds = usual;
    (void)state;
    bounds.up_to = 600000;
    for (bounds.connections = 3; bounds.connections < 64; bounds.connections++)
        for (int32_t limit = 6000; limit < 600000; limit += limit / 7 / 1000 * 1000 + 1000) {
            struct bracket bracket = play(&(struct path){.limit = limit}, &bounds);
            if (bracket.remembers >= limit || bracket.forgets < limit)
                fail_msg("%d at once, limit %d: between %d and %d", bounds.connections, limit, bracket.remembers,
                         bracket.forgets);
        }
}

static void a_service_that_takes_three_is_measured(void **state)
{
    (void)state;
    for (int32_t limit = 6000; limit < 14000; limit += 1000) {
        struct bracket_bounds bounds = usual;
        bounds.up_to = 20000;
        struct bracket bracket = play(&(struct path){.limit = limit, .takes = 3}, &bounds);
        assert_true(bracket.remembers < limit && bracket.forgets >= limit && bracket.refused);
    }
}

static void one_loss_is_no_limit(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct bracket bracket = play(&(struct path){.limit = 0, .loses = 2}, &usual);
        assert_int_equal(bracket.forgets, BRACKET_NONE);
        assert_int_equal(bracket.remembers, 2 * HOUR);
    }
    struct trial trials[] = {{.silence = 5000, .outcome = TRIAL_HELD},
                             {.silence = 6000, .outcome = TRIAL_DROPPED, .lost_at = 6000}};
    struct bracket bracket;
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    bracket_find(trials, COUNT_OF(trials), 5000, &bracket);
    assert_int_equal(bracket.forgets, BRACKET_NONE);
    assert_int_equal(bracket.doubtful, 6000);
    assert_int_equal(bracket_next(&bracket, false, &usual, silences), 2);
    assert_int_equal(silences[0], 6000);
}

static void causes_are_told_apart(void **state)
{
    (void)state;
    struct bracket bracket = play(&(struct path){.limit = 30000, .resets = true}, &usual);
    assert_int_equal(bracket.cause, TRIAL_RESET);
    bracket = play(&(struct path){.closes_after = 8004}, &usual);
    assert_int_equal(bracket.cause, TRIAL_CLOSED);
    assert_int_equal(bracket.remembers, 8000);
    assert_int_equal(bracket.forgets, 8004);
    assert_int_equal(bracket.probes_help, ANSWER_NO);
    assert_int_equal(bracket_survive(&bracket), BRACKET_NONE);
    bracket = play(&(struct path){.limit = 30000, .deaf = true}, &usual);
    assert_int_equal(bracket.probes_help, ANSWER_NO);
    assert_int_equal(bracket_survive(&bracket), BRACKET_NONE);
    bracket = play(&(struct path){.limit = 4000}, &usual);
    assert_int_equal(bracket.remembers, BRACKET_NONE);
    assert_int_equal(bracket.forgets, 5000);
    bracket = play(&(struct path){.limit = 0}, &usual);
    assert_int_equal(bracket.remembers, 2 * HOUR);
    assert_int_equal(bracket.forgets, BRACKET_NONE);
    assert_int_equal(bracket.probes_help, ANSWER_UNKNOWN);
}

/* Turned away at the door while others stay, and closed by a service that has no patience with anybody. */
static void who_was_not_taken_says_nothing(void **state)
{
    struct trial trials[] = {
        {.silence = 5000, .outcome = TRIAL_HELD, .later = TRIAL_HELD, .proved = 15000},
        {.silence = 6000, .outcome = TRIAL_CLOSED, .unprobed = true, .lost_at = 10},
        {.silence = 7000, .outcome = TRIAL_RESET, .unprobed = true, .lost_at = 10},
    };
    struct bracket bracket;
    (void)state;
    bracket_find(trials, COUNT_OF(trials), 5000, &bracket);
    assert_int_equal(bracket.refused, 2);
    assert_int_equal(bracket.forgets, BRACKET_NONE);
    bracket = play(&(struct path){.closes_after = 300}, &usual);
    assert_int_equal(bracket.cause, TRIAL_CLOSED);
    assert_int_equal(bracket.forgets, 300);
}

static void it_goes_on_while_something_shorter_is_open(void **state)
{
    struct trial trials[] = {
        {.silence = 5000, .outcome = TRIAL_HELD, .later = TRIAL_HELD, .proved = 5000},
        {.silence = 6000, .outcome = TRIAL_WAITS},
        {.silence = 7000, .outcome = TRIAL_DROPPED, .lost_at = 7000},
        {.silence = 8000, .outcome = TRIAL_DROPPED, .lost_at = 8000},
    };
    struct bracket bracket;
    (void)state;
    bracket_find(trials, COUNT_OF(trials), 5000, &bracket);
    assert_false(bracket.settled);
    trials[1].outcome = TRIAL_HELD;
    bracket_find(trials, COUNT_OF(trials), 5000, &bracket);
    assert_true(bracket.settled);
    assert_int_equal(bracket.probes_help, ANSWER_PENDING);
    trials[0].proved = 10000;
    bracket_find(trials, COUNT_OF(trials), 5000, &bracket);
    assert_int_equal(bracket.probes_help, ANSWER_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_row_grows_by_a_fifth_at_most),
        cmocka_unit_test(every_limit_is_found),
        cmocka_unit_test(a_finer_row_is_as_fine_as_asked),
        cmocka_unit_test(few_connections_find_it_too),
        cmocka_unit_test(a_service_that_takes_three_is_measured),
        cmocka_unit_test(one_loss_is_no_limit),
        cmocka_unit_test(causes_are_told_apart),
        cmocka_unit_test(who_was_not_taken_says_nothing),
        cmocka_unit_test(it_goes_on_while_something_shorter_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
