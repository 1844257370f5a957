#!/usr/bin/env bash
# Builds the web app into web/dist, where npm is there and something has changed since. Without npm the server serves the
# API alone.
set -euo pipefail
cd "$(dirname "$0")/../web"

if ! command -v npm >/dev/null; then
  echo "npm is missing: the web app is not built, and the server serves the API alone." >&2
  exit 0
fi
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  # Not `npm ci`: it refuses a lock file that names no registry (npm 11 takes its optional packages for missing).
  npm install --silent --omit-lockfile-registry-resolved --no-audit --no-fund
  cp package-lock.json node_modules/.installed-lock
fi
sources=(src public scripts index.html vite.config.ts tsconfig.json package-lock.json ../docs/examples)
if [ ! -e dist/index.html ] || [ -n "$(find "${sources[@]}" -newer dist/index.html -print -quit)" ]; then
  npm run --silent build
fi
