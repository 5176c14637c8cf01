#!/bin/sh
# A program that others start by its name: installed under that name in a directory that is earlier in PATH.
# It took: tcpalive list --program old-client        To undo: remove this file.
exec /usr/local/bin/tcpalive run --survive aws-nlb -- /usr/bin/old-client "$@"
