#!/usr/bin/env bash
# Runs every test against the build in build/release: unit tests, then what drives the binary from outside. With
# REMOVR_SOAK=1 the shortened ones run whole. REMOVR_BUILD names another build folder. Ends with pytest's count.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${REMOVR_BUILD:-build/release}
failed=()

scripts/install_s3_server.sh || echo "(the tests of S3 storage are left out: its server could not be built)" >&2

echo "== unit tests ($build)"
progress=()
[ -t 1 ] && progress=(--progress)
ctest --test-dir "$build" --parallel "$(nproc)" --output-on-failure "${progress[@]}" --no-tests=error || failed+=("unit tests: $(paste -sd, "$build"/Testing/Temporary/LastTestsFailed.log)")

echo "== web app"
if command -v npm >/dev/null && [ -d web/node_modules ]; then
  (cd web && npm test --silent) || failed+=("web app, vitest")
  (cd web && REMOVR_BINARY="$OLDPWD/$build/removr" npm run --silent e2e | tee "$OLDPWD/$build/browser.log") ||
    failed+=("web app in the browser: $(grep -E '^ +\[e2e\]' "$build/browser.log" | sort -u)")
else
  echo "(the tests of web/ are left out: they need npm, and make build)"
fi

echo "== functional tests"
# They wait much of their time. The long versions load the machine by themselves.
at_once=$(($(nproc) + 1))
[ -z "${REMOVR_SOAK:-}" ] || at_once=0
REMOVR_BINARY="$PWD/$build/removr" /usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$at_once" --durations=5 tests || failed+=("functional tests")
if [ -x training/.venv/bin/pytest ]; then
  training/.venv/bin/pytest -q -p no:cacheprovider training/tests || failed+=("the tests of training/")
else
  echo "(the tests of training/ are left out: training/setup.sh makes what they need)"
fi

if [ ${#failed[@]} != 0 ]; then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
