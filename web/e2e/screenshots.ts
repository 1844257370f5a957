// Pictures of every page, light and dark, on a phone and a desktop, in web/screenshots. `npm run screenshots`
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { allDone, choose, drawPhoto, expect, kPassword, test } from './fixtures';

const folder = fileURLToPath(new URL('../screenshots', import.meta.url));
const kSizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const email = 'anna@example.org';

test('every page', async ({ page, server, photos }) => {
  test.setTimeout(900_000);
  mkdirSync(folder, { recursive: true });
  const everywhere = async (name: string, fullPage = true) => {
    for (const [size, viewport] of Object.entries(kSizes)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage });
      }
    }
    await page.setViewportSize(kSizes.desktop);
  };
  const visit = async (path: string, name: string) => {
    await page.goto(path);
    await expect(page.locator('h1')).toBeVisible();
    await page.waitForLoadState('networkidle');
    await everywhere(name);
  };

  await visit('/', 'start');
  await visit('/sign-in', 'sign-in');
  await page.goto('/sign-up');
  await page.getByRole('button', { name: 'Create account' }).click();
  await everywhere('sign-up');
  await visit('/reset', 'reset');
  await visit('/terms', 'terms');
  await visit('/nowhere', 'not-found');

  server.cliWith(kPassword, 'account', 'create', email, '--password-stdin', '--credits', '8');
  server.cli('account', 'operator', email, 'on');
  await signIn(page);
  await visit('/jobs', 'history-empty');

  await page.goto('/');
  await choose(page, await files(page, photos.jpg, photos.folder));
  await expect(page.locator('.card img')).toHaveCount(4);
  await everywhere('chosen');
  await page.getByRole('button', { name: 'Paint the mask of wide.png' }).click();
  await expect(page.locator('.stage img')).toBeVisible();
  const stage = (await page.locator('.stage').boundingBox())!;
  await page.mouse.move(stage.x + stage.width * 0.4, stage.y + stage.height * 0.55);
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width * 0.6, stage.y + stage.height * 0.4, { steps: 6 });
  await page.mouse.up();
  await everywhere('editor', false);
  await page.getByRole('button', { name: 'Keep mask' }).click();
  await page.getByRole('button', { name: /Remove from/ }).click();
  await expect(page.locator('.card[data-stage=working]').first()).toBeVisible();
  await everywhere('working');
  await allDone(page, 5);
  await page.waitForTimeout(1500);
  await everywhere('done');
  await page.getByRole('button', { name: 'Open beach.jpg' }).click();
  await expect(page.locator('.divider')).toBeVisible();
  await everywhere('viewer', false);
  await page.getByRole('button', { name: 'Show mask' }).click();
  await everywhere('viewer-mask', false);
  await page.getByRole('button', { name: 'Edit mask' }).click();
  await everywhere('viewer-edit', false);
  await page.getByRole('button', { name: 'Close' }).click();

  await page.goto('/account');
  await page.getByLabel('What is it for?').fill('Nightly upload');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByTestId('new-key')).toBeVisible();
  await everywhere('new-key', false);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await visit('/account', 'account');
  await visit('/jobs', 'history');
  await page.locator('.job h2 a').first().click();
  await expect(page.locator('.card').first()).toBeVisible();
  await everywhere('job');
  await visit('/admin', 'admin');
  await visit('/docs', 'docs');
  await page.locator('#remove summary').click();
  await page.locator('#remove').scrollIntoViewIfNeeded();
  await everywhere('docs-endpoint', false);
});

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(kPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Account' })).toBeVisible();
}

/** Photos of several shapes, a broken one, and a file that is none. */
async function files(page: Page, photo: string, folder: string): Promise<string[]> {
  const path = (name: string) => join(folder, name);
  const draw = async (name: string, type: string, width: number, height: number) =>
    writeFileSync(path(name), Buffer.from(await drawPhoto(page, type, width, height), 'base64'));
  await draw('wide.png', 'image/png', 720, 300);
  await draw('portrait with a rather long name.jpg', 'image/jpeg', 360, 560);
  copyFileSync(photo, path('harbour.jpg'));
  writeFileSync(path('broken.jpg'), Buffer.from('ffd8ffe000104a464946', 'hex'));
  writeFileSync(path('notes.txt'), 'no image');
  return [photo, path('wide.png'), path('portrait with a rather long name.jpg'), path('harbour.jpg'), path('broken.jpg'), path('notes.txt')];
}
