// A person's way through the extension, from an empty folder with a task to an applied solution edited by hand.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Workbench } from './workbench.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_SERVER: serverPath } = process.env;
const nodes = Number(process.env.JOURNEY_NODES ?? 6);
const runLimit = { timeout: Number(process.env.JOURNEY_RUN_SECONDS ?? 60) * 1000 };

/** What a person would have seen, printed at the end. */
const seen = {};
const nodeNamed = /#\d+|node \d+/;

describe('In a VS Code workbench, a person', { concurrency: false }, () => {
  let workbench;
  let failed = false;

  /** One step of the journey; after a step that failed the later ones say so instead of waiting in vain. */
  const step = (name, act) =>
    it(name, async () => {
      if (failed) throw 'not tried: an earlier step failed';
      failed = true;
      await act(workbench.page);
      failed = false;
    });

  before(async () => {
    const started = Date.now();
    workbench = await Workbench.start({
      vsix,
      settings: {
        'agentide.run.nodes': nodes,
        'agentide.run.minutes': Number(process.env.JOURNEY_RUN_SECONDS ?? 60) / 60,
        ...(serverPath && { 'agentide.serverPath': serverPath }),
        ...(process.env.JOURNEY_THEME && { 'workbench.colorTheme': process.env.JOURNEY_THEME }),
      },
      prepare: (folder) => cp(task, folder, { recursive: true }),
    });
    seen.startedInSeconds = (Date.now() - started) / 1000;
  });

  after(async () => {
    if (failed && workbench) {
      const picture = path.join(root, 'artifacts', 'workbench', 'failure.png');
      await mkdir(path.dirname(picture), { recursive: true });
      await workbench.screenshot(picture);
      console.log(`What the person saw last: ${picture}`);
      console.log(workbench.errors.slice(-10).join('\n'));
      console.log(workbench.log.split('\n').slice(-20).join('\n'));
    }
    await workbench?.stop();
    console.log(JSON.stringify(seen, null, 2));
  });

  step('finds a button that starts a run where there is none yet', async (page) => {
    await workbench.openView('AgentIde');
    await workbench.widenSideBar(430);
    await page.locator('.sidebar .welcome-view').getByText('Start a run').waitFor();
  });

  step('starts a run from the palette and sees nodes come in', async () => {
    const started = Date.now();
    await workbench.command('AgentIde: Start a run');
    await workbench.rows(/#1 draft/).waitFor(runLimit);
    await workbench.rows(/Diamond price/).waitFor();
    seen.firstNodeInSeconds = (Date.now() - started) / 1000;
  });

  step('reads progress and best score in the status bar', async (page) => {
    const status = page.locator('.statusbar-item').filter({ hasText: /RMSLE \d.*\/\d/ });
    await status.waitFor(runLimit);
    seen.statusBar = (await status.innerText()).trim();
  });

  step('sees the run end with its best node marked', async (page) => {
    await workbench.rows(/Diamond price.*finished/).waitFor(runLimit);
    const best = workbench.page
      .locator('.sidebar .monaco-list-row')
      .filter({ has: page.locator('.codicon-star-full') });
    assert.equal(await best.count(), 1);
    seen.run = (await workbench.rows(/Diamond price/).innerText()).replaceAll('\n', ' ');
    seen.best = (await best.innerText()).replaceAll('\n', ' ');
    seen.nodes = (await workbench.rows(/#\d+ /).allInnerTexts()).map((text) => text.replaceAll('\n', ' '));
    assert.match(seen.best, /^#\d+ \w+ +\d.* ± \d/);
    assert.equal(seen.nodes.length, nodes);
  });

  step('opens a node by a click and reads its code', async (page) => {
    await page
      .locator('.sidebar .monaco-list-row')
      .filter({ has: page.locator('.codicon-star-full') })
      .click();
    await page.locator('.tab.active').filter({ hasText: 'solution.py' }).waitFor();
    await workbench.line('import').waitFor();
    const lines = await workbench.visibleLines();
    assert.ok(
      lines.some((line) => line.includes('submission') || line.includes('read_csv')),
      lines.join('\n'),
    );
  });

  step('hovers over a line of it and reads the thought that wrote it', async () => {
    seen.hoverOnNode = await workbench.hover(/^import/);
    assert.match(seen.hoverOnNode, nodeNamed);
  });

  step('applies the best node and sees it in the solution file, saved and with thoughts', async (page) => {
    await workbench.command('AgentIde: Apply the best solution');
    const tab = page.locator('.tab.active:not(.dirty)').filter({ hasText: 'solution.py' });
    await tab.and(page.locator('[data-resource-name="solution.py"]')).waitFor();
    await page.locator('.breadcrumbs-control').filter({ hasNotText: 'view' }).first().waitFor();
    await page.locator('.squiggly-hint, .squiggly-info').first().waitFor();
    const text = await readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
    seen.appliedLines = text.trimEnd().split('\n').length;
    assert.match(text, /^import/m);
    seen.hints = await page.locator('.squiggly-hint, .squiggly-info').count();
  });

  step('edits a line by hand and sees that the other lines keep their thoughts', async () => {
    const [own, other] = (await workbench.visibleLines())
      .filter((line) => /^(import|from) /.test(line))
      .reverse();
    await workbench.typeAtEndOf(own, '  # mine');
    await workbench.line('# mine').waitFor();
    await workbench.page.locator('.tab.active.dirty').waitFor();
    seen.hoverOnOtherLine = await workbench.hover(other);
    assert.match(seen.hoverOnOtherLine, nodeNamed);
    if (process.env.JOURNEY_SCREENSHOT) await workbench.screenshot(process.env.JOURNEY_SCREENSHOT);
  });

  step('keeps the edit: nothing was written over it', async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+S');
    await page.locator('.tab.active:not(.dirty)').waitFor();
    const text = await readFile(path.join(workbench.workspace, 'solution.py'), 'utf8');
    assert.match(text, /# mine$/m);
    assert.equal(text.trimEnd().split('\n').length, seen.appliedLines);
  });
});
