#!/bin/sh
# Installs what training needs on Debian: PyTorch, OpenCV, scikit-learn, the fonts of fonts.txt, and the icons (into cache/).
set -eu
cd "$(dirname "$0")"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update
as_root apt-get install -y --no-install-recommends python3-torch python3-opencv python3-numpy python3-pil python3-onnx python3-sklearn python3-pytest librsvg2-bin fontconfig
command -v npm >/dev/null || as_root apt-get install -y --no-install-recommends npm
grep -v '^#' fonts.txt | as_root xargs apt-get install -y --no-install-recommends
mkdir -p cache
cd cache
npm install --no-audit --no-fund simple-icons
