import * as vscode from 'vscode';
import {
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import type { RunElement } from '../runs/elements';
import { savingWhatWasApplied } from './appliedEdits';
import { CleanOutput } from './cleanOutput';
import { offerModels } from './editorModels';
import type { ServerState } from './languageServer';
import { showDifference } from './differences';
import {
  Method,
  NodeFile,
  ServerCommand,
  type CompareResult,
  type InitializationOptions,
  type StartRunArguments,
} from './protocol';
import { isPullRequest, offerGitHubSession, showBeside } from './pullRequests';
import { requireTrust } from './trust';

/** A client that is not started yet, for a server that is started by it. */
export function createClient(server: ServerOptions, output: vscode.LogOutputChannel): LanguageClient {
  const clean = new CleanOutput(output);
  const client = new LanguageClient('agentide', 'AgentIde', server, clientOptions(clean));
  client.registerFeature({
    // Comparing opens VS Code's own diff, so the server need not open both texts.
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = {
        ...(capabilities.experimental as object),
        agentideDiff: true,
        agentideShowDiff: true,
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  client.onNotification(Method.showDiff, showDifference);
  offerModels(client);
  offerGitHubSession(client, clean);
  return client;
}

/** How the tokens of progress begin that is shown: a pull request takes seconds, and nothing else tells of it. */
const pullRequestProgress = 'agentide.pullRequest#';

export const nameOf = (state: State): ServerState => stateNames[state];

function clientOptions(output: vscode.LogOutputChannel): LanguageClientOptions {
  const initializationOptions: InitializationOptions = {
    trusted: vscode.workspace.isTrusted,
    thoughtsInProblems: vscode.workspace.getConfiguration('agentide').get('thoughtsInProblems', false),
  };
  return {
    documentSelector: [
      { scheme: 'file', pattern: '**/*.py' },
      { scheme: 'file', pattern: '**/*.cs' },
      { scheme: 'file', pattern: '**/task.yaml' },
      { scheme: 'file', pattern: `**/.agentide/runs/*/view/*/${NodeFile.pullRequest}` },
    ],
    initializationOptions,
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // What a hover says was written by a model: text, no commands, no HTML.
    markdown: { isTrusted: false, supportHtml: false },
    middleware: {
      // Actions and lenses of the server come this way; the palette's commands know about trust by themselves.
      executeCommand: (command, args, next): unknown => {
        requireTrust(command);
        // What a lens or an action starts gets the settings, and its engineer, as what the palette starts does.
        const task = command === ServerCommand.startRun ? taskOf(args) : undefined;
        if (task) return vscode.commands.executeCommand('agentide.startRun', task);
        const answered = Promise.resolve<unknown>(next(command, args));
        return command === ServerCommand.compareNodes
          ? answered.then((compared) => compared && showDifference(compared as CompareResult))
          : answered;
      },
      // View and status bar show how far a run is. The protocol's own progress would be a notification that
      // lies over the editor for as long as the run lasts.
      handleWorkDoneProgress: (token, params, next) => {
        if (params.kind === 'end' || String(token).startsWith(pullRequestProgress)) next(token, params);
      },
      provideCodeLenses: async (document, token, next) => {
        const lenses = await next(document, token);
        const step = lenses && stepThrough(lenses);
        return step ? [...lenses, step] : lenses;
      },
      workspace: { handleApplyEdit: savingWhatWasApplied },
      window: {
        showDocument: async (params, token, next) => {
          const shown = await next(params, token);
          const uri = vscode.Uri.parse(params.uri);
          if (isPullRequest(uri)) await showBeside(uri);
          return shown;
        },
      },
    },
  };
}

/** Where the server tells of a run, its debug session is one click away. */
function stepThrough(lenses: readonly vscode.CodeLens[]): vscode.CodeLens | undefined {
  for (const { command, range } of lenses) {
    const [told] = (command?.arguments ?? []) as unknown[];
    const run = (told as { readonly run?: unknown } | undefined)?.run;
    if (typeof run !== 'string') continue;
    const element: RunElement = { kind: 'run', run };
    return new vscode.CodeLens(range, {
      title: 'Step through the run',
      command: 'agentide.debugRun',
      arguments: [element],
    });
  }
  return undefined;
}

function taskOf([start]: readonly unknown[]): vscode.Uri | undefined {
  const task = (start as Partial<StartRunArguments> | undefined)?.task;
  return typeof task === 'string' ? vscode.Uri.parse(task) : undefined;
}

const stateNames: Readonly<Record<State, ServerState>> = {
  [State.Starting]: 'starting',
  [State.Running]: 'running',
  [State.Stopped]: 'failed',
  [State.StartFailed]: 'failed',
};
