// The journeys of the people who use the app, each against the real server and engine.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { allDone, balance, brokenPhoto, choose, expect, kPassword, test } from './fixtures';

test('a new person signs up, removes, compares, paints, runs again and downloads all', async ({ page, photos }) => {
  await page.goto('/');
  await choose(page, [photos.jpg, photos.png, photos.webp]);
  await page.getByRole('button', { name: 'Create an account to run' }).click();

  await page.getByLabel('Email').fill('new@example.org');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
  await expect(page.getByText('Accept the terms to go on.')).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(kPassword);
  await page.getByLabel('I accept these terms').check();
  await page.getByRole('button', { name: 'Create account' }).click();

  // The photos chosen before are still there, and the plan's credits have come.
  await expect(page.locator('.card')).toHaveCount(3);
  const before = await balance(page);
  expect(before).toBeGreaterThanOrEqual(4);
  await expect(page.locator('.card img')).toHaveCount(3);
  const heights = () => page.locator('.card').evaluateAll((cards) => cards.map((card) => card.clientHeight));
  const chosenHeights = await heights();
  await page.getByRole('button', { name: 'Remove from 3 images' }).click();
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Photos' })).toBeFocused(); // the button that had it is gone
  await allDone(page, 3);
  await expect(page.locator('.card .tone-bad')).toHaveCount(0);
  expect(await heights()).toEqual(chosenHeights); // a result moves nothing
  const refunded = await page.locator('.card', { hasText: 'refunded' }).count();
  await expect(page.locator('.balance')).toHaveText(new RegExp(`^${before - 3 + refunded} credit`));

  // Painted by hand: what was found, or is not found, is the networks' matter.
  await page.getByRole('button', { name: 'Open beach.jpg' }).click();
  const edit = page.getByRole('button', { name: /^(Edit|Paint) mask$/ });
  await edit.click();
  const clear = page.getByRole('button', { name: 'Clear' });
  if (await clear.isEnabled()) await clear.click();
  await page.getByRole('button', { name: 'Rectangle' }).click();
  const canvas = (await page.locator('.stage').boundingBox())!;
  await page.mouse.move(canvas.x + canvas.width * 0.4, canvas.y + canvas.height * 0.4);
  await page.mouse.down();
  await page.mouse.move(canvas.x + canvas.width * 0.6, canvas.y + canvas.height * 0.55, { steps: 3 });
  await page.mouse.up();
  await expect(clear).toBeEnabled();
  await page.keyboard.press('Escape'); // looks at the result again, and loses no stroke
  await edit.click();
  await expect(clear).toBeEnabled();
  await page.getByRole('button', { name: 'Run on this mask' }).click();
  await expect(page.getByText('Working on it…')).toBeVisible();

  const divider = page.getByRole('slider', { name: /Divider/ });
  await expect(divider).toBeVisible({ timeout: 120_000 });
  const [box, stage] = [(await divider.boundingBox())!, (await page.locator('.stage').boundingBox())!];
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width * 0.25, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(divider).toHaveAttribute('aria-valuenow', '25');
  await divider.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '27');
  await page.getByRole('button', { name: '100%' }).click();
  await expect(page.getByTestId('zoom')).toHaveText('100%');
  await page.getByRole('button', { name: 'Show mask' }).click();
  await expect(page.locator('.mask-layer canvas').first()).toBeVisible();
  await page.getByRole('button', { name: 'Next photo' }).click();
  await expect(page.getByRole('dialog')).toHaveAccessibleName('Viewing harbour.png');
  await page.keyboard.press('ArrowLeft'); // all of it is in sight: the arrows go to the neighbours
  await expect(page.getByRole('dialog')).toHaveAccessibleName('Viewing beach.jpg');
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  for (const name of ['Show mask', 'Edit mask', 'Previous photo', '100%']) await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  await page.setViewportSize(size);
  await page.getByRole('button', { name: 'Close' }).click();

  const downloads: import('@playwright/test').Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await page.getByRole('button', { name: 'Download all (ZIP)' }).click();
  await expect.poll(() => downloads.length, { timeout: 30_000 }).toBe(2); // the run by hand is a job of its own
  const names = [];
  for (const download of downloads) names.push(...namesInZip(await download.path()));
  expect(names.filter((name) => /clean/.test(name)).length).toBeGreaterThanOrEqual(3);

  // The ledger's sum is the balance, and tells every charge.
  await page.goto('/account');
  await expect(page.locator('#ledger')).toBeVisible();
  const amounts = await page.getByRole('region', { name: 'Credits' }).locator('td.end').allInnerTexts();
  const sum = amounts.reduce((total, amount) => total + Number(amount.replace('−', '-')), 0);
  expect(await balance(page)).toBe(sum);
});

function namesInZip(path: string): string[] {
  const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print("\\n".join(z.namelist()))';
  return execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim().split('\n');
}

