/* What /proc says of a process, by one that chose its name and by a kernel that lies: numbers or nothing. */
#include "fuzz.h"
#include <fcntl.h>
#include <unistd.h>

static int fuzz_open(const char *path, int flags);
static ssize_t fuzz_read(int fd, void *into, size_t size);
static int fuzz_close(int fd);

#define open  fuzz_open
#define read  fuzz_read
#define close fuzz_close
#include "preload/remote/process.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#undef open
#undef read
#undef close

static struct span file;

static int fuzz_open(const char *path, int flags)
{
    (void)path, (void)flags;
    return 0;
}

static ssize_t fuzz_read(int fd, void *into, size_t size)
{
    (void)fd;
    size_t length = file.length < size ? file.length : size;
    memcpy(into, file.at, length);
    return (ssize_t)length;
}

static int fuzz_close(int fd)
{
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[PROCESS_NAME_SIZE];
    file = (struct span){(const char *)data, size};
    bool exists = process_exists(1);
    PROPERTY(exists || !process_born(1));
    process_is_kernel(1);
    process_leader(1);
    process_name(1, name);
    PROPERTY(*name || !size || !data[0] || data[0] == '\n');
    return 0;
}
