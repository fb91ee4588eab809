import * as vscode from 'vscode';
import {
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { savingWhatWasApplied } from './appliedEdits';
import { offerModels } from './editorModels';
import type { Keys } from './keys';
import { planLaunch, type LaunchPlan } from './launch';
import { machine } from './machine';
import {
  Method,
  ServerCommand,
  type EventsParams,
  type EventsResult,
  type InitializationOptions,
  type RunChangedParams,
  type RunsResult,
} from './protocol';

export type ServerState = 'starting' | 'running' | 'failed';

/**
 * The connection to `agentide lsp`. A server that can't be started is told once, with the way out, and leaves
 * the state `failed`; `restart` tries again. A server that dies is started again by the client itself.
 */
export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<void> = Promise.resolve();
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly runChanged = new vscode.EventEmitter<RunChangedParams>();

  readonly onDidChangeState = this.stateChanged.event;
  readonly onDidChangeRun = this.runChanged.event;

  constructor(
    private readonly extensionFolder: string,
    private readonly output: vscode.LogOutputChannel,
    private readonly keys: Keys,
  ) {}

  /** Starts the server, in place of one that runs. Calls queue up, so there is never more than one. */
  restart(): Promise<void> {
    this.starting = this.starting.then(async () => {
      await this.stop();
      await this.start();
    });
    return this.starting;
  }

  get isRunning(): boolean {
    return this.client?.isRunning() ?? false;
  }

  async runs(): Promise<RunsResult> {
    return (await this.running()).sendRequest<RunsResult>(Method.runs, {});
  }

  async events(params: EventsParams): Promise<EventsResult> {
    return (await this.running()).sendRequest<EventsResult>(Method.events, params);
  }

  /** Whether the server that runs has a command: one of the settings may be older than this extension. */
  async offers(command: string): Promise<boolean> {
    const provider = (await this.running()).initializeResult?.capabilities.executeCommandProvider;
    return provider?.commands.includes(command) ?? false;
  }

  /** Has the server execute one of its commands. Its errors are single lines for people. */
  async execute<T>(command: string, args: object): Promise<T> {
    requireTrust(command);
    return (await this.running()).sendRequest<T>('workspace/executeCommand', { command, arguments: [args] });
  }

  /** How the program is started, with what it is to do as the last argument: `lsp`. */
  planLaunch(): Promise<LaunchPlan> {
    const settings = vscode.workspace.getConfiguration('agentide');
    return planLaunch(
      machine,
      { serverPath: settings.get('serverPath', ''), dotnetPath: settings.get('dotnetPath', '') },
      this.extensionFolder,
      (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    );
  }

  /** Ends the server, and waits until it is gone. */
  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client?.needsStop()) return;
    try {
      // A client that is still starting can't be stopped before it has.
      await client.start();
      await client.dispose();
    } catch (error) {
      // It did not start, or did not end in time and was killed: gone either way.
      this.output.error(error instanceof Error ? error : String(error));
    }
  }

  dispose(): void {
    void this.stop();
    this.stateChanged.dispose();
    this.runChanged.dispose();
  }

  private async running(): Promise<LanguageClient> {
    await this.starting;
    if (!this.client) throw new Error('The AgentIde server is not running.');
    return this.client;
  }

  private async start(): Promise<void> {
    this.stateChanged.fire('starting');
    const plan = await this.planLaunch();
    if (!plan.ok) {
      this.stateChanged.fire('failed');
      void this.explain(plan.message, plan.install);
      return;
    }

    const { command, args, cwd, env } = plan.launch;
    this.output.info(`Starting ${command} ${args.join(' ')}`);
    const client = new LanguageClient(
      'agentide',
      'AgentIde',
      { command, args: [...args], options: { cwd, env: { ...env, ...(await this.keys.environment()) } } },
      this.clientOptions(),
    );
    offerModels(client);
    client.onNotification(Method.runChanged, (params: RunChangedParams) => {
      this.runChanged.fire(params);
    });
    client.onDidChangeState(({ newState }) => {
      if (this.client === client) this.stateChanged.fire(stateNames[newState]);
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client has told the user, and may still succeed in one of its own attempts.
      this.output.error(error instanceof Error ? error : String(error));
      this.stateChanged.fire(stateNames[client.state]);
    }
  }

  private clientOptions(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = { trusted: vscode.workspace.isTrusted };
    return {
      documentSelector: [
        { scheme: 'file', pattern: '**/*.py' },
        { scheme: 'file', pattern: '**/*.cs' },
        { scheme: 'file', pattern: '**/task.yaml' },
      ],
      initializationOptions,
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // What a hover says was written by a model: text, no commands, no HTML.
      markdown: { isTrusted: false, supportHtml: false },
      middleware: {
        // Actions and lenses of the server come this way; the palette's commands know about trust by themselves.
        executeCommand: (command, args, next): unknown => {
          requireTrust(command);
          return next(command, args);
        },
        // View and status bar show how far a run is. The protocol's own progress would be a notification that
        // lies over the editor for as long as the run lasts.
        handleWorkDoneProgress: (_token, params, next) => {
          if (params.kind === 'end') next(_token, params);
        },
        workspace: { handleApplyEdit: savingWhatWasApplied },
      },
    };
  }

  private async explain(message: string, install: string | undefined): Promise<void> {
    this.output.error(message);
    const copy = 'Copy the command';
    const choice = await vscode.window.showErrorMessage(message, ...(install === undefined ? [] : [copy]));
    if (choice === copy && install !== undefined) await vscode.env.clipboard.writeText(install);
  }
}

const stateNames: Readonly<Record<State, ServerState>> = {
  [State.Starting]: 'starting',
  [State.Running]: 'running',
  [State.Stopped]: 'failed',
  [State.StartFailed]: 'failed',
};

/** In a folder without trust runs can be looked at, and that is all. */
function requireTrust(command: string): void {
  const onlyShows: readonly string[] = [ServerCommand.openNode, ServerCommand.compareNodes];
  if (vscode.workspace.isTrusted || onlyShows.includes(command)) return;
  throw new Error('This folder is not trusted: trust it to start runs and to apply solutions.');
}
