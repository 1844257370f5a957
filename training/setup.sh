#!/bin/sh
# Installs what training needs on Debian: PyTorch and its companions (requirements.txt, into .venv), the fonts of fonts.txt, and the icons (into cache/).
set -eu
cd "$(dirname "$0")"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update
as_root apt-get install -y --no-install-recommends python3-venv librsvg2-bin fontconfig
command -v npm >/dev/null || as_root apt-get install -y --no-install-recommends npm
grep -v '^#' fonts.txt | as_root xargs apt-get install -y --no-install-recommends
/usr/bin/python3 -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check -r requirements.txt
mkdir -p cache
cd cache
npm install --no-audit --no-fund simple-icons
