#!/usr/bin/env bash
# Prints one digest of the files in a folder, hidden ones included: their names and what is in them.
set -euo pipefail
cd "$1"
find . -type f -not -path './.terraform/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
