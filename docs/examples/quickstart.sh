#!/usr/bin/env bash
# REMOVR_KEY=rmvr_live_… ./quickstart.sh photo.jpg      writes photo-clean.jpg
set -euo pipefail
url=${REMOVR_URL:-http://localhost:8080}
photo=$1
auth="Authorization: Bearer $REMOVR_KEY"
field() { sed -nE "s/.*\"$1\":\"([^\"]+)\".*/\1/p"; }

# Send it. The same Idempotency-Key on every try: a photo is never charged twice.
job=$(curl -fsS --retry 5 --retry-connrefused -H "$auth" -H "Idempotency-Key: $(date +%s)-$RANDOM$RANDOM" \
  -F "files=@$photo" "$url/api/v1/remove" | field jobId)

# Wait until it is done.
until answer=$(curl -fsS -H "$auth" "$url/api/v1/jobs/$job") && [ "$(field status <<<"$answer")" = done ]; do
  sleep 2
done

# Fetch the result; an image that failed has an error instead, and is refunded.
result=$(field url <<<"$answer")
if [ -z "$result" ]; then
  echo "failed: $(field error <<<"$answer")" >&2
  exit 1
fi
clean="${photo%.*}-clean.${photo##*.}"
curl -fsS -H "$auth" -o "$clean" "$result"
echo "$clean: $(field verdict <<<"$answer")"
