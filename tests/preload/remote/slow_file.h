/*
 * A file on a FUSE file system of the test's own, which counts how often somebody closes it (FLUSH) and answers such a
 * close only when it is told to. It stands for sshfs, NFS and all the others that are told of a close and may be slow.
 */
#ifndef TESTS_PRELOAD_REMOTE_SLOW_FILE_H
#define TESTS_PRELOAD_REMOTE_SLOW_FILE_H

/* Mounts it in a mount namespace that the test enters for good; an open descriptor, or -1 where that is not allowed. */
int slow_file_open(void);

/* How many closes were heard of since the last slow_file_forget(). */
int slow_file_closes(void);
void slow_file_forget(void);

/* From now on a close is answered at once, or not at all. */
void slow_file_answers(int at_once);

/* Ends the server. */
void slow_file_end(void);

#endif
