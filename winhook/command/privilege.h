/*
 * privilege: the right to look into other users' programs and services, which an administrator has and must claim.
 */
#ifndef WINHOOK_COMMAND_PRIVILEGE_H
#define WINHOOK_COMMAND_PRIVILEGE_H

/* SeDebugPrivilege, for this process; nothing happens to who has it not. */
void privilege_claim(void);

#endif
