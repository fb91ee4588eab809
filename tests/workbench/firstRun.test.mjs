// From nothing to a first score, as the walkthrough leads there; then a task of one's own, and a model that works on it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { startModelServer } from './modelServer.mjs';
import { smallTables } from './smallTask.mjs';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_PICTURES: pictures } = process.env;
const answer = path.join(import.meta.dirname, '../AgentIde.EndToEnd.Tests/Answers/diamonds/draft-1.md');
const key = 'sk-workbench-4711';
const slow = { timeout: 60_000 };

/** What a person would have seen. */
const seen = {};

describe('New to it, a person', () => {
  let model;
  before(async () => {
    model = await startModelServer([await readFile(answer, 'utf8')]);
  });
  after(async () => {
    await model?.stop();
    console.log(JSON.stringify(seen, null, 2));
  });

  const step = stepsInWorkbench('first-run', () => ({
    vsix,
    settings: { 'agentide.engineer': '', 'agentide.run.nodes': 3, 'agentide.run.minutes': 5 },
    environment: { OPENAI_BASE_URL: model.url },
    prepare: (folder) => smallTables(task, path.join(folder, 'stones'), 300),
  }));
  const part = (page, id) => page.locator(`.getting-started-step[data-step-id$="#firstRun#${id}"]`);
  const ticked = (page, id) => part(page, id).locator('.codicon-getting-started-step-checked');
  const press = async (page, id, button) => {
    const shown = part(page, id);
    if ((await shown.getAttribute('aria-expanded')) !== 'true') await shown.locator('.step-title').click();
    await shown.locator('.monaco-button').filter({ hasText: button }).click();
  };
  const walkthrough = (page) => page.locator('.tab').filter({ hasText: 'Walkthrough' }).click();
  let opened;

  step('opens the walkthrough and gets the sample task', async (workbench, page) => {
    opened = Date.now();
    await workbench.command('AgentIde: Open the walkthrough: first run');
    await press(page, 'task', 'Open the sample task');
    await page.locator('.tab.active').filter({ hasText: 'task.yaml' }).waitFor();
    await workbench.line('title: "Diamond price"').waitFor();
    await walkthrough(page);
    await ticked(page, 'task').waitFor();
  });

  step(
    'starts a run from it and sees the first node with its score, in under two minutes',
    async (workbench, page) => {
      await press(page, 'run', 'Start a run');
      await workbench.choose('Built-in engineer');
      await workbench.rows(/#1 draft\s+\d/).waitFor(slow);
      seen.firstScoreAfterOpeningTheWalkthroughSeconds = (Date.now() - opened) / 1000;
      assert.ok(seen.firstScoreAfterOpeningTheWalkthroughSeconds < 120);
      await ticked(page, 'run').waitFor();
      assert.deepEqual(
        workbench.errors.filter((error) => error.includes("can't be")),
        [],
      );
      await workbench.press('Stop the run', workbench.rows(/Diamond price/));
    },
  );

  step('checks the machine, and reads what holds here', async (workbench, page) => {
    await press(page, 'check', 'Check this machine');
    const terminal = page.locator('.terminal .xterm-rows');
    await terminal.getByText('an empty read-only root').waitFor(slow);
    await ticked(page, 'check').waitFor();
    if (pictures) await workbench.screenshot(path.join(pictures, 'walkthrough.png'));
    await workbench.command('View: Toggle Panel Visibility');
  });

  step('has a task made of two tables, and says what is to be predicted', async (workbench, page) => {
    await workbench.command('AgentIde: Make a task from a folder');
    // The picker writes its own path until it has listed the folder, and shows nothing of the one that is entered.
    await workbench.choose('stones');
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'stones' })
      .waitFor({ state: 'hidden' });
    await page.locator('.quick-input-widget').getByText('Make a task of it').click();
    await page.getByPlaceholder('The column to predict').waitFor();
    await workbench.choose('price');
    await page.locator('.tab.active').filter({ hasText: 'task.yaml' }).waitFor();
    await workbench.line('label: price').waitFor();
    await workbench.line('metric: rmsle').waitFor();
    const told = page.locator('.notification-list-item').filter({ hasText: 'price:' });
    seen.whyThisLabelAndMetric = (await told.innerText()).replaceAll(/\s+/g, ' ');
    await told.locator('.monaco-button').filter({ hasText: 'Start a run' }).waitFor();
  });

  step('has a model of a provider work on it, with a key of their own', async (workbench, page) => {
    await page.locator('.codelens-decoration').getByText('Start a run on this task').click();
    await workbench.choose('OpenAI…');
    await workbench.answer('Which model of OpenAI?', 'gpt-5.1');
    await workbench.answer('Your key for OpenAI', key);
    await workbench.answer('What may the run spend on openai:gpt-5.1?', '2');
    await workbench.rows(/Stones/).waitFor(slow);
    await workbench
      .rows(/#1 draft\s+\d/)
      .nth(1)
      .waitFor(slow);
    seen.runOfTheModel = await workbench.rows(/Stones/).innerText();
    assert.match(seen.runOfTheModel, /\$0\.0/);
  });

  step('reads what the model was asked for a node, and what it answered', async (workbench, page) => {
    // A menu loses the row it was opened on where the tree is drawn anew.
    await workbench.rows(/Stones.*finished/).waitFor(slow);
    for (const [entry, file, line] of [
      ['Open the prompt of a node', 'prompt.md', 'You are'],
      [
        'Open the reply to a prompt',
        'reply.md',
        'Start with a ridge regression on the logarithm of the price',
      ],
    ]) {
      await workbench
        .rows(/#1 draft/)
        .first()
        .click({ button: 'right' });
      await workbench.chooseInMenu(entry);
      await page.locator('.tab.active').filter({ hasText: file }).waitFor();
      await workbench.line(line).waitFor();
    }
  });
});
