// The docs' quickstarts do what they say, against the real server.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures';

const examples = fileURLToPath(new URL('../../docs/examples', import.meta.url));

const kQuickstarts: Record<string, (folder: string) => string[]> = {
  curl: () => ['bash', join(examples, 'quickstart.sh')],
  Python: () => ['python3', join(examples, 'quickstart.py')],
  JavaScript: () => [process.execPath, join(examples, 'quickstart.mjs')],
  'C++': (folder) => {
    const program = join(folder, 'quickstart');
    execFileSync('g++', ['-std=c++17', '-Wall', '-Wextra', '-Werror', join(examples, 'quickstart.cc'), '-o', program, '-lcurl', '-lboost_json']);
    return [program];
  },
};

for (const [language, commandIn] of Object.entries(kQuickstarts)) {
  test(`the quickstart in ${language} cleans a photo`, ({ server, photos }) => {
    const folder = mkdtempSync(join(tmpdir(), 'removr-quickstart-'));
    const email = `${Math.random().toString(36).slice(2)}@example.org`;
    server.cli('account', 'create', email, '--credits', '1');
    const key = server.cli('key', 'create', email);
    const photo = join(folder, 'photo.jpg');
    copyFileSync(photos.jpg, photo);
    const [program, ...args] = commandIn(folder);
    const output = execFileSync(program!, [...args, photo], { env: { ...process.env, REMOVR_KEY: key, REMOVR_URL: server.url }, encoding: 'utf8' });
    expect(output).toMatch(/photo-clean\.jpg: (clean|residual|no_overlay_found)/);
    expect(readFileSync(join(folder, 'photo-clean.jpg')).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    rmSync(folder, { recursive: true });
  });
}

test('the docs page shows these very files', async ({ page }) => {
  await page.goto('/docs');
  for (const [tab, file] of [['curl', 'sh'], ['Python', 'py'], ['JavaScript', 'mjs'], ['C++', 'cc']] as const) {
    await page.getByRole('tab', { name: tab }).click();
    expect(await page.getByRole('tabpanel').textContent()).toBe(readFileSync(join(examples, `quickstart.${file}`), 'utf8'));
  }
});

test('the docs page calls the API with a key', async ({ page, server, photos }) => {
  server.cli('account', 'create', 'docs@example.org', '--credits', '3');
  const key = server.cli('key', 'create', 'docs@example.org');
  await page.goto('/docs');
  await page.getByLabel('Your key').fill(key);
  await page.locator('#getAccount summary').click();
  await page.locator('#getAccount').getByRole('button', { name: 'Send' }).click();
  await expect(page.locator('#getAccount .try-answer')).toContainText('"balance": 3');
  const remove = page.locator('#remove');
  await remove.locator('summary').click();
  await remove.getByLabel('files').setInputFiles(photos.png);
  await remove.getByLabel('format').selectOption('webp');
  await remove.getByRole('button', { name: 'Send' }).click();
  await expect(remove.locator('.try-answer')).toContainText('202');
  await expect(remove.locator('.try-answer')).toContainText('"status": "processing"');
});
