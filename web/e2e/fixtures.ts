// What the tests stand on: one server, photographs, signed-in people, and the watch over every page.
import { test as base, expect, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from './server';

export { expect };

export const kPassword = 'a long enough sentence';

export interface Photos {
  jpg: string;
  png: string;
  webp: string;
  folder: string;
}

interface Fixtures {
  /** Signs a new account in, on this page. Accepted rights, so many credits. */
  signedIn: (credits: number) => Promise<string>;
}

interface WorkerFixtures {
  server: Server;
  photos: Photos;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await new Server().start();
      await use(server);
      await server.end();
    },
    { scope: 'worker' },
  ],

  photos: [
    async ({ browser }, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'removr-photos-'));
      const page = await browser.newPage();
      const draw = async (name: string, type: string, width: number, height: number) => {
        const path = join(folder, name);
        writeFileSync(path, Buffer.from(await drawPhoto(page, type, width, height), 'base64'));
        return path;
      };
      await use({
        jpg: await draw('beach.jpg', 'image/jpeg', 640, 420),
        png: await draw('harbour.png', 'image/png', 480, 360),
        webp: await draw('hills.webp', 'image/webp', 400, 500),
        folder,
      });
      await page.close();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  // No page may log an error, break the policy, or ask another origin for anything.
  page: async ({ page, server }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // Refused requests are part of the tests, and the browser logs each of them.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(blob|data):/.test(request.url())) complaints.push(request.url());
    });
    await use(page);
    expect(complaints).toEqual([]);
  },

  signedIn: async ({ page, server }, use) => {
    await use(async (credits) => {
      const email = `${Math.random().toString(36).slice(2)}@example.org`;
      server.cliWith(kPassword, 'account', 'create', email, '--password-stdin', '--credits', String(credits));
      await page.goto('/sign-in');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(kPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('heading', { name: 'Account' })).toBeVisible();
      return email;
    });
  },
});

/** A photograph with a mark across it, drawn by the browser; base64. */
export function drawPhoto(page: Page, type: string, width: number, height: number): Promise<string> {
  return page.evaluate(
    ([type, width, height]) => {
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext('2d')!;
      const sky = context.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, '#3b74b8');
      sky.addColorStop(0.55, '#c9d9e6');
      sky.addColorStop(0.56, '#4d6b3c');
      sky.addColorStop(1, '#26361d');
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      for (let i = 0; i < 60; ++i) {
        context.fillStyle = `hsl(${90 + (i % 7) * 9} 30% ${20 + (i % 5) * 6}% / 60%)`;
        context.beginPath();
        context.arc(((i * 137) % 100) * (width / 100), height * (0.6 + 0.4 * ((i * 61) % 100) * 0.01), width * 0.05, 0, 7);
        context.fill();
      }
      context.translate(width / 2, height / 2);
      context.rotate(-0.5);
      context.fillStyle = 'rgb(255 255 255 / 55%)';
      context.font = `bold ${width / 7}px sans-serif`;
      context.textAlign = 'center';
      context.fillText('SAMPLE', 0, 0);
      return canvas.toDataURL(type, 0.92).split(',')[1]!;
    },
    [type, width, height] as const,
  );
}

/** Chooses files as a person would, and waits until they are listed. */
export async function choose(page: Page, files: string[]): Promise<void> {
  await page.locator('input[type=file]').first().setInputFiles(files);
  await expect(page.locator('.card')).toHaveCount(files.length);
}

/** A photo of 10 bytes, which no browser shows and no server opens. */
export function brokenPhoto(folder: string): string {
  const path = join(folder, 'broken.jpg');
  writeFileSync(path, Buffer.from('ffd8ffe000104a464946', 'hex'));
  return path;
}

/** Waits until every photo on the page has its result. */
export async function allDone(page: Page, count: number): Promise<void> {
  await expect(page.locator('.card[data-stage=finished]')).toHaveCount(count, { timeout: 200_000 });
}

export async function balance(page: Page): Promise<number> {
  return Number.parseInt(await page.locator('.balance').innerText(), 10);
}
