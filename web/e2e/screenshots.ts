// Pictures of every page and state, light and dark, on a phone and a desktop, in web/screenshots. `npm run screenshots`
// With REMOVR_PHOTOS=FOLDER the photos of that folder are shown, else drawn ones.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { allDone, brokenPhoto, choose, drawPhoto, expect, kPassword, test } from './fixtures';

const folder = fileURLToPath(new URL('../screenshots', import.meta.url));
const kSizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const email = 'anna@example.org';
const long = 'a.rather.long.address.of.somebody@photographers.example.org';

test('every page', async ({ page, server, photos }) => {
  test.setTimeout(1_200_000);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const session = await page.context().newCDPSession(page);
  let count = 0;
  const everywhere = async (name: string, fullPage = true) => {
    const number = String(++count).padStart(2, '0');
    for (const [size, viewport] of Object.entries(kSizes)) {
      await page.setViewportSize(viewport);
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: size === 'phone' });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(folder, `${number}-${name}-${size}-${colorScheme}.png`), fullPage });
      }
    }
    await page.setViewportSize(kSizes.desktop);
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  };
  const visit = async (path: string, name: string) => {
    await page.goto(path);
    await expect(page.locator('h1')).toBeVisible();
    await page.waitForLoadState('networkidle');
    await everywhere(name);
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const dialogButton = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });

  const own = await ownPhotos(page, photos.folder);
  const bad = badFiles(photos.folder);

  // Signed out.
  await visit('/', 'start');
  await choose(page, [own[0]!, bad[1]!]);
  await expect(page.locator('.card img')).toHaveCount(1);
  await everywhere('chosen-signed-out');
  await visit('/sign-in', 'sign-in');
  await page.getByLabel('Email').fill('nobody@example.org');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await everywhere('sign-in-wrong');
  await page.goto('/sign-up');
  await everywhere('sign-up');
  await button('Create account').click();
  await everywhere('sign-up-errors');
  await visit('/reset', 'reset');
  await visit('/terms', 'terms');
  await visit('/nowhere', 'not-found');
  await visit('/docs', 'docs');
  await page.locator('#remove summary').click();
  await page.locator('#remove').scrollIntoViewIfNeeded();
  await everywhere('docs-endpoint', false);

  // A job that expires at once, then an account with all that it can have.
  server.cliWith(kPassword, 'account', 'create', email, '--password-stdin', '--credits', '40');
  server.cliWith(kPassword, 'account', 'create', long, '--password-stdin', '--credits', '0');
  await signIn(page);
  await visit('/jobs', 'history-empty');
  await visit('/account', 'account-empty');
  await visit('/admin', 'admin-forbidden');
  await server.stop();
  await server.start('--keep', '5s');
  await run(page, own.slice(0, 2));
  await server.stop();
  await server.start();
  server.cli('account', 'operator', email, 'on');

  await page.goto('/');
  await button('Start over').click();
  await choose(page, [...own, ...bad]);
  await expect(page.locator('.card img')).toHaveCount(own.length);
  await everywhere('chosen');
  await button(/^Paint the mask of/).nth(1).click();
  await expect(page.locator('.stage img')).toBeVisible();
  await everywhere('editor-empty', false);
  await drag(page, [0.4, 0.55], [0.6, 0.4]);
  await everywhere('editor', false);
  await button('Keep mask').click();
  await button(/Remove from/).click();
  await expect(page.locator('.card[data-stage=working]').first()).toBeVisible();
  await expect(page.locator('.card[data-stage=finished]').first()).toBeVisible();
  await everywhere('working');
  await allDone(page, own.length + 1);
  await page.waitForTimeout(1500);
  await everywhere('done');
  for (const [i, card] of (await page.locator('.card:has(.card-open)').all()).entries()) {
    await card.locator('.card-open').click();
    await expect(page.locator('.stage img').first()).toBeVisible();
    await everywhere(`viewer-${i}`, false);
    if (i === 0) {
      await button('100%').click();
      await everywhere('viewer-native', false);
      const showMask = button('Show mask');
      if ((await showMask.count()) > 0) await showMask.click();
      await everywhere('viewer-mask', false);
      await button(/(Edit|Paint) mask$/).click();
      await everywhere('viewer-edit', false);
      await button('Back').click();
    }
    await button('Close').click();
    if (i === 3) break;
  }

  await page.goto('/account');
  await page.getByLabel('What is it for?').fill('Nightly upload');
  await button('Create key').click();
  await expect(page.getByTestId('new-key')).toBeVisible();
  await everywhere('new-key', false);
  await button('I have copied it').click();
  for (const name of ['Lightroom plug-in', 'A key with a rather long name, for the machine in the back of the studio', '']) {
    await page.getByLabel('What is it for?').fill(name);
    await button('Create key').click();
    await button('I have copied it').click();
  }
  await button('Revoke Lightroom plug-in').click();
  await everywhere('revoke', false);
  await dialogButton('Revoke').click();
  await visit('/account', 'account');
  await visit('/jobs', 'history');
  await button(/^Delete the job/).first().click();
  await everywhere('delete', false);
  await dialogButton('Cancel').click();
  await page.locator('.job h2 a').first().click();
  await expect(page.locator('.card').first()).toBeVisible();
  await page.waitForTimeout(1500);
  await everywhere('job');
  await page.goto('/jobs');
  await page.locator('.job h2 a').last().click();
  await expect(page.locator('.card').first()).toBeVisible();
  await everywhere('job-expired');
  await visit('/admin', 'admin');
  await button(/^Grant credits to a\.rather/).click();
  await dialogButton('Grant').click();
  await everywhere('grant', false);

  // Out of credits, terms not accepted, the server away.
  await page.goto('/account');
  await button('Sign out').click();
  await expect(page.getByText('Drop photos here')).toBeVisible();
  await signIn(page, long);
  await page.goto('/');
  await choose(page, own.slice(0, 1));
  await expect(page.locator('.card img')).toHaveCount(1);
  await everywhere('no-credits');
  server.cli('account', 'grant', long, '3', '--reason', 'a start');
  server.sql('UPDATE accounts SET rights_accepted_ms = NULL, rights_version = NULL');
  await page.goto('/');
  await choose(page, own.slice(0, 1));
  await button('Remove from').click();
  await everywhere('rights', false);
  await server.stop();
  await page.getByLabel('I accept').check();
  await dialogButton('Go on').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await everywhere('rights-away', false);
  await dialogButton('Cancel').click();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByText('The server could not be reached.')).toBeVisible();
  await everywhere('away');
});

