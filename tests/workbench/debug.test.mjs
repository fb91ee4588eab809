// A run as a program that one debugs, through the editor's own debugger: a person steps through it forwards and
// backwards, stops at failures and lines, looks into values, and changes its past while it is live.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { startModelServer } from './modelServer.mjs';
import { smallTask } from './smallTask.mjs';
import { stepsInWorkbench } from './steps.mjs';

const { JOURNEY_VSIX: vsix, JOURNEY_TASK: task, JOURNEY_PICTURES: pictures } = process.env;
const slow = { timeout: 60_000 };

/** What a person would have seen. */
const seen = {};
const yes = () => true;
const no = () => false;
const words = (text) => text.replaceAll(/\s+/g, ' ').trim();

/** The answers of a model: one program that names a column wrongly, all others better than those before. */
const answer = (plan, { column = 'carat', scale }) =>
  [
    plan,
    '',
    '```python',
    'import csv',
    '',
    'power = 1.7',
    `scale = ${scale}`,
    'with open("input/test.csv") as test, open("working/submission.csv", "w") as out:',
    '    print("id,price", file=out)',
    '    for row in csv.DictReader(test):',
    `        print(row["id"], scale * float(row["${column}"]) ** power, sep=",", file=out)`,
    'print("priced by", scale)',
    '```',
  ].join('\n');
const answers = [
  answer('Price goes with the weight: a power of the carats.', { scale: 1000 }),
  answer('Prices of another kind, by a column of the table.', { scale: 1000, column: 'carats' }),
  ...Array.from({ length: 60 }, (_, index) =>
    answer(`A scale of ${2000 + 40 * index} comes nearer to the middle.`, { scale: 2000 + 40 * index }),
  ),
];

/** A session of a person's own, as it stands in .vscode/launch.json. */
const launch = {
  version: '0.2.0',
  configurations: [
    {
      type: 'agentide',
      request: 'attach',
      name: 'Where node 2 begins',
      run: 'last',
      node: 2,
      stopOnEntry: true,
    },
  ],
};

