// What a person does to a run while it is under way, and how an applied solution meets unsaved edits.
import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'node:test';
import { stepsInWorkbench } from './steps.mjs';

const {
  JOURNEY_VSIX: vsix,
  JOURNEY_TASK: task,
  JOURNEY_SERVER: server,
  JOURNEY_PICTURES: pictures,
} = process.env;

describe('With a run under way, a person', () => {
  const step = stepsInWorkbench('runs', {
    vsix,
    settings: { 'agentide.serverPath': server },
    prepare: async (folder) => {
      for (const name of ['diamonds', 'more-diamonds'])
        await cp(task, path.join(folder, name), { recursive: true });
    },
  });

  step('is asked which task is meant where a folder holds two', async (workbench) => {
    await workbench.openView('AgentIde');
    await workbench.command('AgentIde: Start a run');
    await workbench.choose('more-diamonds');
    await workbench.rows(/#1 draft/).waitFor();
  });

  step('pauses it by the button beside it', async (workbench) => {
    await workbench.rows(/#1 draft\s+0/).waitFor();
    await workbench.press('Pause the run', workbench.rows(/Diamond price/));
    await workbench.rows(/Diamond price.*paused/).waitFor();
    const before = await workbench.rows(/#\d+ /).allInnerTexts();
    await workbench.command('AgentIde: Refresh the runs');
    await workbench.rows(/Diamond price.*paused/).waitFor();
    assert.deepEqual(await workbench.rows(/#\d+ /).allInnerTexts(), before);
  });

  step('continues it from the palette', async (workbench) => {
    await workbench.command('AgentIde: Continue the run');
    await workbench.rows(/#3 debug/).waitFor();
  });

  step('stops it and sees the best so far chosen', async (workbench, page) => {
    await workbench.rows(/#4 improve\s+0/).waitFor();
    await workbench.press('Stop the run', workbench.rows(/Diamond price/));
    await workbench.rows(/Diamond price.*finished/).waitFor();
    await page.locator('.sidebar .monaco-list-row', { has: page.locator('.codicon-star-full') }).waitFor();
  });

  step('proposes it to others: sees what would be sent, and agrees', async (workbench, page) => {
    await workbench.press('Open a pull request…', workbench.rows(/Diamond price/));
    await page
      .locator('.tab')
      .filter({ hasText: /^pull-request.md/ })
      .waitFor();
    const lens = page.locator('.codelens-decoration a');
    await lens.filter({ hasText: 'Open this pull request at git.example/ann/gems, as a draft' }).waitFor();
    await page.locator('.tab').filter({ hasText: 'Preview pull-request.md' }).waitFor();
    const preview = page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
    await preview.getByRole('heading', { name: /^pull-request.md of #\d/ }).waitFor();
    const told = page.locator('.notifications-toasts .notification-list-item');
    const question = told.filter({
      hasText: 'Open this pull request of diamonds-1 at git.example/ann/gems?',
    });
    await question.getByRole('button', { name: 'Open it, ready to be merged' }).waitFor();
    if (pictures) await workbench.screenshot(path.join(pictures, 'pull-request.png'));
    await question.getByRole('button', { name: 'Open the draft' }).click();
    const opened = told.filter({ hasText: 'Pull request 12 of diamonds-1 was opened.' });
    await opened.getByRole('button', { name: 'Look at it' }).waitFor();
    // No session of this editor's is for that server, so none is asked for, and no token goes there.
    assert.deepEqual(JSON.parse(await readFile(path.join(workbench.workspace, 'asked.json'), 'utf8')), {
      run: 'diamonds-1',
      chosen: 'Open the draft',
      answer: {},
    });
    await workbench.command('View: Close All Editors');
    await lens.first().waitFor({ state: 'hidden' });
  });

  step('reads in a tooltip what a node is about', async (workbench, page) => {
    await workbench.rows(/#2 draft\s+failed/).hover();
    const tooltip = page
      .locator('.monaco-hover:visible')
      .filter({ hasText: 'A linear look at carat and colour.' });
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /KeyError/);
  });

  step('applies one of its nodes by the button beside it', async (workbench, page) => {
    await workbench.press('Apply this solution', workbench.rows(/#3 debug/));
    await workbench.fileInFront('solution.py').waitFor();
    await page.locator('.tab.active:not(.dirty)').waitFor();
    await workbench.line("'color'").waitFor();
  });

  step(
    'applies another by a code action over own unsaved edits, which stay unsaved and can be had back',
    async (workbench, page) => {
      await workbench.typeAtEndOf("'color'", '  # mine');
      await workbench.line("'color'").locator('span span').first().click();
      await page.keyboard.press('Control+.');
      await page
        .locator('.action-widget .monaco-list-row')
        .filter({ hasText: 'Apply the best solution' })
        .waitFor();
      await page.keyboard.press('Enter');
      await workbench.line('np.log1p').waitFor();
      await page.locator('.tab.active.dirty').waitFor();
      const saved = await readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
      assert.match(saved, /'color'/);
      assert.doesNotMatch(saved, /log1p/);
      await page.keyboard.press('Control+Z');
      await workbench.line('# mine').waitFor();
    },
  );

  step('goes on with a new server where the old one dies', async (workbench, page) => {
    const servers = await workbench.processes(server);
    assert.equal(servers.length, 1);
    process.kill(servers[0], 'SIGKILL');
    // The scripted server keeps no runs, so a new one shows an empty view.
    await page.locator('.sidebar .welcome-view').getByText('Start a run').waitFor();
    await workbench.command('AgentIde: Start a run');
    await workbench.choose('diamonds');
    await workbench.rows(/#1 draft/).waitFor();
  });
});
