/*
 * extension: ConnectEx and AcceptEx, which Winsock does not export but hands out as pointers.
 *
 * Used by the hook of WSAIoctl, through which mswsock's exported AcceptEx goes as well. DisconnectEx needs
 * nothing: what is done with the socket next passes here again.
 */
#ifndef WINHOOK_EXTENSION_H
#define WINHOOK_EXTENSION_H

/* `id` is the GUID that was asked for, `pointer` where the answer stands: replaced when it is one of the two. */
void extension_wrap(const void *id, void **pointer);

#endif
