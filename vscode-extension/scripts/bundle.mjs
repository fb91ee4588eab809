// Bundles the extension into dist/extension.js, and the page of the search tree, which is loaded when it is opened,
// into dist/webview: no node_modules in the package.
import { build } from 'esbuild';

const common = { bundle: true, minify: true, legalComments: 'linked', logLevel: 'warning' };

await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
});
await build({
  ...common,
  entryPoints: ['webview/main.ts'],
  outdir: 'dist/webview',
  platform: 'browser',
  target: 'chrome128',
  format: 'iife',
});
