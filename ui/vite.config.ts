import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { pseudoLocale } from './pseudo-locale.ts';

// SIGNET_GALLERY=1 builds the state gallery in: test builds only.
const gallery = process.env.SIGNET_GALLERY === '1';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      // The setting or the desktop says the language, never the page (src/lib/i18n).
      strategy: ['globalVariable', 'baseLocale'],
      emitTsDeclarations: true,
      // One module a language: the same shape as `npm run messages` writes.
      outputStructure: 'locale-modules',
    }),
    tailwindcss(),
    svelte(),
    ...(gallery ? [pseudoLocale()] : []),
  ],
  // Several servers at once each want a cache of their own.
  cacheDir: process.env.SIGNET_VITE_CACHE ?? 'node_modules/.vite',
  define: { __GALLERY__: JSON.stringify(gallery) },
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL('./src/lib', import.meta.url)),
      $features: fileURLToPath(new URL('./src/features', import.meta.url)),
    },
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  build: {
    target: 'safari17',
    // Everything is a file of its own: the content security policy allows no inline script, style or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
});
