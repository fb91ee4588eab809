// The published debug adapter through the client that VS Code's own adapters are tested with. The run is a finished one
// of four nodes: a floor, a mistake, its repair, and the node that wins.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DebugClient } from '@vscode/debugadapter-testsupport';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = join(repository, 'artifacts/publish/agentide/agentide');
const writer = join(
  repository,
  'artifacts/bin/AgentIde.LanguageServer.Host/release/AgentIde.LanguageServer.Host',
);
const recordings = process.env.AGENTIDE_DAP_MESSAGES;

let folder;
let client;
let said;
let sessions = 0;

/** The events of a name so far: the client itself forgets those that nobody waited for. */
const events = (name) => said.adapter.filter((message) => message.event === name);

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'agentide-dap-'));
  const written = spawnSync(writer, ['--write', folder], { encoding: 'utf8' });
  assert.equal(written.status, 0, written.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Starts an adapter; with AGENTIDE_DAP_MESSAGES naming a folder, what is said is kept for check.mjs. */
async function connect() {
  client = new DebugClient(program, 'dap', 'agentide', { cwd: folder });
  // The program's start is part of the first wait.
  client.defaultTimeout = 60_000;
  said = { adapter: [], client: [] };
  const mine = said;
  await client.start();
  const dispatch = client.dispatch.bind(client);
  client.dispatch = (body) => {
    mine.adapter.push(JSON.parse(body));
    dispatch(body);
  };
  const write = client.outputStream.write.bind(client.outputStream);
  client.outputStream.write = (text, ...rest) => {
    mine.client.push(JSON.parse(text.slice(text.indexOf('{'))));
    return write(text, ...rest);
  };
}

async function leave(name) {
  await client.stop();
  if (recordings) {
    mkdirSync(recordings, { recursive: true });
    sessions += 1;
    writeFileSync(
      join(recordings, `node-${process.pid}-${sessions}.json`),
      JSON.stringify({ test: name, isClientSound: true, client: said.client, server: said.adapter }),
    );
  }
}

beforeEach(connect);

afterEach((context) => leave(context.name));

const launch = (args = {}) =>
  Promise.all([client.configurationSequence(), client.launch({ run: 'last', ...args })]);

/** Does it and gives what the session stopped at. */
async function move(command, args = { threadId: 1 }) {
  const [stopped] = await Promise.all([client.waitForEvent('stopped'), client[`${command}Request`](args)]);
  return stopped.body;
}

async function begin(args) {
  const [stopped] = await Promise.all([client.waitForEvent('stopped'), launch(args)]);
  return stopped.body;
}

async function scope(name) {
  const frame = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
  const { scopes } = (await client.scopesRequest({ frameId: frame.id })).body;
  return values(scopes.find((each) => each.name === name));
}

async function values(of) {
  const { variables } = (await client.variablesRequest({ variablesReference: of.variablesReference })).body;
  return Object.fromEntries(variables.map((variable) => [variable.name, variable]));
}

test('initialize tells what the adapter can do', async () => {
  const { body } = await client.initializeRequest();
  for (const capability of [
    'supportsStepBack',
    'supportsConditionalBreakpoints',
    'supportsHitConditionalBreakpoints',
    'supportsLogPoints',
    'supportsExceptionInfoRequest',
    'supportsExceptionFilterOptions',
    'supportsRestartFrame',
    'supportsSetVariable',
    'supportsSetExpression',
    'supportsEvaluateForHovers',
    'supportsTerminateRequest',
    'supportsTerminateThreadsRequest',
    'supportsDelayedStackTraceLoading',
    'supportsConfigurationDoneRequest',
    'supportsSteppingGranularity',
  ]) {
    assert.equal(body[capability], true, capability);
  }
  assert.ok(body.exceptionBreakpointFilters.length >= 11);
});

test('a request that there is not is refused', async () => {
  await client.initializeRequest();
  await assert.rejects(client.customRequest('flyToTheMoon'), /flyToTheMoon/);
});

test('a run is stepped through from its beginning to its end and back', async () => {
  const entry = await begin();
  assert.equal(entry.reason, 'entry');
  const length = Number(/^history 1\/(\d+)$/.exec(entry.description)[1]);
  let steps = 0;
  while (!(await move('next')).description.endsWith('the end of the run')) steps += 1;
  assert.equal(steps, length - 1);
  for (let place = length - 1; place >= 1; place--) {
    assert.equal((await move('stepBack')).description, `history ${place}/${length}`);
  }
});

test('a breakpoint on a line of a node stops where later nodes have the line', async () => {
  await begin({ node: 3 });
  await move('stepOut');
  const [frame] = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
  const { path } = frame.source;
  assert.match(path, /view\/3\/solution\.py$/);
  await leave('its first session');

  await connect();
  await client.hitBreakpoint({ run: 'last', stopOnEntry: false }, { path, line: 4 });
  assert.match((await move('continue')).description, /^history \d+\/\d+: line 4 of node 3$/);
  const top = (await client.stackTraceRequest({ threadId: 1, startFrame: 0, levels: 1 })).body.stackFrames[0];
  assert.match(top.source.path, /view\/4\/solution\.py$/);
  assert.equal(top.line, 4);
});

test('a failure is an exception with its traceback, at its line', async () => {
  await Promise.all([
    client.waitForEvent('initialized').then(async () => {
      const { body } = await client.setExceptionBreakpointsRequest({
        filters: [],
        filterOptions: [
          { filterId: 'failure', condition: 'operator == improve' },
          { filterId: 'failure', condition: 'operator ==' },
        ],
      });
      assert.deepEqual(
        body.breakpoints.map((breakpoint) => breakpoint.verified),
        [true, false],
      );
      await client.configurationDoneRequest();
    }),
    client.launch({ run: 'last', stopOnEntry: false }),
    client.assertStoppedLocation('exception', { path: /view\/2\/solution\.py$/, line: 4 }),
  ]);
  const { body } = await client.exceptionInfoRequest({ threadId: 1 });
  assert.equal(body.exceptionId, 'AttributeError');
  assert.match(body.details.stackTrace, /^Traceback \(most recent call last\):\n/);
});

test('scopes show the node, its execution and the search as they stood', async () => {
  await begin({ at: 'head' });
  assert.equal(
    (await client.evaluateRequest({ expression: 'best.score < 0.1', context: 'watch' })).body.result,
    'true',
  );
  await move('reverseContinue');
  await leave('its first session');

  await connect();
  await begin({ node: 2 });
  await move('stepOut');
  const node = await scope('Node');
  assert.equal(node.operator.value, 'Improve');
  assert.match((await values(node.failure)).traceback.value, /^Traceback/);
  assert.match((await scope('Execution')).output.value, /depht/);
  assert.equal((await scope('Search'))['valid nodes'].value, '1');
  assert.equal((await client.evaluateRequest({ expression: 'line + 1', context: 'repl' })).body.result, '5');
  await assert.rejects(client.evaluateRequest({ expression: 'lnie', context: 'hover' }), /lnie/);
});

test('a log point prints and stops nowhere', async () => {
  await begin({ node: 4 });
  await move('stepOut');
  const [frame] = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
  await client.setBreakpointsRequest({
    source: frame.source,
    breakpoints: [{ line: 1, logMessage: 'node {node}: {operator}' }],
  });
  await move('reverseContinue');
  const stopped = await move('continue');
  assert.match(stopped.description, /the end of the run$/);
  assert.deepEqual(
    events('output').map((event) => event.body.output),
    ['node 1: draft\n', 'node 2: improve\n', 'node 3: debug\n', 'node 4: improve\n'],
  );
});

test('the documents that values lead to hold the whole of them', async () => {
  await begin({ node: 4 });
  await move('stepOut');
  const { code } = await scope('Node');
  const { body } = await client.customRequest('locations', {
    locationReference: code.valueLocationReference,
  });
  assert.match(readFileSync(body.source.path, 'utf8'), /^import pandas as pd\n/);
  assert.equal((await values(code))['1'].value, 'import pandas as pd');
});

test('a branch of a finished run goes on in another one, and terminate ends the session at once', async () => {
  // A copy of its own: the run is not to be the newest of the other tests.
  const copy = mkdtempSync(join(tmpdir(), 'agentide-dap-'));
  cpSync(folder, copy, { recursive: true });
  // A task that no process can begin with: what keeps it from starting is told.
  mkdirSync(join(copy, 'tasks/diamonds'), { recursive: true });
  writeFileSync(join(copy, 'tasks/diamonds/task.yaml'), 'id: diamonds\n');
  try {
    await begin({ node: 4, folder: copy });
    const [frame] = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
    assert.equal(frame.canRestart, true);
    const set = await client.customRequest('setExpression', {
      expression: 'plan',
      value: 'Blend both.',
      frameId: frame.id,
    });
    assert.equal(set.body.value, 'Blend both.');
    const told = events('output').map((event) => event.body.output);
    assert.match(
      told.at(-1),
      /^diamonds-1 has finished and stays as it is: diamonds-2 goes on from it with a branch of node \d/,
    );
    await assert.rejects(client.customRequest('terminateThreads', { threadIds: [1] }), /nothing to give up/);
    await assert.rejects(
      client.customRequest('setExpression', { expression: 'score', value: '0', frameId: frame.id }),
      /can't be changed/,
    );
    await Promise.all([client.waitForEvent('terminated'), client.terminateRequest()]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
