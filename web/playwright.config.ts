import { defineConfig } from '@playwright/test';

// Debian's Chromium (the package `chromium`), one at a time: the server under test does real work beside it.
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    actionTimeout: 30_000,
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', chromiumSandbox: process.getuid?.() !== 0 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  },
  projects: [
    { name: 'e2e', testMatch: '*.spec.ts' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
});