describe('With the debugger on a run, a person', () => {
  let model;
  before(async () => {
    model = await startModelServer(answers);
  });
  after(async () => {
    await model?.stop();
    console.log(JSON.stringify(seen, null, 2));
  });

  const step = stepsInWorkbench('debug', () => ({
    vsix,
    settings: {
      'agentide.engineer': 'openai:gpt-5.1',
      'agentide.run.nodes': 60,
      'agentide.run.minutes': 20,
      // Room for the editors.
      'debug.internalConsoleOptions': 'neverOpen',
    },
    environment: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-workbench-4711' },
    prepare: async (folder) => {
      await smallTask(task, folder, 300);
      await mkdir(path.join(folder, '.vscode'));
      await writeFile(path.join(folder, '.vscode', 'launch.json'), JSON.stringify(launch));
    },
  }));

  const row = (page, view, text) => page.locator(`${view} .monaco-list-row`).filter({ hasText: text });
  const frames = (page) => page.locator('.debug-call-stack .monaco-list-row .stack-frame');
  const state = (page) => page.locator('.call-stack-state-message .label');
  const breakpoints = '.debug-breakpoints';
  const variables = '.debug-variables';
  const watch = '.debug-watch';
  /** Opens one scope and closes another until a value is seen: the editor may draw all of them anew meanwhile. */
  const look = async (page, { open, close, value }) => {
    const fold = async (name, wanted) => {
      const scope = row(page, variables, name).and(page.locator(`[aria-expanded="${!wanted}"]`));
      await scope.click({ timeout: 500 }).catch(no);
    };
    const found = row(page, variables, value);
    for (let tries = 0; tries < 20 && !(await found.waitFor({ timeout: 500 }).then(yes, no)); tries++) {
      await fold(close, false);
      await fold(open, true);
    }
    await found.waitFor();
  };
  const tab = (page, name) => page.locator('.tab.active').filter({ hasText: name });
  const button = (page, name) => page.locator('.debug-toolbar .action-label').and(page.getByLabel(name));
  const picture = (workbench, name) => pictures && workbench.screenshot(path.join(pictures, `${name}.png`));
  const tree = (page) => page.frameLocator('iframe.webview:visible').frameLocator('iframe#active-frame');
  const anyNode = (page) => tree(page).locator('[data-node]');
  /** The node that is selected in the picture of the search. */
  const selectedNode = (page, node) => tree(page).locator(`[data-node="${node}"].selected`);

  /**
   * Does what moves the session and waits until the editor shows where it has stopped: the place, which may be
   * `live` as before, then the stack. Gives the place.
   */
  const move = async (page, act, again = false) => {
    const [place, frame] = await Promise.all([state(page).innerText(), frames(page).first().innerText()]);
    const elsewhere = frames(page)
      .first()
      .filter({ hasNotText: frame.split('\n')[0] });
    await act();
    // A key that is pressed while a document opens may be lost: a person who sees the session stand still presses it again.
    for (
      let waits = 0;
      again && waits < 4 && !(await elsewhere.waitFor({ timeout: 10_000 }).then(yes, no));
      waits++
    ) {
      if ((await state(page).innerText()) === place) await act();
    }
    await elsewhere.waitFor(slow);
    await state(page)
      .filter({ hasText: /^(history|live)/ })
      .waitFor(slow);
    return words(await state(page).innerText());
  };
  const press = (page, name) => move(page, () => button(page, name).click());
  const key = (page, name) => move(page, () => page.keyboard.press(name), true);
  /** Moves until the top of the stack says it. */
  const until = async (page, name, text) => {
    for (let moves = 0; moves < 30; moves++) {
      if (text.test(words(await frames(page).first().innerText()))) return;
      await key(page, name);
    }
    assert.fail(`${text} did not come: ${await frames(page).first().innerText()}`);
  };
  const tick = async (page, filter) => row(page, breakpoints, filter).getByRole('checkbox').first().click();
  /** The empty margin beside a line of the editor in front. */
  const margin = async (page, workbench, text) => {
    const line = await workbench.line(text).boundingBox();
    const glyphs = await page.locator('.editor-instance .glyph-margin').first().boundingBox();
    return { x: glyphs.x + glyphs.width / 2, y: line.y + line.height / 2 };
  };

  step('pauses a run and steps into it from its row: it waits as before', async (workbench, page) => {
    await workbench.openView('AgentIde');
    await workbench.widenSideBar(400);
    await workbench.command('AgentIde: Start a run');
    await workbench.press('Pause the run', workbench.rows(/Diamond price/));
    await workbench.rows(/Diamond price.*paused/).waitFor(slow);
    for (const node of [1, 2, 3]) {
      if ((await workbench.rows(/#\d+ /).count()) >= node) continue;
      await workbench.command('AgentIde: Step: one node');
      await workbench.rows(new RegExp(`#${node} draft\\s+(\\d|failed)`)).waitFor(slow);
      await workbench.rows(/Diamond price.*paused/).waitFor(slow);
    }
    // The picture of the search beside the code.
    await workbench.openFile('task.yaml');
    await workbench.command('AgentIde: Show the search tree');
    await anyNode(page).first().waitFor();
    await workbench.command('View: Move Editor into Right Group');
    await page.locator('.tab').filter({ hasText: 'task.yaml' }).click();
    await page
      .locator('.editor-group-container.active .tab.active')
      .filter({ hasText: 'task.yaml' })
      .waitFor();
    await workbench.press('Step through the run', workbench.rows(/Diamond price/));
    await state(page).filter({ hasText: 'live' }).waitFor(slow);
    seen.entry = words(await frames(page).first().innerText());
    await workbench.openView('AgentIde');
    await workbench.rows(/Diamond price.*paused/).waitFor();
    await workbench.openView('Run and Debug');
  });

  step('goes back to the beginning, and over and back by buttons and keys', async (workbench, page) => {
    assert.match(await press(page, 'Reverse'), /^history 1\/\d+: the beginning of the run$/);
    const second = await press(page, 'Step Over');
    await until(page, 'F10', /^Decide of Draft \(node 1\)/);
    const decided = words(await state(page).innerText());
    await key(page, 'F10');
    assert.equal(await press(page, 'Step Back'), decided);
    while ((await press(page, 'Step Back')) !== second);
  });

  step('steps into a prompt and its reply, and over to the code of the node', async (workbench, page) => {
    await until(page, 'F11', /asks/);
    await tab(page, /prompt-\d+\.md/).waitFor();
    await until(page, 'F11', /has answered/);
    await tab(page, /reply-\d+\.md/).waitFor();
    await until(page, 'F10', /^Edit of Draft \(node 1\)/);
    await workbench.fileInFront('.agentide/runs/diamonds-1/view/1/solution.py').waitFor();
    await workbench.line('import csv').waitFor();
    await page.locator('.debug-top-stack-frame-line').first().waitFor();
    seen.proposed = words(await frames(page).first().innerText());
  });

  step('clicks a breakpoint into the margin and gives it a condition', async (workbench, page) => {
    // The lens over the code moves all lines when it comes.
    await page.locator('.codelens-decoration').filter({ hasText: 'node 1 of diamonds-1' }).waitFor();
    const place = await margin(page, workbench, 'power = 1.7');
    await page.mouse.click(place.x, place.y);
    await page.locator('.glyph-margin-widgets .codicon-debug-breakpoint').waitFor();
    await page.locator('.glyph-margin-widgets .codicon-debug-breakpoint').click({ button: 'right' });
    await workbench.chooseInMenu('Edit Breakpoint');
    await page.locator('.breakpoint-widget .monaco-editor.focused').waitFor();
    await page.keyboard.type('operator == improve');
    await page.keyboard.press('Enter');
    await page.locator('.codicon-debug-breakpoint-conditional').first().waitFor();
  });

  step('sets a log point beside it', async (workbench, page) => {
    const place = await margin(page, workbench, 'import csv');
    await page.mouse.click(place.x, place.y, { button: 'right' });
    await workbench.chooseInMenu('Add Logpoint');
    await page.locator('.breakpoint-widget .monaco-editor.focused').waitFor();
    await page.keyboard.type('node {node} by {operator}');
    await page.keyboard.press('Enter');
    await page.locator('.codicon-debug-breakpoint-log').first().waitFor();
  });

  step(
    'ticks failures, continues, and sees the traceback at the line that failed',
    async (workbench, page) => {
      await tick(page, 'Failures');
      assert.match(await press(page, 'Continue'), /^history \d+\/\d+: Failures$/);
      const exception = page.locator('.exception-widget');
      // On a slow machine the editor fetches the frame a second time, and shows the exception of none until one looks at it.
      if (!(await exception.waitFor({ timeout: 5000 }).then(yes, no))) await frames(page).first().click();
      await exception.filter({ hasText: 'KeyError' }).waitFor({ timeout: 20_000 });
      seen.exception = words(await exception.innerText());
      assert.match(seen.exception, /Traceback.*line 8/);
      await workbench.fileInFront('.agentide/runs/diamonds-1/view/2/solution.py').waitFor();
      await selectedNode(page, 2).waitFor();
      if (pictures) {
        for (const [name, theme] of [
          ['light', 'Light Modern'],
          ['dark', 'Dark Modern'],
        ]) {
          await workbench.command('Preferences: Color Theme');
          await workbench.choose(theme);
          await tree(page).locator(`body.vscode-${name}`).waitFor();
          await page.mouse.move(5, 5);
          await page.screenshot({ path: path.join(pictures, `stepping-${name}.png`), scale: 'css' });
        }
      }
    },
  );

  step('looks into the node and what its program wrote', async (workbench, page) => {
    await row(page, variables, /^operator\s*=\s*Draft/).waitFor();
    await look(page, { open: /^Execution$/, close: /^Node$/, value: /^exit code\s*=\s*1/ });
    await row(page, variables, /^output\s*=.*/).waitFor();
    await look(page, { open: /^Node$/, close: /^Execution$/, value: /^operator\s*=\s*Draft/ });
  });

  step('watches a condition, and stops at each new best, both ways', async (workbench, page) => {
    const header = page.locator('.pane-header').filter({ hasText: 'Watch' });
    await header.hover();
    await header.getByLabel('Add Expression').click();
    await page.locator(`${watch} input`).fill('score < 1');
    await page.keyboard.press('Enter');
    await row(page, watch, /score < 1/).waitFor();
    await tick(page, 'Failures');
    await tick(page, 'New best');
    assert.match(await key(page, 'F5'), /New best$/);
    await row(page, watch, /score < 1\s*[=:]\s*true/).waitFor();
    assert.match(await press(page, 'Reverse'), /New best$/);
    assert.match(await frames(page).first().innerText(), /^Score of Draft \(node 1\)/);
    await row(page, watch, /score < 1\s*[=:]\s*false/).waitFor();
  });

  step('gives a check box a condition, which the session goes by', async (workbench, page) => {
    const give = async (condition) => {
      await row(page, breakpoints, 'New best').click({ button: 'right' });
      await workbench.chooseInMenu('Edit Condition');
      await page.locator(`${breakpoints} input[type="text"]`).fill(condition);
      await page.keyboard.press('Enter');
      await row(page, breakpoints, condition).waitFor();
    };
    await give('node == 3');
    assert.match(await press(page, 'Reverse'), /the beginning of the run$/);
    assert.match(await press(page, 'Continue'), /New best$/);
    assert.match(await frames(page).first().innerText(), /^Score of Draft \(node 3\)/);
    await give('node == 1');
    assert.match(await press(page, 'Reverse'), /New best$/);
    assert.match(await frames(page).first().innerText(), /^Score of Draft \(node 1\)/);
  });

  step('asks in the console', async (workbench, page) => {
    await workbench.command('Debug Console: Focus on Debug Console View');
    await page.keyboard.type('best.score * 2');
    await page.keyboard.press('Enter');
    const result = page.locator('.repl .monaco-list-row .evaluation-result');
    await result.filter({ hasText: /\d/ }).waitFor();
    seen.console = words(await result.innerText());
  });

  step('restarts the frame of a node: the paused run makes a branch of it', async (workbench, page) => {
    // New best is still ticked: what had happened before the branch is no place to stop on the way.
    const stopped = await move(page, async () => {
      await frames(page).first().click({ button: 'right' });
      await workbench.chooseInMenu('Restart Frame');
    });
    // The run may have told of its pause by then: the branch is one event behind the head.
    assert.match(stopped, /^(live|history \d+\/\d+): a branch of node 1$/);
    assert.match(await frames(page).first().innerText(), /^Decide of Improve \(node \d+\)/);
    assert.match(await frames(page).nth(1).innerText(), /^Draft \(node 1\): RMSLE/);
  });

  step(
    'steps the live run: its code comes, stops at the line, and gets its score',
    async (workbench, page) => {
      await until(page, 'F10', /^Edit of Improve/);
      seen.branch = Number(/node (\d+)/.exec(await frames(page).first().innerText())[1]);
      seen.breakpoint = words(await state(page).innerText());
      await workbench.fileInFront(`.agentide/runs/diamonds-1/view/${seen.branch}/solution.py`).waitFor();
      await until(page, 'F10', /^Score of Improve/);
      await selectedNode(page, seen.branch).waitFor();
      await row(page, watch, /score < 1\s*[=:]\s*true/).waitFor();
      await picture(workbench, 'debug-branch');
    },
  );

  step('gives the node another plan: a branch by it is asked for', async (workbench, page) => {
    const line = (text) => page.locator('.repl .monaco-list-row').filter({ hasText: text });
    // What the log point printed when the branch brought its line.
    await line(`node ${seen.branch} by improve`).waitFor();
    const box = page.locator(`${variables} input[type="text"]:visible`);
    const asked = line(`a branch of node ${seen.branch} by your plan comes next`);
    const give = async () => {
      await row(page, variables, /^plan\s*=/).click({ button: 'right' });
      await workbench.chooseInMenu('Set Value');
      await box.fill('Price by a line instead.', { timeout: 2000 });
      await box.press('Enter', { timeout: 2000 });
      await asked.waitFor({ timeout: 2000 });
    };
    // Values that are fetched again while one types close the box: a person opens it again.
    let tries = 0;
    while (!(await give().then(yes, no))) assert.ok(++tries < 5);
  });

  step('disconnects: the run stays, paused as it was, with the node more', async (workbench, page) => {
    await button(page, 'Disconnect').click();
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await workbench.openView('AgentIde');
    await workbench.rows(/Diamond price.*paused/).waitFor();
    await workbench.rows(new RegExp(`#${seen.branch} improve`)).waitFor();
    const [runner] = await workbench.processes('runner');
    assert.ok(runner);
  });

  step('begins where a launch configuration says', async (workbench, page) => {
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.choose('Where node 2 begins');
    await workbench.openView('Run and Debug');
    await state(page)
      .filter({ hasText: /^history/ })
      .waitFor(slow);
    await frames(page)
      .first()
      .filter({ hasText: /^Decide of Draft \(node 2\)/ })
      .waitFor(slow);
    await button(page, 'Disconnect').click();
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });
});