async function signIn(page: Page, who = email): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(who);
  await page.getByLabel('Password', { exact: true }).fill(kPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Account' })).toBeVisible();
}

async function run(page: Page, files: string[]): Promise<void> {
  await page.goto('/');
  await choose(page, files);
  await page.getByRole('button', { name: /Remove from/ }).click();
  await allDone(page, files.length);
}

/** Between two places of the stage, in parts of its size. */
async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const stage = (await page.locator('.stage').boundingBox())!;
  const at = ([x, y]: [number, number]) => [stage.x + stage.width * x, stage.y + stage.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

/** Photos of several shapes. */
async function ownPhotos(page: Page, folder: string): Promise<string[]> {
  const given = process.env['REMOVR_PHOTOS'];
  if (given) return readdirSync(given).sort().map((name) => join(given, name));
  const draw = async (name: string, width: number, height: number) => {
    writeFileSync(join(folder, name), Buffer.from(await drawPhoto(page, name.endsWith('png') ? 'image/png' : 'image/jpeg', width, height), 'base64'));
    return join(folder, name);
  };
  return [
    await draw('A portrait with a rather long name, as clients like to give them (second version).jpg', 360, 560),
    await draw('beach.jpg', 640, 420),
    await draw('wide.png', 720, 300),
    await draw('square.jpg', 480, 480),
  ];
}

/** A broken photo, and a file that is none. */
function badFiles(folder: string): string[] {
  const note = join(folder, 'notes.txt');
  writeFileSync(note, 'no image');
  return [brokenPhoto(folder), note];
}
