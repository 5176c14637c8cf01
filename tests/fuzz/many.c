/*
 * many SECONDS FAILED CORPUS WORDS: as many inputs as go into that time, linked with one fuzzer's
 * LLVMFuzzerTestOneInput().
 *
 * Each is one of the corpus (tests/fuzz/corpus.py writes it as files) with a few changes, a word of the list among
 * them. Nothing is learned from what an input reaches: libFuzzer did that, and costs more than most parsers do. Behind
 * an input's last byte nothing can be read. Prints how many there were; one that ends the program, or does not end, is
 * written to FAILED.
 */
#include "fuzz.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SIZE_MAX_INPUT = 1 << 16, ENTRIES_MAX = 4096, WORDS_MAX = 256, WORD_SIZE = 64, LOOK = 1024, PATIENCE = 60 };

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static struct span entry[ENTRIES_MAX];
static struct span word[WORDS_MAX];
static unsigned entries, words;
static const char *failed;
static uint8_t *end_of_room; /* what follows cannot be read */
static size_t now;           /* the present input's length */
static uint64_t state = 88172645463325252u;

static uint32_t number_below(size_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * limit >> 32);
}

static void give_up(int signal_number)
{
    int fd = open(failed, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0 && write(fd, end_of_room - now, now) >= 0)
        close(fd);
    signal(signal_number, SIG_DFL);
    raise(signal_number == SIGALRM ? SIGKILL : signal_number);
}

static struct span file_of(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    char *at = malloc(SIZE_MAX_INPUT);
    PROPERTY(file && at);
    size_t length = fread(at, 1, SIZE_MAX_INPUT / 2, file);
    fclose(file);
    return (struct span){realloc(at, length + 1), length};
}

static void read_corpus(const char *folder)
{
    DIR *directory = opendir(folder);
    PROPERTY(directory);
    for (struct dirent *found; (found = readdir(directory)) && entries < ENTRIES_MAX;)
        if (found->d_type == DT_REG)
            entry[entries++] = file_of(folder, found->d_name);
    closedir(directory);
    if (!entries)
        entry[entries++] = span_of("");
}

/* Lines of libFuzzer's word list: a text in double quotes, bytes as \xNN. */
static void read_words(const char *path)
{
    char line[256];
    static char texts[WORDS_MAX][WORD_SIZE];
    FILE *file = fopen(path, "re");
    while (file && words < WORDS_MAX && fgets(line, sizeof line, file)) {
        char *text = texts[words];
        size_t length = 0;
        if (*line != '"')
            continue;
        for (const char *at = line + 1; *at && *at != '"' && length < WORD_SIZE; length++) {
            unsigned byte = (unsigned char)*at;
            int taken = 0;
            if (sscanf(at, "\\x%2x%n", &byte, &taken) != 1 || !taken)
                taken = 1;
            at += taken;
            text[length] = (char)byte;
        }
        word[words++] = (struct span){text, length};
    }
    if (file)
        fclose(file);
}

/* In place of `over` bytes at `at`, as many of `piece`; `length` is what there is. The new length. */
static size_t put(char *input, size_t length, size_t at, size_t over, struct span piece)
{
    if (length - over + piece.length > SIZE_MAX_INPUT)
        return length;
    memmove(input + at + piece.length, input + at + over, length - at - over);
    memcpy(input + at, piece.at, piece.length);
    return length - over + piece.length;
}

static size_t change(char *input, size_t length)
{
    static const char ends[] = {0, 1, 127, -128, -1, ' ', '\n', '9', ':', '=', ';'};
    char byte = number_below(2) ? ends[number_below(sizeof ends)] : (char)number_below(256);
    size_t at = number_below(length + 1), rest = length - at;
    size_t some = rest ? 1 + number_below(rest < 16 ? rest : 16) : 0;
    struct span other = entry[number_below(entries)];
    switch (number_below(6)) {
    case 0:
        return put(input, length, at, rest ? 1 : 0, (struct span){&byte, 1});
    case 1:
        return put(input, length, at, 0, (struct span){&byte, 1});
    case 2:
        return put(input, length, at, some, span_of(""));
    case 3:
        return words ? put(input, length, at, number_below(2) ? some : 0, word[number_below(words)]) : length;
    case 4:
        if (rest)
            input[at] = (char)(input[at] ^ 1 << number_below(8));
        return length;
    default:
        other.at += at < other.length ? at : other.length;
        other.length = at < other.length ? 1 + number_below(other.length - at) : 0;
        return put(input, length, at, other.length < rest ? other.length : rest, other);
    }
}

static void run_one(void)
{
    static char input[SIZE_MAX_INPUT];
    struct span from = entry[number_below(entries)];
    size_t length = from.length;
    memcpy(input, from.at, length);
    for (unsigned changes = 1 + number_below(4); changes; changes--)
        length = change(input, length);
    now = length;
    memcpy(end_of_room - length, input, length);
    LLVMFuzzerTestOneInput(end_of_room - length, length);
}

int main(int argc, char **argv)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGALRM};
    unsigned long long runs = 0;
    if (argc != 5)
        return 2;
    time_t begun = time(NULL), seconds = atoi(argv[1]);
    failed = argv[2];
    read_corpus(argv[3]);
    read_words(argv[4]);
    uint8_t *room = mmap(NULL, 2 * SIZE_MAX_INPUT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    PROPERTY(room != MAP_FAILED && mprotect(room, SIZE_MAX_INPUT, PROT_READ | PROT_WRITE) == 0);
    end_of_room = room + SIZE_MAX_INPUT;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], give_up);
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    state ^= (uint64_t)begun << 20 ^ (uint64_t)getpid();
    while (time(NULL) - begun < seconds) {
        alarm(PATIENCE);
        for (int i = 0; i < LOOK; i++)
            run_one();
        runs += LOOK;
    }
    printf("%llu\n", runs);
    return 0;
}
