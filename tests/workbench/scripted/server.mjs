#!/usr/bin/env node
// A language server that plays a run: the same messages as `agentide lsp`, and nothing behind them.
// It stands in where the extension alone is to be tested.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CodeActionKind,
  createConnection,
  DiagnosticSeverity,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { candidates, originOf } from './candidates.mjs';
import { LargeRun } from './largeRun.mjs';
import { ScriptedRun } from './run.mjs';

if (process.argv[2] !== 'lsp') {
  console.error('usage: server.mjs lsp');
  process.exit(2);
}
const connection = createConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
const documents = new TextDocuments(TextDocument);
const runs = new Map();
let workspace;
/** The node that stands in the workspace's solution file. */
let applied;

const commands = {
  'agentide.run.start': ({ nodes, engineer, dollars, tokens }) => {
    note({ engineer, dollars, tokens, key: process.env.OPENAI_API_KEY });
    const run = new ScriptedRun(`diamonds-${runs.size + 1}`, nodes, ({ id, seq }) =>
      connection.sendNotification('agentide/runChanged', { run: id, seq }),
    );
    runs.set(run.id, run);
    return { run: run.id };
  },
  'agentide.run.stop': ({ run }) => runs.get(run).stop(),
  'agentide.run.pause': ({ run }) => runs.get(run).pause(),
  'agentide.run.continue': ({ run }) => runs.get(run).continue(),
  'agentide.run.pullRequest': async (asked) => {
    const { run } = asked;
    const node = asked.node ?? runs.get(run).view().best.node;
    const file = documentOf(run, node, 'pull-request.md');
    void propose(asked, file);
    return { path: file };
  },
  'agentide.node.apply': ({ node }) => apply(node),
  'agentide.run.step': (asked) => note({ command: 'step', ...asked }),
  'agentide.run.hint': (asked) => note({ command: 'hint', ...asked }),
  'agentide.node.branch': (asked) => note({ command: 'branch', ...asked }),
  'agentide.node.reject': ({ run, node }) => runs.get(run).reject(node, true),
  'agentide.node.restore': ({ run, node }) => runs.get(run).reject(node, undefined),
  'agentide.node.compare': ({ run, node, other }) => ({
    left: pathToFileURL(documentOf(run, other)).href,
    right: pathToFileURL(documentOf(run, node)).href,
    title: `#${other} ↔ #${node}`,
  }),
  'agentide.task.create': ({ folder }) => {
    const taskFile = path.join(fileURLToPath(folder), 'task.yaml');
    writeFileSync(taskFile, 'title: Made of a folder\n');
    const why = 'price: the only column that test.csv lacks. rmsle: prices.';
    return { taskFile, label: 'price', metric: 'rmsle', why, candidates: ['price'] };
  },
  'agentide.node.open': async ({ run, node, file: name }) => {
    const file = documentOf(run, node, name);
    await connection.window.showDocument({ uri: pathToFileURL(file).href, takeFocus: true });
    return { path: file };
  },
};

connection.onInitialize(({ workspaceFolders, initializationOptions }) => {
  if (typeof initializationOptions?.trusted !== 'boolean')
    throw new Error('initializationOptions.trusted is missing');
  workspace = fileURLToPath(workspaceFolders[0].uri);
  const large = path.join(workspace, 'large-run');
  if (existsSync(large)) runs.set('large-1', new LargeRun(Number(readFileSync(large, 'utf8'))));
  return {
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      codeActionProvider: true,
      codeLensProvider: {},
      executeCommandProvider: { commands: Object.keys(commands) },
    },
  };
});
connection.onExecuteCommand(({ command, arguments: [args] }) => commands[command](args));
connection.onRequest('agentide/runs', () => ({
  runs: [...runs.values()].reverse().map((run) => run.view()),
}));
connection.onRequest('agentide/events', ({ run: id, after }) => {
  const run = runs.get(id);
  return { run: id, seq: run.seq, view: run.view(), nodes: run.changedAfter(after) };
});

connection.onHover(({ textDocument, position }) => {
  const line = linesOf(textDocument.uri)[position.line] ?? '';
  const node = nodeIn(textDocument.uri);
  const origin = node && originOf(node, line);
  if (!origin) return null;
  const { operator, plan, score } = candidates[origin - 1];
  return {
    contents: {
      kind: 'plaintext',
      value: `#${origin} ${operator}: ${plan}\nRMSLE ${score ?? 'none, it failed'}`,
    },
  };
});

