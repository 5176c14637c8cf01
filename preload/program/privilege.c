#include "preload/program/privilege.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

bool privilege_have(unsigned capability)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    return syscall(SYS_capget, &header, data) == 0 && data[capability / 32].effective & 1U << capability % 32;
}

bool privilege_end_with_children(void)
{
    char scope = '0';
    int fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
    bool known = fd >= 0 && read(fd, &scope, 1) == 1;
    if (fd >= 0)
        close(fd);
    return known && scope != '0' && !privilege_have(CAP_SYS_PTRACE);
}
