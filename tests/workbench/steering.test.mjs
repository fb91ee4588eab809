// A run in the hands of a person, with the product's own server and engineer: held, stepped, hinted at, branched,
// looked into, applied over work of their own, seen in two windows, killed, taken up again, stopped.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe } from 'node:test';
import { smallTask } from './smallTask.mjs';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_PICTURES: pictures } = process.env;
const slow = { timeout: 60_000 };

/** What a person would have seen. */
const seen = {};
const words = (text) => text.replaceAll(/\s+/g, ' ').trim();

describe('With a run of the product in hand, a person', () => {
  after(() => console.log(JSON.stringify(seen, null, 2)));

  const step = stepsInWorkbench('steering', {
    vsix,
    // So many that it ends when it is told to.
    settings: { 'agentide.run.nodes': 200, 'agentide.run.minutes': 20 },
    prepare: (folder) => smallTask(task, folder, 300),
  });
  const run = (window, words) => window.rows(words ? new RegExp(`Diamond price.*${words}`) : /Diamond price/);
  const done = (window, node) => window.rows(new RegExp(`#${node} \\w+\\s+(\\d|failed)`));
  const fileOf = (workbench) => readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
  const inMenu = async (window, row, label) => {
    await row.click({ button: 'right' });
    await window.chooseInMenu(label);
  };
  const tab = (page, name) => page.locator('.tab.active').filter({ hasText: name });
  const question = (page) =>
    page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: 'holds work of yours where node 1 is to go' });
  const picture = (window, name) => pictures && window.screenshot(path.join(pictures, `${name}.png`));
  /** One node more, and exactly one. */
  const oneStep = async (workbench, node, window = workbench) => {
    await run(window, 'paused').waitFor(slow);
    await window.command('AgentIde: Step: one node');
    await done(workbench, node).waitFor(slow);
    await run(workbench, 'paused').waitFor(slow);
    assert.equal(await workbench.rows(/#\d+ /).count(), node);
  };
  let other;

  step('pauses it, and sees in another window that it waits', async (workbench) => {
    await workbench.openView('AgentIde');
    await workbench.widenSideBar(430);
    await workbench.command('AgentIde: Start a run');
    await workbench.rows(/#1 draft/).waitFor(slow);
    await workbench.press('Pause the run', run(workbench));
    [other] = await Promise.all([workbench.openAnother(), run(workbench, 'paused').waitFor(slow)]);
    await other.openView('AgentIde');
    await run(other, 'paused').waitFor(slow);
    await done(other, 1).waitFor(slow);
    assert.equal(await other.rows(/#\d+ /).count(), 1);
  });

  step('gives a hint and steps: the one node that comes does what the hint asks', async (workbench, page) => {
    await workbench.command('AgentIde: Give a hint…');
    await workbench.answer('A hint for Diamond price', 'use nearest neighbours');
    await oneStep(workbench, 2);
    await inMenu(workbench, workbench.rows(/#2 draft/), 'Open the thought of a node');
    await tab(page, 'thought.md').waitFor();
    await workbench
      .line("Starts with nearest neighbours on the logarithm, as a person's hint asks.")
      .waitFor();
  });

  step('branches from that node with a wish, and steps from the other window', async (workbench, page) => {
    await inMenu(workbench, workbench.rows(/#2 draft/), 'Branch from this node…');
    await workbench.answer('Branch from node #2', 'average three seeds');
    await oneStep(workbench, 3, other);
    await done(other, 3).waitFor(slow);
    seen.branch = words(await workbench.rows(/#3 /).innerText());
    await workbench.rows(/#3 /).hover();
    const tooltip = page.locator('.monaco-hover:visible').filter({ hasText: '#3' });
    await tooltip.waitFor();
    assert.match(words(await tooltip.innerText()), /^#3 improve of #2/);
  });

  step('rejects a node, and somebody at the other window has it back', async (workbench) => {
    await inMenu(workbench, workbench.rows(/#2 draft/), 'Reject this node');
    await other.rows(/#2 draft.*rejected/).waitFor();
    await inMenu(other, other.rows(/#2 draft/), 'Restore this node');
    await workbench.rows(/#2 draft.*rejected/).waitFor({ state: 'hidden' });
  });

  step('reads what a node printed', async (workbench, page) => {
    await inMenu(workbench, workbench.rows(/#2 draft/), 'Open the output of a node');
    await tab(page, 'output.txt').waitFor();
    await workbench.line(/\d/).waitFor();
    seen.output = await workbench.visibleLines();
  });

  step('compares two nodes that have nothing to do with each other', async (workbench, page) => {
    await workbench.rows(/#2 draft/).click();
    await tab(page, 'solution.py').waitFor();
    await workbench.rows(/#1 draft/).click({ modifiers: ['ControlOrMeta'] });
    await inMenu(workbench, workbench.rows(/#1 draft/), 'Compare with another node…');
    await tab(page, /node 1 \(.*\) and node 2 \(/).waitFor();
    await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await picture(workbench, 'diff');
  });

  step('compares a node with its parent by an action in its code', async (workbench, page) => {
    await workbench.rows(/#3 /).click();
    await workbench.fileInFront('.agentide/runs/diamonds-1/view/3/solution.py').waitFor();
    await workbench.line('import numpy as np').locator('span span').first().click();
    await workbench.act('Compare node 3 with its parent');
    await tab(page, /node 2 \(.*\) and node 3 \(/).waitFor();
  });

  step(
    'applies a node, and the other window, where the file is open, shows it at once',
    async (workbench, page) => {
      await workbench.press('Apply this solution', workbench.rows(/#1 draft/));
      await workbench.fileInFront('solution.py').waitFor();
      await other.openFile('solution.py');
      await other.line('boosted trees on the logarithm').waitFor();
      await workbench.press('Apply this solution', workbench.rows(/#2 draft/));
      for (const window of [workbench, other])
        await window.line('nearest neighbours on the logarithm').waitFor();
      await page.locator('.tab.active:not(.dirty)').waitFor();
      assert.match(await other.hover('KNeighborsRegressor'), /node 2/);
    },
  );

  step(
    'is asked before another node goes where they have typed, and looks at both first',
    async (workbench, page) => {
      await workbench.typeAtEndOf('import pandas as pd', '  # mine');
      await workbench.typeAtEndOf('test = pd.read_csv', '\nprint("my own line")');
      await page.locator('.tab.active.dirty').waitFor();
      await workbench.press('Apply this solution', workbench.rows(/#1 draft/));
      for (const choice of ['Apply with diff', 'Merge', 'Keep mine'])
        await question(page).locator('.monaco-button').filter({ hasText: choice }).waitFor();
      await picture(workbench, 'conflict');
      await question(page).locator('.monaco-button').filter({ hasText: 'Apply with diff' }).click();
      await tab(page, 'Node 1 of diamonds-1 and your solution.py').waitFor();
      await page
        .locator('.monaco-diff-editor .modified .view-line')
        .filter({ hasText: 'my own line' })
        .waitFor();
      await page
        .locator('.monaco-diff-editor .original .view-line')
        .filter({ hasText: 'HistGradient' })
        .first()
        .waitFor();
      await picture(workbench, 'conflict-diff');
    },
  );

  step(
    'is asked again, takes the merge, and has their own lines beside those of the node',
    async (workbench, page) => {
      await page
        .locator('.tab')
        .filter({ hasText: /^solution\.py/ })
        .click();
      await workbench.press('Apply this solution', workbench.rows(/#1 draft/));
      await question(page).locator('.monaco-button').filter({ hasText: 'Merge' }).click();
      await workbench.line('boosted trees on the logarithm').waitFor();
      const lines = await workbench.visibleLines();
      for (const own of ['import pandas as pd  # mine', 'print("my own line")'])
        assert.ok(lines.includes(own), `${own} in\n${lines.join('\n')}`);
      assert.ok(!lines.some((line) => line.startsWith('<<<<<<<')), lines.join('\n'));
      await picture(workbench, 'merged');
    },
  );

  step(
    'goes back to what stood there before the merge, and nothing of it is lost',
    async (workbench, page) => {
      await workbench.line('my own line').locator('span span').first().click();
      await workbench.act('Revert to what was there before node 1');
      await workbench.line('nearest neighbours on the logarithm').waitFor();
      await page.keyboard.press('Control+S');
      await page.locator('.tab.active:not(.dirty)').waitFor();
      const text = await fileOf(workbench);
      assert.match(text, /import pandas as pd {2}# mine\n/);
      assert.match(text, /\nprint\("my own line"\)\n/);
      assert.match(text, /KNeighborsRegressor/);
    },
  );

  step(
    'asks for something by a comment at a line, and the next node comes from that line',
    async (workbench, page) => {
      await workbench.typeAtEndOf('import numpy as np', '  # agentide: blend ridge regression in');
      await workbench.act('Retry with this comment');
      await oneStep(workbench, 4);
      seen.comment = words(await workbench.rows(/#4 /).innerText());
      await workbench.rows(/#4 /).hover();
      const tooltip = page.locator('.monaco-hover:visible').filter({ hasText: '#4' });
      await tooltip.waitFor();
      assert.match(words(await tooltip.innerText()), /^#4 improve of #2.*ridge/);
    },
  );

  step('lets it go on from the other window, and sees a new best starred', async (workbench, page) => {
    await other.command('AgentIde: Continue the run');
    await run(workbench, 'paused').waitFor({ state: 'hidden' });
    await page.locator('.statusbar-item .codicon-star-full').waitFor(slow);
    seen.newBest = words(await page.locator('.statusbar-item').filter({ hasText: 'RMSLE' }).innerText());
  });

  step('is told when its process dies, in both windows, and has it go on', async (workbench, page) => {
    const [runner] = await workbench.processes('runner');
    process.kill(runner, 'SIGKILL');
    for (const window of [workbench, other]) await run(window, 'interrupted').waitFor();
    const notice = page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: "the run's process is gone" });
    await picture(workbench, 'interrupted');
    await notice.locator('.monaco-button').filter({ hasText: 'Go on with it' }).click();
    for (const window of [workbench, other])
      await run(window, 'interrupted').waitFor({ state: 'hidden', ...slow });
    const [again] = await workbench.processes('runner');
    assert.notEqual(again, runner);
  });

  step('stops it with its best so far', async (workbench, page) => {
    await workbench.press('Stop the run', run(workbench));
    for (const window of [workbench, other]) await run(window, 'finished').waitFor(slow);
    await page.locator('.sidebar .monaco-list-row', { has: page.locator('.codicon-star-full') }).waitFor();
    seen.run = words(await run(workbench).innerText());
  });

  step('sees the search tree in a theme of high contrast', async (workbench, page) => {
    await workbench.command('AgentIde: Show the search tree');
    const tree = page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
    await tree.locator('[data-node].best').waitFor();
    await workbench.command('Preferences: Color Theme');
    await workbench.choose('Dark High Contrast');
    await tree.locator('body.vscode-high-contrast').waitFor();
    await tree.locator('.details dl').waitFor();
    await picture(workbench, 'high-contrast');
  });
});
