#!/bin/sh
# For a program that others start by its name: installed under that name in a directory that is earlier in PATH.
exec /usr/local/bin/tcpalive run --survive aws-nlb -- /usr/bin/old-client "$@"
