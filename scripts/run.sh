#!/usr/bin/env bash
# Starts the server in the foreground on embedded defaults, with a demo account of 100 credits, and prints its key and a
# quickstart. Run again, it finds the same account and the same key. REMOVR_DATA and REMOVR_LISTEN choose another place,
# REMOVR_BUILD another build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${REMOVR_BUILD:-build/release}
data=${REMOVR_DATA:-data}
listen=${REMOVR_LISTEN:-127.0.0.1:8080}
email=demo@example.org
umask 077

if ! "$build/removr" account show "$email" --data "$data" >/dev/null 2>&1; then
  "$build/removr" account create "$email" --credits 100 --data "$data" >/dev/null
  rm -f "$data/demo.key"
fi
# A key is shown only once, so this one is kept in a file that only its owner can read.
if [ ! -s "$data/demo.key" ]; then
  "$build/removr" key create "$email" --name demo --data "$data" 2>/dev/null >"$data/demo.key"
fi
credits=$("$build/removr" account show "$email" --data "$data" | sed -n 's/^credits *//p')

# A photograph that the project draws itself, with a translucent text across it.
if [ ! -s "$data/demo.jpg" ]; then
  "$build/bench/quality" --demo "$data/demo" >/dev/null 2>&1 && cp "$data/demo/scene-marked.jpg" "$data/demo.jpg" || true
fi
photo=$(realpath "$data")/demo.jpg

cat <<TEXT

removr is at http://$listen; the demo account $email has $credits credits. Paste this into another terminal:

  KEY=$(cat "$data/demo.key"); PHOTO='$photo'; URL=http://$listen/api/v1
  JOB=\$(curl -s -H "Authorization: Bearer \$KEY" -F "files=@\$PHOTO;filename=demo.jpg" \$URL/remove | sed 's/.*"jobId":"\([^"]*\)".*/\1/')
  until curl -s -H "Authorization: Bearer \$KEY" \$URL/jobs/\$JOB | grep -E '"done"|"type"'; do sleep 1; done
  curl -s -H "Authorization: Bearer \$KEY" -o demo-clean.jpg \$URL/files/\$JOB/demo-0-clean.jpg

Then look at $photo and at demo-clean.jpg. Ctrl-C stops the server.

TEXT
exec "$build/removr" serve --listen "$listen" --data "$data"
