// Type-checks what the debug adapter and its clients really said: each message that the tests recorded
// (AGENTIDE_DAP_MESSAGES) becomes a constant of the type that @vscode/debugprotocol has for its command or event, and
// tsc reads them all. A literal with a field too many is an error too.
//
//   node tests/dap/check.mjs [FOLDER]     artifacts/dap-messages where no folder is named

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaints } from '../messageTypes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const repository = resolve(here, '../..');
const recordings = resolve(process.argv[2] ?? join(repository, 'artifacts/dap-messages'));
const output = join(repository, 'artifacts/dap-types');
const modules = join(here, 'node_modules');

/** Commands by their types' names; what attach and launch take beyond the protocol is ours. */
const commands = {
  initialize: 'Initialize',
  attach: 'Attach',
  launch: 'Launch',
  configurationDone: 'ConfigurationDone',
  setBreakpoints: 'SetBreakpoints',
  setExceptionBreakpoints: 'SetExceptionBreakpoints',
  threads: 'Threads',
  stackTrace: 'StackTrace',
  scopes: 'Scopes',
  variables: 'Variables',
  locations: 'Locations',
  evaluate: 'Evaluate',
  exceptionInfo: 'ExceptionInfo',
  next: 'Next',
  stepIn: 'StepIn',
  stepOut: 'StepOut',
  stepBack: 'StepBack',
  continue: 'Continue',
  reverseContinue: 'ReverseContinue',
  pause: 'Pause',
  restartFrame: 'RestartFrame',
  setVariable: 'SetVariable',
  setExpression: 'SetExpression',
  terminateThreads: 'TerminateThreads',
  terminate: 'Terminate',
  disconnect: 'Disconnect',
};

/** What the adapter asks of its client. */
const reverse = { startDebugging: 'StartDebugging' };

const events = {
  initialized: "P<dap.InitializedEvent, 'initialized'>",
  stopped: "P<dap.StoppedEvent, 'stopped'>",
  continued: "P<dap.ContinuedEvent, 'continued'>",
  thread: "P<dap.ThreadEvent, 'thread'>",
  output: "P<dap.OutputEvent, 'output'>",
  terminated: "P<dap.TerminatedEvent, 'terminated'>",
  'agentide/cursor': 'Cursor',
};

/** What has to be among the messages: without it the recording tells nothing. */
const expected = [...Object.keys(commands), ...Object.keys(reverse), ...Object.keys(events)];

const preamble = `import type { DebugProtocol as dap } from '@vscode/debugprotocol';

type P<E, N extends string> = Omit<E, 'type' | 'event'> & { type: 'event'; event: N };
type Cursor = { seq: number; type: 'event'; event: 'agentide/cursor'; body: { run: string; seq: number; head: number; live: boolean; node?: number } };
type Own = { name?: string; type?: string; request?: string; run?: string; folder?: string; at?: string | number; node?: number; stopOnEntry?: boolean };
type Task = Own & { task?: string; solutionFile?: string; nodes?: number; seconds?: number; seed?: number; engineer?: string; dollars?: number; tokens?: number };
type Attach = Omit<dap.AttachRequest, 'arguments'> & { arguments: dap.AttachRequestArguments & Own };
type Launch = Omit<dap.LaunchRequest, 'arguments'> & { arguments: dap.LaunchRequestArguments & Task };
type Request<R, C extends string> = Omit<R, 'type' | 'command'> & { type: 'request'; command: C };
type Answer<R, C extends string> = Omit<R, 'type' | 'command' | 'success' | 'message'> & { type: 'response'; command: C; success: true };
type Refusal = Omit<dap.ErrorResponse, 'type' | 'success'> & { type: 'response'; success: false; message: string };
`;

/** Texts and large numbers tell no types: of messages that differ in those alone one is checked. */
function shape(value) {
  if (typeof value === 'string') return /^[\w/$.-]{0,40}$/.test(value) && !/\d/.test(value) ? value : '…';
  if (typeof value === 'number') return Number.isInteger(value) ? Math.min(Math.abs(value), 1) : 0.5;
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shape(item))))];
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

const problems = [];
const seen = new Set();
const constants = new Map();
let messages = 0;

function take(type, message, test) {
  messages += 1;
  const key = `${type} ${JSON.stringify(shape(message))}`;
  if (!constants.has(key)) constants.set(key, { type, message, test });
}

function requestType(command) {
  if (command === 'attach') return "Request<Attach, 'attach'>";
  if (command === 'launch') return "Request<Launch, 'launch'>";
  return `Request<dap.${commands[command]}Request, '${command}'>`;
}

for (const file of readdirSync(recordings)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const session = JSON.parse(readFileSync(join(recordings, file), 'utf8'));
  const asked = new Map();
  for (const message of session.client) {
    if (message?.type !== 'request') continue;
    asked.set(message.seq, message.command);
    if (commands[message.command] !== undefined && session.isClientSound)
      take(requestType(message.command), message, session.test);
  }
  let last = 0;
  for (const message of session.server) {
    if (message.seq <= last) problems.push(`${session.test}: message ${message.seq} comes after ${last}`);
    last = message.seq;
    if (message.type === 'event') {
      if (events[message.event] === undefined)
        problems.push(`${session.test}: the adapter says ${message.event}, which no type is known of`);
      else take(events[message.event], message, session.test);
      seen.add(message.event);
    } else if (message.type === 'request' && reverse[message.command] !== undefined) {
      take(`Request<dap.${reverse[message.command]}Request, '${message.command}'>`, message, session.test);
      seen.add(message.command);
    } else if (message.type !== 'response') {
      problems.push(`${session.test}: the adapter says a message of the type ${message.type}`);
    } else if (asked.get(message.request_seq) !== message.command) {
      problems.push(
        `${session.test}: the adapter answers ${message.command} to ${asked.get(message.request_seq)}`,
      );
    } else if (message.success) {
      take(`Answer<dap.${commands[message.command]}Response, '${message.command}'>`, message, session.test);
      seen.add(message.command);
    } else {
      take('Refusal', message, session.test);
    }
  }
}

for (const name of expected.filter((each) => !seen.has(each)))
  problems.push(`no message of the adapter is of ${name}: was anything recorded?`);

const said = complaints({
  output,
  modules,
  types: { '@vscode/debugprotocol': '@vscode/debugprotocol/lib/debugProtocol.d.ts' },
  preamble,
  constants: [...constants.values()],
});
if (said !== undefined) problems.push(said);

console.log(`${messages} messages of ${constants.size} shapes, ${seen.size} commands and events`);
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exitCode = 1;
}
