#!/usr/bin/env bash
# Runs one command of Mergeway with the action's inputs, which arrive as INPUT_ variables and never as text of a script.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
exec node "$root/cli/mergeway.js" action "$1"
