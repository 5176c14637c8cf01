@echo off
rem A program that must outlive a router that forgets silent connections after five minutes.
rem It took: tcpalive list | findstr old-client        To undo: start old-client.exe as before.
"C:\Program Files\tcpalive\x86_64\tcpalive.exe" run --survive 5m -- "C:\Old\old-client.exe" %*
