import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const openApi = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));

// docs/openapi.json is served as /openapi.json: the file that the tests hold the server to.
function servesOpenApi(): Plugin {
  return {
    name: 'serves-openapi',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'openapi.json', source: readFileSync(openApi, 'utf8') });
    },
  };
}

export default defineConfig({
  plugins: [servesOpenApi()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy allows no data: scripts or fonts, and a file is cached
    modulePreload: { polyfill: false },
  },
  server: {
    fs: { allow: ['..'] }, // docs/examples
    proxy: { '/api': 'http://localhost:8080' },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
