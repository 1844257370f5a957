#!/usr/bin/env python3
"""REMOVR_KEY=rmvr_live_… python3 quickstart.py photo.jpg …      writes photo-clean.jpg, …

Needs: pip install requests
"""
import os
import sys
import time
import uuid
from pathlib import Path

import requests

url = os.environ.get("REMOVR_URL", "http://localhost:8080")
session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['REMOVR_KEY']}"
photos = [Path(name) for name in sys.argv[1:]]

# Send them. The same Idempotency-Key on every try: a photo is never charged twice.
key = {"Idempotency-Key": str(uuid.uuid4())}
for attempt in range(5):
    files = [("files", (photo.name, photo.read_bytes())) for photo in photos]
    answer = session.post(f"{url}/api/v1/remove", files=files, headers=key)
    if answer.status_code not in (409, 429, 503):
        break
    time.sleep(int(answer.headers.get("Retry-After", 2**attempt)))
if not answer.ok:
    sys.exit(f"{answer.status_code}: {answer.json()['error']}")
job_url = f"{url}/api/v1/jobs/{answer.json()['jobId']}"

# Wait until they are done.
while (job := session.get(job_url).json())["status"] != "done":
    time.sleep(2)

# Fetch the results; an image that failed has an error instead, and is refunded.
for photo, image in zip(photos, job["images"]):
    if not image["ok"]:
        print(f"{photo}: {image['error']}")
        continue
    clean = photo.with_name(f"{photo.stem}-clean{photo.suffix}")
    clean.write_bytes(session.get(image["url"]).content)
    print(f"{clean}: {image['verdict']}")
