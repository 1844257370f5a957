import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy allows no data: scripts or fonts, and a file is cached
    modulePreload: { polyfill: false },
  },
  server: {
    fs: { allow: ['..'] }, // docs/examples
    proxy: { '/api': 'http://localhost:8080', '/openapi.json': 'http://localhost:8080' },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
