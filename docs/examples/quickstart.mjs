#!/usr/bin/env node
// REMOVR_KEY=rmvr_live_… node quickstart.mjs photo.jpg …      writes photo-clean.jpg, …      Node 18 or later, no packages
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, parse, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const url = process.env.REMOVR_URL ?? 'http://localhost:8080';
const headers = { Authorization: `Bearer ${process.env.REMOVR_KEY}` };
const photos = process.argv.slice(2);

// Send them. The same Idempotency-Key on every try: a photo is never charged twice.
const form = new FormData();
for (const photo of photos) form.append('files', new Blob([await readFile(photo)]), basename(photo));
const key = { 'Idempotency-Key': randomUUID() };
let answer;
for (let attempt = 0; attempt < 5; ++attempt) {
  answer = await fetch(`${url}/api/v1/remove`, { method: 'POST', headers: { ...headers, ...key }, body: form });
  if (![409, 429, 503].includes(answer.status)) break;
  await sleep(1000 * Number(answer.headers.get('Retry-After') ?? 2 ** attempt));
}
const accepted = await answer.json();
if (!answer.ok) throw new Error(`${answer.status}: ${accepted.error}`);

// Wait until they are done.
let job;
while ((job = await (await fetch(`${url}/api/v1/jobs/${accepted.jobId}`, { headers })).json()).status !== 'done') {
  await sleep(2000);
}

// Fetch the results; an image that failed has an error instead, and is refunded.
for (const [i, image] of job.images.entries()) {
  if (!image.ok) {
    console.log(`${photos[i]}: ${image.error}`);
    continue;
  }
  const { dir, name, ext } = parse(photos[i]);
  const clean = join(dir, `${name}-clean${ext}`);
  const file = await fetch(image.url, { headers });
  await writeFile(clean, Buffer.from(await file.arrayBuffer()));
  console.log(`${clean}: ${image.verdict}`);
}
