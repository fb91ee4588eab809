// Bundles the tests and runs them with node's own runner; the last lines it prints are the counts.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const tests = readdirSync('test').filter((name) => name.endsWith('.test.ts'));
rmSync('dist/test', { recursive: true, force: true });
await build({
  entryPoints: tests.map((name) => `test/${name}`),
  outdir: 'dist/test',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Written for CommonJS, which no bundle of this format can hold.
  external: ['vscode-jsonrpc/node'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
const bundles = tests.map((name) => `dist/test/${name.replace(/\.ts$/, '.mjs')}`);
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-reporter=spec', ...bundles],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
