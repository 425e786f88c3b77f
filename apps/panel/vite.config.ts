import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin, Rolldown } from 'vite';
import { pageTable, signedInPath } from './src/pages/page-table.ts';

const base = '/panel/';

type Chunk = Rolldown.OutputChunk;

/**
 * Writes pages.json beside the built files: which of them each page needs besides those of index.html. The API has the browser ask for them
 * together with the page, not after the shell has run.
 */
const listPages: Plugin = {
  name: 'mood-pages',
  apply: 'build',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const chunks = new Map(Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
    function withImports(chunk: Chunk, seen = new Set<Chunk>()): Set<Chunk> {
      if (seen.has(chunk)) return seen;
      seen.add(chunk);
      for (const name of chunk.imports) {
        const imported = chunks.get(name);
        if (imported !== undefined) withImports(imported, seen);
      }
      return seen;
    }
    const shell = new Set([...chunks.values()].filter(({ isEntry }) => isEntry).flatMap((entry) => [...withImports(entry)]));
    const pages = pageTable.map(({ path, role, module }) => {
      const chunk = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/pages/${module}.tsx`));
      if (chunk === undefined) throw new Error(`No file was built for the page ${module}.`);
      const needed = [...withImports(chunk)].filter((one) => !shell.has(one));
      const styles = new Set(needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]));
      return {
        path,
        role,
        module,
        scripts: needed.map(({ fileName }) => base + fileName),
        styles: Array.from(styles, (name) => base + name),
      };
    });
    const forAll = { path: signedInPath, role: null, module: null, scripts: [], styles: [] };
    this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify([...pages, forAll]) });
  },
};

/** Where the API of a running `npm start` answers. */
const api = process.env['PANEL_API_URL'] ?? 'http://127.0.0.1:3000';

// oxlint-disable-next-line import/no-default-export -- Vite reads it from there
export default defineConfig({
  base,
  plugins: [react(), listPages],
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
