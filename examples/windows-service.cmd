@echo off
rem A service cannot be wrapped: the service manager starts it. This stays beside it, and attaches again after each restart: as
rem administrator, as a task at system start (schtasks /create /tn tcpalive /sc onstart /ru SYSTEM /tr THIS-FILE).
rem It took: tcpalive list | findstr old-server        To undo: end the task, restart the service.
"C:\Program Files\tcpalive\x86_64\tcpalive.exe" attach --survive 5m --service OldServer --watch