connection.onCodeAction(({ textDocument }) => {
  const run = [...runs.values()].at(-1);
  const best = run?.view().best;
  if (!best || textDocument.uri !== solutionUri()) return [];
  const title = `Apply the best solution (#${best.node})`;
  const command = { title, command: 'agentide.node.apply', arguments: [{ run: run.id, node: best.node }] };
  return [{ title, kind: CodeActionKind.QuickFix, command }];
});

connection.onCodeLens(({ textDocument }) => {
  const start = { line: 0, character: 0 };
  const [, id, node] = /\/runs\/([^/]+)\/view\/(\d+)\/pull-request\.md$/.exec(textDocument.uri) ?? [];
  if (id) {
    const title = 'Open this pull request at git.example/ann/gems, as a draft';
    const asked = { run: id, node: Number(node), how: 'open' };
    const command = { title, command: 'agentide.run.pullRequest', arguments: [asked] };
    return [{ range: { start, end: start }, command }];
  }
  if (!textDocument.uri.endsWith('/task.yaml')) return [];
  const title = 'Start a run on this task';
  const command = { title, command: 'agentide.run.start', arguments: [{ task: textDocument.uri, nodes: 6 }] };
  return [{ range: { start, end: start }, command }];
});

documents.onDidChangeContent(({ document }) => {
  const node = nodeIn(document.uri);
  if (!node) return;
  const lines = linesOf(document.uri);
  const seen = new Set();
  const diagnostics = lines.flatMap((line, number) => {
    const origin = originOf(node, line);
    if (!origin || seen.has(origin)) return [];
    seen.add(origin);
    const range = { start: { line: number, character: 0 }, end: { line: number, character: line.length } };
    const message = `#${origin} ${candidates[origin - 1].plan}`;
    return [{ range, message, severity: DiagnosticSeverity.Hint, source: 'agentide' }];
  });
  connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
});

documents.listen(connection);
connection.listen();

async function apply(node) {
  const uri = solutionUri();
  const open = documents.get(uri);
  const create = existsSync(fileURLToPath(uri)) ? [] : [{ kind: 'create', uri }];
  const old = open?.getText() ?? (create.length > 0 ? '' : readFileSync(fileURLToPath(uri), 'utf8'));
  const range = { start: { line: 0, character: 0 }, end: { line: old.split('\n').length, character: 0 } };
  applied = node;
  await connection.workspace.applyEdit({
    documentChanges: [
      ...create,
      { textDocument: { uri, version: open?.version ?? null }, edits: [{ range, newText: textOf(node) }] },
    ],
  });
  await connection.window.showDocument({ uri, takeFocus: true });
}

/** Shows what would be proposed, asks, and tells what a person agreed to, and whether the editor gave a token. */
async function propose(asked, file) {
  if (asked.how !== 'open')
    await connection.window.showDocument({ uri: pathToFileURL(file).href, takeFocus: true });
  const open =
    asked.how === 'open'
      ? { title: 'none' }
      : await connection.window.showInformationMessage(
          `Open this pull request of ${asked.run} at git.example/ann/gems?`,
          { title: 'Open the draft' },
          { title: 'Open it, ready to be merged' },
        );
  if (!open) return;
  const answer = await connection.sendRequest('agentide/githubToken', {
    host: 'git.example',
    repository: 'ann/gems',
  });
  note({ ...asked, chosen: open.title, answer });
  await connection.window.showInformationMessage(`Pull request 12 of ${asked.run} was opened.`, {
    title: 'Look at it',
  });
}

/** Leaves for the test what was asked. */
function note(asked) {
  writeFileSync(path.join(workspace, 'asked.json'), JSON.stringify(asked));
}

/** Writes a document of a node where it isn't there yet. */
function documentOf(run, node, name = 'solution.py') {
  const file = path.join(workspace, '.agentide', 'runs', run, 'view', String(node), name);
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, name === 'solution.py' ? textOf(node) : `# ${name} of #${node}\n`);
    chmodSync(file, 0o444);
  }
  return file;
}

function solutionUri() {
  return pathToFileURL(path.join(workspace, 'solution.py')).href;
}

function textOf(node) {
  return `${candidates[node - 1].lines.join('\n')}\n`;
}

function nodeIn(uri) {
  if (uri === solutionUri()) return applied;
  const match = /\/\.agentide\/runs\/[^/]+\/view\/(\d+)\/solution\.py$/.exec(uri);
  return match && Number(match[1]);
}

function linesOf(uri) {
  return documents.get(uri)?.getText().split('\n') ?? [];
}