test('a key works with curl until it is revoked', async ({ page, server, signedIn }) => {
  await signedIn(1);
  await page.getByLabel('What is it for?').fill('Nightly upload');
  await page.getByRole('button', { name: 'Create key' }).click();
  const key = await page.getByTestId('new-key').innerText();
  expect(key).toMatch(/^rmvr_live_[0-9A-Za-z]{38}$/);
  await expect(page.getByText(`curl -H 'Authorization: Bearer ${key}'`)).toBeVisible();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const status = () =>
    execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', `Authorization: Bearer ${key}`, `${server.url}/api/v1/account`], { encoding: 'utf8' });
  expect(status()).toBe('200');
  await page.getByRole('button', { name: 'Revoke Nightly upload' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByText('Revoked')).toBeVisible();
  expect(status()).toBe('401');
});

test('without enough credits it says so, and goes on once they are granted', async ({ page, server, photos, signedIn }) => {
  const email = await signedIn(0);
  await page.getByRole('link', { name: 'Remove', exact: true }).click();
  await choose(page, [photos.png]);
  await expect(page.getByText('Not enough credits')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove from 1 image' })).toBeDisabled();
  server.cli('account', 'grant', email, '5', '--reason', 'as asked');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect(page.getByRole('button', { name: 'Remove from 1 image' })).toBeEnabled();
});

test('the server restarts in the middle, and the job is found again after leaving', async ({ page, server, photos, signedIn }) => {
  await signedIn(5);
  await page.goto('/');
  await choose(page, [photos.jpg, photos.png]);
  await page.getByRole('button', { name: 'Remove from 2 images' }).click();
  await expect(page.locator('.card[data-stage=working], .card[data-stage=finished]')).toHaveCount(2);
  await server.stop();
  await page.waitForTimeout(1000);
  await server.start();
  await page.goto('/docs');
  await page.goto('/');
  await expect(page.locator('.card')).toHaveCount(2);
  await allDone(page, 2);
  await expect(page.getByText('2 images done')).toBeVisible();
});

test('a submission waits while the server is away, and is charged once', async ({ page, server, photos, signedIn }) => {
  await signedIn(5);
  await page.goto('/');
  await choose(page, [photos.png]);
  await server.stop();
  await page.getByRole('button', { name: 'Remove from 1 image' }).click();
  await expect(page.getByText(/Trying again in/)).toBeVisible();
  await server.start();
  await allDone(page, 1);
  await page.goto('/account');
  await expect(page.getByText('Image processed')).toHaveCount(1);
});

test('what is wrong with a file is said beside it before anything is sent', async ({ page, photos, signedIn }) => {
  await signedIn(60);
  await page.goto('/');
  const [note, large] = [join(photos.folder, 'notes.txt'), join(photos.folder, 'large.jpg')];
  writeFileSync(note, 'no image');
  writeFileSync(large, Buffer.alloc(25 * 1024 * 1024 + 1));
  await choose(page, [note, large, brokenPhoto(photos.folder), ...Array<string>(50).fill(photos.png)]);
  const card = (name: string) => page.locator('.card', { hasText: name });
  await expect(card(basename(note))).toContainText('Not a JPG, PNG or WEBP image.');
  await expect(card(basename(large))).toContainText('Larger than 25 MB.');
  await expect(card('broken.jpg')).toContainText('No preview: it may be damaged.');
  await expect(page.locator('.card').last()).toContainText('Only 50 go at once.');
  await expect(page.getByRole('button', { name: 'Remove from 50 images' })).toBeEnabled();
  await page.getByRole('button', { name: 'Take harbour.png off the list' }).first().click();
  await expect(page.getByText('Only 50 go at once.')).toHaveCount(0);
  await expect(page.getByText('2 files are left out')).toBeVisible();
});

test('the history lists jobs, opens one, and deletes it', async ({ page, server, photos, signedIn }) => {
  await signedIn(5);
  await page.goto('/jobs');
  await expect(page.getByText('No jobs yet')).toBeVisible();
  await page.goto('/');
  await choose(page, [photos.png]);
  await page.getByRole('button', { name: 'Remove from 1 image' }).click();
  await allDone(page, 1);
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.locator('.job img')).toHaveCount(1);
  await page.locator('.job h2 a').click();
  await expect(page.locator('.card')).toContainText('harbour.png');
  await expect(page.getByRole('link', { name: 'Download the result of harbour.png' })).toBeVisible();

  // Once its files have expired the record stays, and offers none of them.
  server.sql('UPDATE jobs SET expires_ms = 1');
  await page.reload();
  await expect(page.locator('.card')).toContainText('Its files have expired');
  await expect(page.locator('.card').getByRole('button')).toHaveCount(0);
  await expect(page.locator('.card').getByRole('link')).toHaveCount(0);

  const kept = () => page.evaluate(async () => (await (await caches.open('thumbnails')).keys()).length);
  expect(await kept()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No jobs yet')).toBeVisible();
  expect(await kept()).toBe(0);
  await page.goto('/');
  await expect(page.getByText('Drop photos here')).toBeVisible();
});

test('an operator sees the server and grants credits with a reason; others don’t', async ({ page, server, signedIn }) => {
  const email = await signedIn(0);
  await page.goto('/admin');
  await expect(page.getByText('This page is for the operator')).toBeVisible();
  server.cli('account', 'operator', email, 'on');
  await page.goto('/admin');
  await expect(page.getByText('Disk free')).toBeVisible();
  await page.getByRole('button', { name: `Grant credits to ${email}` }).click();
  await page.getByRole('dialog').getByLabel('Credits').fill('7');
  const grant = page.getByRole('dialog').getByRole('button', { name: 'Grant' });
  await grant.click();
  await expect(page.getByText('Say why')).toBeVisible();
  await page.getByLabel('Reason').fill('a good question');
  await grant.click();
  await expect(page.locator('.balance')).toHaveText('7 credits left');
  await page.goto('/account');
  await expect(page.getByText('a good question')).toBeVisible();
});

test('a forgotten password is set anew by the operator’s link', async ({ page, server, signedIn }) => {
  const email = await signedIn(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  const link = /\/reset#\S+/.exec(server.cli('account', 'reset-link', email))![0];
  await page.goto(link);
  await page.getByLabel('New password').fill('another long sentence');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Your password is changed.')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await page.getByRole('status').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(kPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('The address or the password is wrong.')).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill('another long sentence');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Account' })).toBeVisible();
});
