// Takes the pictures of docs/: a run of the product in a workbench, its search tree in a dark and in a light theme.
//
//   node pictures.mjs [--nodes 28] [--seconds 240]
//
// Needs install.sh once, and scripts/build.sh for the server.
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { Workbench } from './workbench.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const { values } = parseArgs({
  options: { nodes: { type: 'string', default: '28' }, seconds: { type: 'string', default: '240' } },
});
const vsix = path.join(root, 'artifacts', 'workbench', 'agentide.vsix');
spawnSync(
  process.execPath,
  [path.join(root, 'vscode-extension/scripts/package.mjs'), '--without-server', '--out', vsix],
  {
    stdio: 'inherit',
  },
);

const workbench = await Workbench.start({
  vsix,
  size: { width: 1440, height: 860 },
  scale: 1,
  settings: {
    'agentide.serverPath': path.join(root, 'artifacts/publish/agentide/agentide'),
    'agentide.run.nodes': Number(values.nodes),
    'agentide.run.minutes': Number(values.seconds) / 60,
  },
  prepare: (folder) => cp(path.join(root, 'tasks/diamonds'), folder, { recursive: true }),
});
try {
  const { page } = workbench;
  await workbench.openView('AgentIde');
  await workbench.widenSideBar(330);
  await workbench.command('AgentIde: Start a run');
  const timeout = (Number(values.seconds) + 120) * 1000;
  await workbench.rows(/finished/).waitFor({ timeout });
  await workbench.command('AgentIde: Show the search tree');
  const tree = page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
  await tree.locator('.details dl').waitFor();
  await workbench.command('Notifications: Clear All Notifications');
  for (const [name, theme] of [
    ['dark', 'Dark Modern'],
    ['light', 'Light Modern'],
  ]) {
    await workbench.command('Preferences: Color Theme');
    await workbench.choose(theme);
    await tree.locator(`body.vscode-${name}`).waitFor();
    await tree.locator('[data-node].best').waitFor();
    await page.mouse.move(5, 5);
    await workbench.screenshot(path.join(root, 'docs', `search-tree-${name}.png`));
  }
} finally {
  await workbench.stop();
}
