// Type-checks what the language server and its clients really said: each message that the tests of the language server
// recorded (AGENTIDE_LSP_MESSAGES) becomes a constant of the type that the protocol's own package has for its method,
// ours of the types that the extension uses, and tsc reads them all. A literal with a field too many is an error too.
//
//   node tests/lsp-types/check.mjs [FOLDER]     artifacts/lsp-messages where no folder is named

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaints } from '../messageTypes.mjs';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const recordings = resolve(process.argv[2] ?? join(repository, 'artifacts/lsp-messages'));
const output = join(repository, 'artifacts/lsp-types');
const modules = join(repository, 'vscode-extension/node_modules');

/** What a method's parameters are, and a request's result; `none` where it has none. */
const client = {
  initialize: ['lsp.InitializeParams', 'lsp.InitializeResult'],
  initialized: ['lsp.InitializedParams'],
  shutdown: ['none', 'null'],
  exit: ['none'],
  '$/cancelRequest': ['{ id: number | string }'],
  'textDocument/didOpen': ['lsp.DidOpenTextDocumentParams'],
  'textDocument/didChange': ['lsp.DidChangeTextDocumentParams'],
  'textDocument/didSave': ['lsp.DidSaveTextDocumentParams'],
  'textDocument/didClose': ['lsp.DidCloseTextDocumentParams'],
  'textDocument/hover': ['lsp.HoverParams', 'lsp.Hover | null'],
  'textDocument/codeAction': ['lsp.CodeActionParams', '(lsp.Command | lsp.CodeAction)[] | null'],
  'textDocument/codeLens': ['lsp.CodeLensParams', 'lsp.CodeLens[] | null'],
  'workspace/executeCommand': ['lsp.ExecuteCommandParams', 'CommandResult'],
  'window/workDoneProgress/cancel': ['lsp.WorkDoneProgressCancelParams'],
  'agentide/runs': ['none | Record<string, never>', 'own.RunsResult'],
  'agentide/events': ['own.EventsParams', 'own.EventsResult'],
  'agentide/chatPiece': ['own.ChatPieceParams'],
};

const server = {
  'textDocument/publishDiagnostics': ['lsp.PublishDiagnosticsParams'],
  'window/showMessage': ['lsp.ShowMessageParams'],
  'window/showMessageRequest': ['lsp.ShowMessageRequestParams', 'lsp.MessageActionItem | null'],
  'window/showDocument': ['lsp.ShowDocumentParams', 'lsp.ShowDocumentResult'],
  'window/workDoneProgress/create': ['lsp.WorkDoneProgressCreateParams', 'null'],
  '$/progress': [
    '{ token: lsp.ProgressToken; value: lsp.WorkDoneProgressBegin | lsp.WorkDoneProgressReport | lsp.WorkDoneProgressEnd }',
  ],
  '$/cancelRequest': ['{ id: number | string }'],
  'workspace/applyEdit': ['lsp.ApplyWorkspaceEditParams', 'lsp.ApplyWorkspaceEditResult'],
  'workspace/codeLens/refresh': ['none', 'null'],
  'agentide/runChanged': ['own.RunChangedParams'],
  'agentide/showDiff': ['own.CompareResult'],
  'agentide/chat': ['own.ChatParams', 'own.ChatResult'],
  'agentide/githubToken': ['own.GitHubTokenParams', 'own.GitHubTokenResult'],
};

/** Tests whose client says on purpose what no client should. */
const deliberate = new Set(['What_the_editor_can_not_answer_is_left_as_the_problem_that_it_is']);

/** What has to be among the messages: without it the recording tells nothing. */
const expected = {
  client: [
    'initialize',
    'textDocument/hover',
    'textDocument/codeAction',
    'workspace/executeCommand',
    'agentide/events',
  ],
  server: [
    'textDocument/publishDiagnostics',
    'window/showMessage',
    'workspace/applyEdit',
    '$/progress',
    'agentide/runChanged',
    'agentide/chat',
    'agentide/githubToken',
  ],
};

