import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the API of a running `npm start` answers. */
const api = process.env['PANEL_API_URL'] ?? 'http://127.0.0.1:3000';

// oxlint-disable-next-line import/no-default-export -- Vite reads it from there
export default defineConfig({
  base: '/panel/',
  plugins: [react()],
  // The API writes a nonce in its place, a new one for each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // Of the documents, only the page itself has a name that stays.
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/panel/api', '/panel/sign-in', '/panel/sign-out', '/ops', '/badge.js'].map((path) => [path, { target: api, changeOrigin: false }]),
    ),
  },
});
