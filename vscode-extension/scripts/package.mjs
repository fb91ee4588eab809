// Packs the extension, and the server and the sample task that it brings along, into one VSIX.
//
//   node scripts/package.mjs [PUBLISHED] [--out FILE] [--without-server]
//
// PUBLISHED is the portable (framework-dependent) publish of the command line, by default
// ../artifacts/publish/agentide; FILE by default ../artifacts/agentide.vsix. Without a server the
// extension needs the setting agentide.serverPath.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const platforms = new Set([
  ...['linux-x64', 'linux-arm64', 'linux-arm', 'linux-musl-x64', 'linux-musl-arm64'],
  ...['osx-x64', 'osx-arm64', 'win-x64', 'win-arm64'],
]);
const extension = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const artifacts = path.join(extension, '..', 'artifacts');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, 'without-server': { type: 'boolean', default: false } },
});
const published = path.resolve(positionals[0] ?? path.join(artifacts, 'publish', 'agentide'));
const vsix = path.resolve(values.out ?? path.join(artifacts, 'agentide.vsix'));
const packed = path.join(extension, 'server');
const sample = path.join(extension, 'sample');

rmSync(packed, { recursive: true, force: true });
if (!values['without-server']) {
  if (!existsSync(path.join(published, 'agentide.dll'))) {
    console.error(
      `There is no published server in ${published}: dotnet publish server/AgentIde.Cli -o ${published}`,
    );
    process.exit(4);
  }
  cpSync(published, packed, { recursive: true, filter: (file) => isNeeded(path.relative(published, file)) });
}
rmSync(sample, { recursive: true, force: true });
cpSync(path.join(extension, '..', 'tasks', 'diamonds'), sample, { recursive: true, filter: isOfTask });
// The pictures lie where the repository keeps its own, and go along to where the packed page looks for them.
const readme = path.join(extension, 'README.packed.md');
writeFileSync(
  readme,
  readFileSync(path.join(extension, 'README.md'), 'utf8').replaceAll('../docs/', 'pictures/'),
);
const pictures = path.join(extension, 'pictures');
for (const name of ['search-tree-dark.png', 'search-tree-light.png'])
  cpSync(path.join(extension, '..', 'docs', name), path.join(pictures, name));
mkdirSync(path.dirname(vsix), { recursive: true });

try {
  run('scripts/bundle.mjs');
  run('node_modules/@vscode/vsce/vsce', [
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--readme-path',
    path.basename(readme),
    '--out',
    vsix,
  ]);
} finally {
  for (const added of [packed, sample, readme, pictures]) rmSync(added, { recursive: true, force: true });
}
console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(2)} MB`);

/** Debug symbols, the launcher of one platform, and native libraries for platforms without VS Code stay out. */
function isNeeded(file) {
  const [folder, platform] = file.split(path.sep);
  if (folder === 'runtimes' && platform !== undefined) return platforms.has(platform);
  return file !== 'agentide' && !['.pdb', '.xml'].includes(path.extname(file));
}

/** What runs leave in a task's folder is not part of it. */
function isOfTask(file) {
  return !['.agentide', 'solution.py', 'solution.cs'].includes(path.basename(file));
}

function run(script, args = []) {
  const { status, error } = spawnSync(process.execPath, [path.join(extension, script), ...args], {
    cwd: extension,
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${script} ended with exit code ${status}`);
}
