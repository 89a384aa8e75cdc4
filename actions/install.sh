#!/usr/bin/env bash
# Installs what Mergeway's actions need, once per job: exact versions from the lock file, no install scripts.
# npm writes .package-lock.json last: without it an installation was cut short, and is made again.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if [ -f "$root/node_modules/.package-lock.json" ]; then exit 0; fi
if ! command -v npm > /dev/null; then
  echo "MW_USAGE npm is not on PATH: add actions/setup-node before this action" >&2
  exit 2
fi
cd "$root"
npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
