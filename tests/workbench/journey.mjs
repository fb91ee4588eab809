// The extension in a real VS Code workbench, as a person would use it.
//
//   node journey.mjs                     the extension alone, with a scripted server; about a minute
//   node journey.mjs --vsix FILE         the product: the server that the VSIX brings along, on a real task
//
//   --task FOLDER      the task that is worked on; with --vsix by default tasks/diamonds
//   --nodes N          nodes of the run (6), --seconds N its time (60)
//   --screenshot FILE  a picture of the workbench at its best moment
//   --theme NAME       such as "Default Light Modern"
//   --pictures FOLDER  of the moments of the other tests that are worth a look, with --vsix
//   --only NAME        one of the tests, such as steering
//
// The last lines count the steps; before them stands what was seen, as JSON. Needs install.sh once.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const { values } = parseArgs({
  options: {
    vsix: { type: 'string' },
    task: { type: 'string' },
    nodes: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '60' },
    screenshot: { type: 'string' },
    theme: { type: 'string' },
    pictures: { type: 'string' },
    only: { type: 'string' },
  },
});
const given = (file) => file && path.resolve(file);
const isProduct = values.vsix !== undefined;
const vsix = given(values.vsix) ?? path.join(root, 'artifacts', 'workbench', 'agentide.vsix');

if (!isProduct) {
  const script = path.join(root, 'vscode-extension', 'scripts', 'package.mjs');
  run(script, '--without-server', '--out', vsix);
}
if (values.screenshot) mkdirSync(path.dirname(given(values.screenshot)), { recursive: true });
if (values.pictures) mkdirSync(given(values.pictures), { recursive: true });

Object.assign(process.env, {
  JOURNEY_VSIX: vsix,
  JOURNEY_TASK:
    given(values.task) ??
    (isProduct ? path.join(root, 'tasks', 'diamonds') : path.join(here, 'scripted', 'task')),
  JOURNEY_SERVER: isProduct ? '' : path.join(here, 'scripted', 'server.mjs'),
  JOURNEY_NODES: values.nodes,
  JOURNEY_SECONDS: values.seconds,
  JOURNEY_SCREENSHOT: given(values.screenshot) ?? '',
  JOURNEY_THEME: values.theme ?? '',
  JOURNEY_PICTURES: given(values.pictures) ?? '',
});
const tests = isProduct
  ? ['journey.test.mjs', 'firstRun.test.mjs', 'steering.test.mjs', 'debug.test.mjs']
  : ['journey.test.mjs', 'runs.test.mjs', 'views.test.mjs', 'engineers.test.mjs', 'obstacles.test.mjs'];
// One workbench at a time: two of them, with their browsers, would fill a small machine.
run(
  '--test',
  '--test-concurrency=1',
  '--test-reporter=spec',
  ...tests
    .filter((name) => values.only === undefined || name === `${values.only}.test.mjs`)
    .map((name) => path.join(here, name)),
);

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
