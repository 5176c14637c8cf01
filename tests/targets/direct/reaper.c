/*
 * `reaper PROGRAM [ARG...]`: runs PROGRAM in the same process, which orphans of its tree come back to
 * (PR_SET_CHILD_SUBREAPER stays across execve).
 */
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        return 1;
    execvp(argv[1], argv + 1);
    return 127;
}
