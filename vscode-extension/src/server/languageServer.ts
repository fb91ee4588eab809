import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Keys } from './keys';
import { planLaunch, type Launch, type LaunchPlan } from './launch';
import { machine } from './machine';
import { requireTrust } from './trust';
import {
  Method,
  type EventsParams,
  type EventsResult,
  type RunChangedParams,
  type RunsResult,
} from './protocol';

export type ServerState = 'starting' | 'running' | 'failed';

/** A window that was just reloaded may wake its extensions before it has read its settings: so often they are read again. */
const settingsMayBeLate = 4;

/**
 * The connection to `agentide lsp`. A server that can't be started is told once, with the way out, and leaves
 * the state `failed`; `restart` tries again. A server that dies is started again by the client itself.
 */
export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private launched: Launch | undefined;
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

  /** The server's own program with another verb, and with the keys that runs may need. */
  async launch(verb: string): Promise<Launch> {
    const plan: LaunchPlan = this.launched ? { ok: true, launch: this.launched } : await this.planLaunch();
    if (!plan.ok) throw new Error(plan.message);
    const { args, env } = plan.launch;
    return {
      ...plan.launch,
      args: [...args.slice(0, -1), verb],
      env: { ...env, ...(await this.keys.environment()) },
    };
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
    let plan = await this.planLaunch();
    for (let again = 0; again < settingsMayBeLate && !plan.ok; again++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      plan = await this.planLaunch();
    }
    if (!plan.ok) {
      this.launched = undefined;
      this.stateChanged.fire('failed');
      void this.explain(plan.message, plan.install);
      return;
    }
    this.launched = plan.launch;

    const { command, args, cwd, env } = plan.launch;
    this.output.info(`Starting ${command} ${args.join(' ')}`);
    // The client's library is large, and nothing of it is needed before this.
    const { createClient, nameOf } = await import('./client');
    const client = createClient(
      { command, args: [...args], options: { cwd, env: { ...env, ...(await this.keys.environment()) } } },
      this.output,
    );
    client.onNotification(Method.runChanged, (params: RunChangedParams) => {
      this.runChanged.fire(params);
    });
    client.onDidChangeState(({ newState }) => {
      if (this.client === client) this.stateChanged.fire(nameOf(newState));
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client has told the user, and may still succeed in one of its own attempts.
      this.output.error(error instanceof Error ? error : String(error));
      this.stateChanged.fire(nameOf(client.state));
    }
  }

  private async explain(message: string, install: string | undefined): Promise<void> {
    this.output.error(message);
    const copy = 'Copy the command';
    const choice = await vscode.window.showErrorMessage(message, ...(install === undefined ? [] : [copy]));
    if (choice === copy && install !== undefined) await vscode.env.clipboard.writeText(install);
  }
}
