@echo off
rem Asks this Windows, and tcpalive on it, some eighty questions; the answers go to verify.txt beside this file, and to the screen.
rem verify.cmd --peer HOST:PORT  which service the dead peer is tried with, by its IPv4 address
rem verify.cmd --packets         keeps the packets of it all in verify.etl (administrator; Windows 10 1809 and later)
setlocal
cd /d "%~dp0"
set packets=
if "%~1"=="--packets" set packets=1
if defined packets pktmon start --capture --file-name verify.etl >nul
verify-x86_64.exe %* > verify.txt
set worst=%errorlevel%
verify-i686.exe %* >> verify.txt
if not %errorlevel%==0 set worst=1
if defined packets pktmon stop >nul
type verify.txt
exit /b %worst%
