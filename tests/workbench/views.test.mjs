// The search tree and the chart, by mouse and by keyboard; what the tree of runs lists; comparing; the first run.
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe } from 'node:test';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_SERVER: server } = process.env;
const seen = {};

/** The page of the search tree that is in front. */
function pageOf(page) {
  return page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
}

describe('Looking at runs, a person', () => {
  after(() => console.log(JSON.stringify(seen, null, 2)));

  const step = stepsInWorkbench('views', {
    vsix,
    settings: { 'agentide.serverPath': server },
    prepare: async (folder) => {
      await cp(task, folder, { recursive: true });
      await writeFile(path.join(folder, 'large-run'), '10000');
    },
  });
  const asked = async (workbench) =>
    JSON.parse(await readFile(path.join(workbench.workspace, 'asked.json'), 'utf8'));
  const nodes = (page) => pageOf(page).getByRole('treeitem');
  const node = (page, number) => pageOf(page).locator(`[data-node="${number}"]`);
  const details = (page) => pageOf(page).getByRole('complementary', { name: 'The selected node' });

  step('gives a run under way a hint', async (workbench) => {
    await workbench.openView('AgentIde');
    await workbench.widenSideBar(360);
    await workbench.command('AgentIde: Start a run');
    await workbench.rows(/#1 draft/).waitFor();
    await workbench.press('Pause the run', workbench.rows(/Diamond price/));
    await workbench.rows(/Diamond price.*paused/).waitFor();
    await workbench.command('AgentIde: Give a hint…');
    await workbench.answer('A hint for Diamond price', '  try a log target ');
    await workbench.command('AgentIde: Continue the run');
    await workbench.rows(/#2 draft/).waitFor();
    assert.deepEqual(await asked(workbench), {
      command: 'hint',
      run: 'diamonds-2',
      text: 'try a log target',
    });
  });

  step(
    'opens the search tree by the button beside the run, and sees nodes come in',
    async (workbench, page) => {
      await workbench.press('Show the search tree', workbench.rows(/Diamond price/));
      await pageOf(page).getByRole('heading', { name: 'Diamond price' }).waitFor();
      await workbench.rows(/Diamond price.*finished/).waitFor();
      await node(page, 6).waitFor();
      assert.equal(await nodes(page).count(), 6);
      assert.match(
        await node(page, 5).getAttribute('aria-label'),
        /Node 5, improve, best, from 4, score 0\.0931/,
      );
      assert.match(await node(page, 2).getAttribute('class'), /buggy/);
      assert.equal(await node(page, 3).getAttribute('aria-level'), '2');
      assert.deepEqual(
        workbench.errors.filter((error) => /Content.Security.Policy/i.test(error)),
        [],
      );
    },
  );

  step('sees the best score against time, nodes, and as a table', async (_, page) => {
    const chart = pageOf(page).getByRole('region', { name: /Best RMSLE so far, lower is better/ });
    const plot = chart.getByRole('img');
    assert.match(await plot.getAttribute('aria-label'), /^5 scores\. .* to 0\.0931 at node 5 in 4 steps/);
    assert.match(await plot.textContent(), /time of the run, seconds/);
    assert.equal(await chart.getByRole('radio', { name: 'Spend' }).isDisabled(), true);
    await chart.getByText('Nodes', { exact: true }).first().click();
    await plot.getByText('nodes', { exact: true }).waitFor();
    await chart.getByText('As a table').click();
    const rows = await chart.locator('tbody tr').allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\s+/).slice(0, 3).join(' ')),
      ['#1 draft 0.5810', '#3 debug 0.5750', '#4 improve 0.3120', '#5 improve 0.09310'],
    );
    await chart.getByText('As a table').click();
  });

  step('walks the tree by the keyboard and reads each node', async (_, page) => {
    await node(page, 1).click();
    await details(page).getByText('A constant first').waitFor();
    await page.keyboard.press('ArrowDown');
    await details(page).getByText('A linear look at carat').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await details(page).getByText('The metric compares logarithms').waitFor();
    assert.equal(await pageOf(page).locator(':focus').getAttribute('data-node'), '4');
    assert.equal(await pageOf(page).locator('[role=treeitem][tabindex="0"]').count(), 1);
    assert.equal(await pageOf(page).locator('[aria-selected=true]').getAttribute('data-node'), '4');
    await page.keyboard.press('Tab');
    assert.equal(await pageOf(page).locator(':focus').innerText(), '+');
  });

  step(
    'compares a node with its parent by a button of the page, and opens it with Enter',
    async (workbench, page) => {
      await details(page).getByRole('button', { name: 'Compare with parent' }).click();
      await page.locator('.tab.active').filter({ hasText: '#3 ↔ #4' }).waitFor();
      await page.locator('.monaco-diff-editor').first().waitFor();
      await page.locator('.tab').filter({ hasText: 'Search tree: Diamond price' }).click();
      await node(page, 5).click();
      await details(page).getByText('Boosted trees').waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tab.active').filter({ hasText: 'solution.py' }).waitFor();
    },
  );

  step('rejects the best by a key in the view, and has it back', async (workbench, page) => {
    await workbench.rows(/#5 improve/).click();
    await page.locator('.tab.active').filter({ hasText: 'solution.py' }).waitFor();
    await workbench.command('AgentIde: Focus on Agent runs View');
    await page.keyboard.press('Delete');
    await workbench.rows(/#5 improve.*rejected/).waitFor();
    await page.locator('.tab').filter({ hasText: 'Search tree: Diamond price' }).click();
    await pageOf(page).locator('[data-node="5"].rejected').waitFor();
    await pageOf(page).locator('[data-node="6"].best').waitFor();
    await node(page, 5).click();
    await details(page).getByRole('button', { name: 'Restore' }).click();
    await pageOf(page).locator('[data-node="5"].best').waitFor();
  });

  step('lists valid nodes only, the best first', async (workbench, page) => {
    await page.getByLabel('Filter and sort').first().click();
    await workbench.chooseInMenu('Valid nodes');
    await workbench.rows(/#2 draft/).waitFor({ state: 'hidden' });
    await workbench.command('AgentIde: Best score first');
    for (const [index, number] of [5, 6, 4, 3, 1].entries())
      await page
        .locator(`.sidebar .monaco-list-row[data-index="${index + 1}"]`)
        .filter({ hasText: new RegExp(`^#${number} `) })
        .waitFor();
    await page.locator('.sidebar').getByText('Valid nodes only, best score first.').waitFor();
  });

  step('compares two nodes that are selected in the view', async (workbench, page) => {
    await workbench.rows(/#6 improve/).click();
    await workbench.rows(/#3 debug/).click({ modifiers: ['ControlOrMeta'] });
    await workbench.rows(/#3 debug/).click({ button: 'right' });
    await workbench.chooseInMenu('Compare with another node…');
    await page.locator('.tab.active').filter({ hasText: '#3 ↔ #6' }).waitFor();
  });

  step('opens a run of ten thousand nodes and finds a windowful of it drawn', async (workbench, page) => {
    await workbench.press('Show the search tree', workbench.rows(/Large run/));
    await pageOf(page).getByText('10000 nodes').waitFor();
    await nodes(page).first().waitFor();
    seen.drawnOfTenThousand = await nodes(page).count();
    assert.ok(seen.drawnOfTenThousand < 400, `${seen.drawnOfTenThousand} nodes are drawn`);
    await pageOf(page).getByRole('button', { name: 'All of it' }).click();
    await pageOf(page).locator('.picture[data-tier=dots]').waitFor();
    assert.ok((await nodes(page).count()) <= 2);
    const started = Date.now();
    await pageOf(page).locator('[role=treeitem][tabindex="0"]').focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press('ArrowLeft');
    await details(page).getByText('Try number 1.', { exact: true }).waitFor();
    seen.tenKeysOfTenThousandMilliseconds = Date.now() - started;
  });

  step('finds the list arranged as it was after a reload of the window', async (workbench) => {
    await workbench.reload();
    // The best of the run, although it is not among its newest nodes.
    await workbench.rows(/#9991 debug/).waitFor();
    await workbench.command('AgentIde: All nodes');
    await workbench.command('AgentIde: Newest first');
    await workbench.rows(/#9999 debug\s+failed/).waitFor();
  });

  step('is led from the walkthrough to a first run', async (workbench, page) => {
    await workbench.command('AgentIde: Open the walkthrough: first run');
    const walkthrough = page.locator('.gettingStartedContainer');
    await walkthrough.getByText('First run of AgentIde').first().waitFor();
    for (const title of [
      'Check this machine',
      'Get a task',
      'Start a run',
      'Read a thought',
      'Apply the best',
    ])
      await walkthrough.getByText(title).first().waitFor();
  });

  step('has a task made of a folder', async (workbench, page) => {
    await workbench.command('AgentIde: Make a task from a folder');
    await page.locator('.quick-input-widget').getByText('Make a task of it').click();
    await page.locator('.tab.active').filter({ hasText: 'task.yaml' }).waitFor();
    await workbench.line('Made of a folder').waitFor();
  });

  step('waits less than the blink of an eye for the extension to wake up', async (workbench, page) => {
    await workbench.command('Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: 'AgentIde' });
    const time = await row.locator('.activation-time').innerText();
    seen.activation = time;
    assert.match(time, /Activation: \d+ ?ms/);
  });
});
