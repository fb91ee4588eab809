// Recorded messages against a protocol's own types: each becomes a constant of its type, and tsc reads them all.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(fileURLToPath(import.meta.url), '../..');

/**
 * What tsc complains of, each complaint below the test and the message that it is about; undefined where of nothing.
 *
 * `output` is a folder that is made anew, `modules` a node_modules with typescript, `types` the declarations of each
 * package that `preamble` imports, `constants` a list of `{ type, message, test }`.
 */
export function complaints({ output, modules, types, preamble, constants }) {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const lines = constants.map(
    ({ type, message, test }, index) =>
      `// ${test}\nexport const message${index}: ${type} = ${JSON.stringify(message)};\n`,
  );
  const source = `${preamble}\n${lines.join('')}`;
  writeFileSync(join(output, 'messages.ts'), source);
  writeFileSync(
    join(output, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023'],
        module: 'preserve',
        moduleResolution: 'bundler',
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
        paths: Object.fromEntries(Object.entries(types).map(([name, file]) => [name, [join(modules, file)]])),
      },
      files: ['messages.ts'],
    }),
  );
  const compiler = spawnSync(
    process.execPath,
    [join(modules, 'typescript/bin/tsc'), '-p', output, '--pretty', 'false'],
    { encoding: 'utf8' },
  );
  if (compiler.status === 0) return undefined;
  const text = source.split('\n');
  const said =
    `${compiler.stdout}${compiler.stderr}`.trim() || String(compiler.error ?? 'tsc ended without a word');
  return said.replace(
    /^.*messages\.ts\((\d+),\d+\)/gm,
    (at, line) => `${text[line - 2] ?? ''} ${text[line - 1]?.slice(0, 300)}\n    ${relative(repository, at)}`,
  );
}
