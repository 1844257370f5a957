#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own, and REMOVR_TEST_DATABASE as its URL:
#
#   tests/with_postgresql.sh build/release/service/store/store_test
#
# The server is a new cluster in a temporary folder, listens on a socket there alone, and is gone when the command is.
# Its order of text is not the bytes' own, as on most servers. Exits as the command does; with 77 where PostgreSQL's
# server is not installed.
set -euo pipefail

programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ ! -x "$programs/postgres" ]; then
  echo "left out: PostgreSQL's server is not here (Debian's package postgresql)"
  exit 77
fi

password=removr-test-secret
folder=$(mktemp -d /tmp/removr-postgresql-XXXXXX)
printf '%s' "$password" >"$folder/password"
as_server=(setpriv --pdeathsig QUIT)
if [ "$(id -u)" = 0 ]; then  # as which the server refuses to run
  chown -R postgres "$folder"
  as_server+=(--reuid=postgres --regid=postgres --init-groups)
fi

server=
finish() {
  [ -z "$server" ] || { kill -QUIT "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

here=$PWD
cd "$folder"
"${as_server[@]}" "$programs/initdb" -D data -U removr --pwfile=password --auth=scram-sha-256 --encoding=UTF8 \
  --locale-provider=icu --icu-locale=en-US --no-sync --no-instructions >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
# Nothing here needs to survive the machine.
"${as_server[@]}" "$programs/postgres" -D data -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off \
  -c max_connections=60 >server.log 2>&1 &
server=$!
until "$programs/pg_isready" -q -h "$folder" -U removr; do
  kill -0 "$server" 2>/dev/null || { cat server.log >&2; exit 1; }
  sleep 0.05
done
cd "$here"

export REMOVR_TEST_DATABASE="postgresql://removr:$password@/postgres?host=$folder"
status=0
"$@" || status=$?
exit "$status"
