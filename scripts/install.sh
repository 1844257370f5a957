#!/usr/bin/env bash
# Installs what building, running and testing need: Debian packages, and OpenVINO's wheel into .venv. Asks nothing; quick
# and harmless when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$(grep -v '^#' scripts/packages.txt)
# Node and npm build the web app. Debian's are enough, and don't go together with ones from elsewhere.
command -v npm >/dev/null || packages="$packages nodejs npm"
missing=$(for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
done)
if [ -n "$missing" ]; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  echo "Installing:" $missing
  $sudo apt-get update -qq
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

stamp=.venv/requirements.installed
if ! cmp -s scripts/requirements.txt "$stamp"; then
  /usr/bin/python3 -m venv .venv
  # The networks also run on OpenCV's dnn, more slowly, so a machine without the wheel still builds.
  if .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -r scripts/requirements.txt; then
    cp scripts/requirements.txt "$stamp"
  else
    echo "OpenVINO could not be installed; networks will run on OpenCV's dnn." >&2
  fi
fi
