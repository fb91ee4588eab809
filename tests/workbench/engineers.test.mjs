// Who is to work on a run: the built-in engineer, or a model of a provider with a key of one's own.
import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'node:test';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_SERVER: server } = process.env;
const key = 'sk-workbench-4711';

describe('Where no engineer is set, a person', () => {
  const step = stepsInWorkbench('engineers', {
    vsix,
    settings: { 'agentide.serverPath': server, 'agentide.engineer': '' },
    prepare: (folder) => cp(task, folder, { recursive: true }),
  });

  step('is asked who is to work on it, and starts nothing by giving up', async (workbench, page) => {
    await workbench.openView('AgentIde');
    await page.locator('.sidebar .welcome-view .monaco-button').filter({ hasText: 'Start a run' }).click();
    const offers = page.locator('.quick-input-list .monaco-list-row');
    await offers.filter({ hasText: 'Built-in engineer' }).waitFor();
    assert.deepEqual((await offers.locator('.label-name').allInnerTexts()).slice(0, 3), [
      'Built-in engineer',
      'OpenAI…',
      'Anthropic…',
    ]);
    await page.keyboard.press('Escape');
    await offers.first().waitFor({ state: 'hidden' });
    await assert.rejects(asked(workbench), { code: 'ENOENT' });
  });

  step('gives a key once and a cap, and a model of the provider works', async (workbench) => {
    await workbench.command('AgentIde: Start a run');
    await workbench.choose('OpenAI…');
    await workbench.answer('Which model of OpenAI?', 'gpt-5.1');
    await workbench.answer('Your key for OpenAI', key);
    await workbench.answer('What may the run spend on openai:gpt-5.1?', '2');
    await workbench.rows(/#1 draft/).waitFor();
    assert.deepEqual(await asked(workbench), { engineer: 'openai:gpt-5.1', dollars: 2, key });
  });

  step('is not asked for it again', async (workbench) => {
    await workbench.command('AgentIde: Start a run');
    await workbench.choose('OpenAI…');
    await workbench.answer('Which model of OpenAI?', 'gpt-5.1-mini');
    await workbench.answer('What may the run spend on openai:gpt-5.1-mini?', '0.50');
    await workbench
      .rows(/Diamond price/)
      .nth(1)
      .waitFor();
    assert.deepEqual(await asked(workbench), { engineer: 'openai:gpt-5.1-mini', dollars: 0.5, key });
  });
});

/** What the server was asked to start last, and the key that its process has. */
async function asked(workbench) {
  return JSON.parse(await readFile(path.join(workbench.workspace, 'asked.json'), 'utf8'));
}
