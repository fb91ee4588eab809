// A person's way through the extension, from a folder with a task to an applied solution that is edited by hand.
import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe } from 'node:test';
import { stepsInWorkbench } from './steps.mjs';

const {
  JOURNEY_VSIX: vsix,
  JOURNEY_TASK: task,
  JOURNEY_SERVER: server,
  JOURNEY_SCREENSHOT: picture,
} = process.env;
const nodes = Number(process.env.JOURNEY_NODES);
const seconds = Number(process.env.JOURNEY_SECONDS);
const theme = process.env.JOURNEY_THEME;

/** A run may take its time, and a little more to say so. */
const whileItRuns = { timeout: (seconds + 30) * 1000 };
const nodeNamed = /#\d+|node \d+/;

/** What a person would have seen. */
const seen = {};
const words = (text) => text.replaceAll(/\s+/g, ' ').trim();

describe('In a VS Code workbench, a person', () => {
  after(() => console.log(JSON.stringify(seen, null, 2)));

  const step = stepsInWorkbench('journey', {
    vsix,
    settings: {
      'agentide.run.nodes': nodes,
      'agentide.run.minutes': seconds / 60,
      ...(server && { 'agentide.serverPath': server }),
      ...(theme && { 'workbench.colorTheme': theme }),
    },
    prepare: (folder) => cp(task, folder, { recursive: true }),
  });
  const star = (page) =>
    page.locator('.sidebar .monaco-list-row', { has: page.locator('.codicon-star-full') });

  step('finds a button that starts a run where there is none yet', async (workbench, page) => {
    await workbench.openView('AgentIde');
    await workbench.widenSideBar(430);
    await page.locator('.sidebar .welcome-view').getByText('Start a run').waitFor();
  });

  step('starts a run from the palette and sees nodes come in', async (workbench) => {
    const started = Date.now();
    await workbench.command('AgentIde: Start a run');
    await workbench.rows(/#1 draft/).waitFor(whileItRuns);
    await workbench.rows(/Diamond price/).waitFor();
    seen.firstNodeAfterSeconds = (Date.now() - started) / 1000;
  });

  // The scripted server keeps its runs to itself; those of the product are processes of their own.
  if (!server) {
    step('reloads the window in mid-run and finds the run again', async (workbench) => {
      const started = Date.now();
      await workbench.reload();
      await workbench.rows(/Diamond price/).waitFor();
      await workbench.rows(/#1 draft/).waitFor();
      seen.runFoundAgainAfterSeconds = (Date.now() - started) / 1000;
    });
  }

  step('reads best score and progress in the status bar', async (_, page) => {
    const status = page.locator('.statusbar-item').filter({ hasText: /RMSLE \d.*\/\d/ });
    await status.waitFor(whileItRuns);
    seen.statusBar = words(await status.innerText());
  });

  step('sees the run end with its best node marked', async (workbench, page) => {
    await workbench.rows(/Diamond price.*finished/).waitFor(whileItRuns);
    await star(page).waitFor();
    seen.run = words(await workbench.rows(/Diamond price/).innerText());
    seen.best = words(await star(page).innerText());
    seen.nodes = (await workbench.rows(/#\d+ /).allInnerTexts()).map(words);
    assert.match(seen.best, /^#\d+ \w+ \d.* ± \d/);
    assert.ok(seen.run.includes(`${seen.nodes.length} nodes`), seen.run);
  });

  step('sees how it came to that in the search tree and the chart', async (workbench, page) => {
    await workbench.command('AgentIde: Show the search tree');
    const tree = page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
    await tree.locator('[data-node].best').waitFor();
    assert.equal(await tree.getByRole('treeitem').count(), seen.nodes.length);
    await tree.locator('.details dl').waitFor();
    seen.chart = await tree.getByRole('img').getAttribute('aria-label');
    assert.match(seen.chart, /^\d+ scores?\. The best RMSLE went from/);
    if (picture) await workbench.screenshot(picture.replace(/(\.png)?$/, '-search-tree.png'));
  });

  step('opens the best node by a click and reads its code', async (workbench, page) => {
    await star(page).click();
    await page.locator('.tab.active').filter({ hasText: 'solution.py' }).waitFor();
    await workbench.line(/^import/).waitFor();
    const lines = await workbench.visibleLines();
    assert.ok(
      lines.some((line) => line.includes('read_csv')),
      lines.join('\n'),
    );
  });

  step('hovers over a line of it and reads the thought that wrote it', async (workbench) => {
    seen.hoverOnNode = words(await workbench.hover(/^import/));
    assert.match(seen.hoverOnNode, nodeNamed);
  });

  step(
    'applies the best node and sees it in the solution file, saved and with thoughts',
    async (workbench, page) => {
      await workbench.command('AgentIde: Apply the best solution');
      await workbench.fileInFront('solution.py').waitFor();
      await page.locator('.tab.active:not(.dirty)').waitFor();
      await page.locator('.squiggly-hint, .squiggly-info').first().waitFor();
      seen.thoughtsInTheText = await page.locator('.squiggly-hint, .squiggly-info').count();
      const text = await readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
      seen.appliedLines = text.trimEnd().split('\n').length;
      assert.match(text, /^import/m);
    },
  );

  step('edits a line by hand and sees that the other lines keep their thoughts', async (workbench, page) => {
    const imports = (await workbench.visibleLines()).filter((line) => /^(import|from) /.test(line));
    assert.ok(imports.length >= 2, 'two lines that import something');
    const [own, other] = imports.reverse();
    await workbench.typeAtEndOf(own, '  # mine');
    await page.locator('.tab.active.dirty').waitFor();
    seen.hoverOnOtherLine = words(await workbench.hover(other));
    assert.match(seen.hoverOnOtherLine, nodeNamed);
    if (picture) await workbench.screenshot(picture);
  });

  step('saves, and finds the own edit in the file beside what was applied', async (workbench, page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+S');
    await page.locator('.tab.active:not(.dirty)').waitFor();
    const text = await readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
    assert.match(text, /# mine$/m);
    assert.equal(text.trimEnd().split('\n').length, seen.appliedLines);
  });
});