const preamble = `import type * as lsp from 'vscode-languageserver-protocol';
import type * as own from '../../vscode-extension/src/server/protocol';

type none = undefined;
type Id = number | string;
type CommandResult = own.StartRunResult | own.OpenNodeResult | own.CreateTaskResult | own.CompareResult | null;
/** \`params\` is absent where a method has none: a null would be a third thing. */
type With<P> = [P] extends [undefined] ? { params?: never } : undefined extends P ? { params?: Exclude<P, undefined> } : { params: P };
type Request<M extends string, P> = { jsonrpc: '2.0'; id: Id; method: M } & With<P>;
type Notification<M extends string, P> = { jsonrpc: '2.0'; method: M } & With<P>;
type Answer<R> = { jsonrpc: '2.0'; id: Id; result: R };
/** What the library under both says of its own exceptions. */
type ForeignError = { type?: string; message?: string; stack?: string; code?: number; inner?: ForeignError | null };
type Refusal<D> = { jsonrpc: '2.0'; id: Id | null; error: { code: number; message: string; data?: D } };
`;

/** Texts and large numbers tell no types: of messages that differ in those alone one is checked. */
function shape(value) {
  if (typeof value === 'string') return /^[\w/$.-]{0,40}$/.test(value) && !/\d/.test(value) ? value : '…';
  if (typeof value === 'number') return Number.isInteger(value) ? Math.min(Math.abs(value), 10) : 0.5;
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shape(item))))];
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

const problems = [];
const seen = { client: new Set(), server: new Set() };
const constants = new Map();
let messages = 0;

function take(type, message, test) {
  messages += 1;
  const key = `${type} ${JSON.stringify(shape(message))}`;
  if (!constants.has(key)) constants.set(key, { type, message, test });
}

function isRequest(message) {
  return 'method' in message && 'id' in message;
}

/** The types of one side's messages; the other side's requests say what its answers are of. */
function sideOf(name, methods, said, others, otherMethods, test, isSound) {
  const asked = new Map();
  for (const message of others.filter(
    (other) => other !== null && typeof other === 'object' && isRequest(other),
  )) {
    asked.set(
      message.id,
      asked.has(message.id) && asked.get(message.id) !== message.method ? undefined : message.method,
    );
  }
  for (const message of said) {
    if ('method' in message) {
      const known = methods[message.method];
      if (known === undefined) {
        problems.push(`${test}: the ${name} says ${message.method}, which no type is known of`);
        continue;
      }
      seen[name].add(message.method);
      if ('id' in message !== known.length > 1) {
        problems.push(
          `${test}: the ${name} says ${message.method} as a ${'id' in message ? 'request' : 'notification'}`,
        );
      }
      take(
        `${'id' in message ? 'Request' : 'Notification'}<${JSON.stringify(message.method)}, ${known[0]}>`,
        message,
        test,
      );
    } else if ('error' in message) {
      // Of a library's own are a client's errors, and the server's about a message that no client should send.
      take(
        `Refusal<${name === 'server' ? (isSound ? 'own.TaskProblemData' : 'own.TaskProblemData | ForeignError') : 'ForeignError'}>`,
        message,
        test,
      );
    } else {
      const result = otherMethods[asked.get(message.id)]?.[1];
      if (result !== undefined) take(`Answer<${result}>`, message, test);
      else if (!isSound)
        continue; // What a fuzzer asks may have no method, or an id that stands twice.
      else if (asked.get(message.id) !== undefined)
        problems.push(`${test}: the ${name} answers ${asked.get(message.id)}, which is no request`);
      else if (!asked.has(message.id))
        problems.push(`${test}: the ${name} answers ${JSON.stringify(message.id)}, which nobody asked`);
    }
  }
}

for (const file of readdirSync(recordings)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const session = JSON.parse(readFileSync(join(recordings, file), 'utf8'));
  sideOf('server', server, session.server, session.client, client, session.test, session.isClientSound);
  if (session.isClientSound && !deliberate.has(session.test))
    sideOf('client', client, session.client, session.server, server, session.test, true);
}

for (const name of ['client', 'server']) {
  for (const method of expected[name].filter((each) => !seen[name].has(each))) {
    problems.push(`no message of the ${name} is ${method}: was anything recorded?`);
  }
}

const said = complaints({
  output,
  modules,
  types: { 'vscode-languageserver-protocol': 'vscode-languageserver-protocol/lib/common/api.d.ts' },
  preamble,
  constants: [...constants.values()],
});
if (said !== undefined) problems.push(said);

console.log(
  `${messages} messages of ${constants.size} shapes, ${seen.client.size + seen.server.size} methods`,
);
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exitCode = 1;
}
