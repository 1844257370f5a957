// What holds for every page: accessible, light, stable, usable without a mouse, and quick with large photographs.
import AxeBuilder from '@axe-core/playwright';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { choose, drawPhoto, expect, test } from './fixtures';

const kFirstLoadBytes = 150 * 1024;

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page (${colorScheme})`, async ({ page, server, photos, signedIn }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of ['/', '/sign-in', '/sign-up', '/forgot', '/reset', '/terms', '/docs', '/nowhere']) {
      await page.goto(path);
      await expect(page.locator('h1')).toBeVisible();
      expect(await violations(page), path).toEqual([]);
    }
    const email = await signedIn(0);
    server.cli('account', 'operator', email, 'on');
    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(page.getByTestId('new-key')).toBeVisible();
    expect(await violations(page), 'a new key').toEqual([]);
    for (const path of ['/account', '/jobs', '/admin']) {
      await page.goto(path);
      await expect(page.locator('h1')).toBeVisible();
      await page.waitForLoadState('networkidle');
      expect(await violations(page), path).toEqual([]);
    }
    await page.goto('/docs');
    await page.locator('#remove summary').click();
    expect(await violations(page), 'an endpoint').toEqual([]);
    await page.goto('/');
    await choose(page, [photos.png]);
    await expect(page.locator('.card img')).toHaveCount(1);
    expect(await violations(page), 'chosen').toEqual([]);
    await page.getByRole('button', { name: 'Paint the mask' }).click();
    await expect(page.getByRole('button', { name: 'Brush' })).toBeVisible();
    expect(await violations(page), 'the editor').toEqual([]);
  });
}

test('the first load is small, compressed, and shifts nothing', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.addInitScript(() => {
    const shifts: number[] = ((window as unknown as { shifts: number[] }).shifts = []);
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push((entry as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
  });
  const response = await page.goto('/');
  expect(response!.headers()['content-encoding']).toMatch(/br|gzip/);
  await page.waitForLoadState('networkidle');
  expect(bytes).toBeLessThan(kFirstLoadBytes);
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
});

test('a mask is painted by keyboard alone', async ({ page, photos }) => {
  await page.goto('/');
  await choose(page, [photos.png]);
  await page.getByRole('button', { name: 'Paint the mask' }).press('Enter');
  const [undo, redo] = [page.getByRole('button', { name: 'Undo' }), page.getByRole('button', { name: 'Redo' })];
  await expect(undo).toBeDisabled();
  const stage = page.locator('.stage');
  await stage.press('ArrowRight');
  await stage.press('Enter');
  await expect(undo).toBeEnabled();
  await stage.press('Control+z');
  await expect(undo).toBeDisabled();
  await stage.press('Control+Shift+z');
  await expect(redo).toBeDisabled();
  await stage.press('r');
  await expect(page.getByRole('button', { name: 'Rectangle' })).toHaveAttribute('aria-pressed', 'true');
  await stage.press('Escape');
  await expect(page.getByText('Mask painted')).toBeVisible();
});

test('a photo of 24 megapixels is painted at native pixels, without lag', async ({ page, photos }) => {
  await page.goto('/');
  const path = join(photos.folder, 'large-24.jpg');
  writeFileSync(path, Buffer.from(await drawPhoto(page, 'image/jpeg', 6000, 4000), 'base64'));
  await choose(page, [path]);
  await page.getByRole('button', { name: 'Paint the mask' }).click();
  const stage = page.locator('.stage');
  await expect(stage).toBeVisible();
  await expect(page.locator('.stage img')).toBeVisible();
  const box = (await stage.boundingBox())!;
  await page.evaluate(() => {
    const times = ((window as unknown as { strokes: number[] }).strokes = [] as number[]);
    addEventListener('pointermove', () => {
      const began = performance.now();
      queueMicrotask(() => times.push(performance.now() - began)); // after the stage's own listener
    }, { capture: true });
  });
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5);
  await page.mouse.down();
  for (let i = 0; i <= 40; ++i) await page.mouse.move(box.x + box.width * (0.3 + 0.01 * i), box.y + box.height * (0.5 + 0.2 * Math.sin(i / 5)));
  await page.mouse.up();
  const times = await page.evaluate(() => (window as unknown as { strokes: number[] }).strokes);
  times.sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(20);
  // Half of the moves take less than a frame's 16 ms, on a busy machine too.
  expect(times[times.length >> 1]!).toBeLessThan(16);
  await page.getByRole('button', { name: 'Keep mask' }).click();
  await expect(page.getByText('Mask painted')).toBeVisible();
});

test('on a phone one finger paints and two zoom', async ({ browser, server, photos }) => {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto('/');
  await choose(page, [photos.jpg]);
  await page.getByRole('button', { name: 'Paint the mask' }).tap();
  await expect(page.locator('.stage img')).toBeVisible();
  const box = (await page.locator('.stage').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const session = await context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number; id: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', { x, y, id: 1 });
  await touch('touchMove', { x: x + 40, y: y + 10, id: 1 });
  await touch('touchEnd');
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeEnabled();
  await undo.tap(); // at once: the quick stroke must not swallow it
  await expect(undo).toBeDisabled();

  const percent = async () => Number.parseInt(await page.locator('.zoom-value').innerText(), 10);
  const before = await percent();
  await touch('touchStart', { x: x - 20, y, id: 1 });
  await touch('touchStart', { x: x - 20, y, id: 1 }, { x: x + 20, y, id: 2 });
  await touch('touchMove', { x: x - 60, y, id: 1 }, { x: x + 60, y, id: 2 });
  await touch('touchEnd');
  expect(await percent()).toBeGreaterThan(before * 2);
  await expect(undo).toBeDisabled(); // the pinch left no stroke behind
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await context.close();
});
