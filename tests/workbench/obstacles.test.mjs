// What a person meets where something is missing: trust, a server.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { describe } from 'node:test';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_SERVER: server } = process.env;
const prepare = (folder) => cp(task, folder, { recursive: true });

describe('In a folder without trust, a person', () => {
  const step = stepsInWorkbench('trust', {
    vsix,
    settings: {
      'agentide.serverPath': server,
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
    },
    prepare,
  });

  step('can look at runs but finds no way to start one', async (workbench, page) => {
    await workbench.openView('AgentIde');
    const button = page.locator('.sidebar .welcome-view .monaco-button').filter({ hasText: 'Start a run' });
    await button.waitFor();
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    assert.deepEqual(await workbench.commandsNamed('AgentIde:', 'Show the output'), [
      'AgentIde: Check this machine',
      'AgentIde: Focus on Agent runs View',
      'AgentIde: Forget the keys of model providers',
      'AgentIde: Open the walkthrough: first run',
      'AgentIde: Refresh the runs',
      'AgentIde: Show the output',
    ]);
  });

  step('is refused by what the server offers as well', async (workbench, page) => {
    await workbench.openFile('task.yaml');
    await page.locator('.codelens-decoration').getByText('Start a run on this task').click();
    await page.locator('.notifications-toasts').getByText('This folder is not trusted').waitFor();
    assert.equal(await workbench.rows(/#1 draft/).count(), 0);
  });

  step('can start one as soon as the folder is trusted', async (workbench, page) => {
    await workbench.command('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
    await workbench.openView('AgentIde');
    await workbench.command('AgentIde: Start a run');
    await workbench.rows(/#1 draft/).waitFor();
  });
});

describe('Without a server, a person', () => {
  const step = stepsInWorkbench('no-server', { vsix, settings: {}, prepare });

  step('is told once, with the way out', async (workbench, page) => {
    const message = page
      .locator('.notifications-toasts')
      .getByText('came without a server: set agentide.serverPath');
    await message.waitFor();
    await workbench.openView('AgentIde');
    await page.locator('.sidebar .welcome-view').getByText('The AgentIde server is not running.').waitFor();
    assert.equal(await message.count(), 1);
  });

  step('can read what happened in the output', async (_, page) => {
    await page.locator('.sidebar .welcome-view').getByText('Show what happened').click();
    await page.locator('.panel .view-line').filter({ hasText: 'came without a server' }).first().waitFor();
  });
});
