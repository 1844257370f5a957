#!/usr/bin/env bash
# Installs what building, running and testing need: Debian packages, OpenVINO's wheel into .venv, and the contract's tester
# into .venv-tests. Asks nothing; quick and harmless when everything is there.
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

# install_wheels FOLDER REQUIREMENTS: a virtual environment with exactly these.
install_wheels() {
  cmp -s "$2" "$1/requirements.installed" && return
  /usr/bin/python3 -m venv "$1"
  "$1/bin/python" -m pip install -q --disable-pip-version-check --no-deps -r "$2" && cp "$2" "$1/requirements.installed"
}

# The networks also run on OpenCV's dnn, more slowly, so a machine without the wheel still builds.
install_wheels .venv scripts/requirements.txt ||
  echo "OpenVINO could not be installed; networks will run on OpenCV's dnn." >&2
install_wheels .venv-tests scripts/requirements-tests.txt ||
  echo "schemathesis could not be installed; the API is not tested against docs/openapi.json." >&2
