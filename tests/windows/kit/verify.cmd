@echo off
rem Asks this Windows, and tcpalive on it, some forty questions; the answers go to verify.txt beside this file, and to the screen.
setlocal
cd /d "%~dp0"
verify-x86_64.exe > verify.txt
set worst=%errorlevel%
verify-i686.exe >> verify.txt
if not %errorlevel%==0 set worst=1
type verify.txt
exit /b %worst%
