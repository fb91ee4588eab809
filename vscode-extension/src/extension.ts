import * as vscode from 'vscode';
import { registerFirstRun } from './firstRun/firstRunCommands';
import { registerRuns } from './runs/runsView';
import { Keys } from './server/keys';
import { LanguageServer } from './server/languageServer';

let server: LanguageServer | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('AgentIde', { log: true });
  const keys = new Keys(context.secrets);
  const started = new LanguageServer(context.extensionPath, output, keys);
  server = started;

  context.subscriptions.push(
    output,
    ...registerRuns(context, started, keys, output),
    ...registerFirstRun(context, started, output),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const moved = ['agentide.serverPath', 'agentide.dotnetPath', 'agentide.thoughtsInProblems'].some(
        (name) => change.affectsConfiguration(name),
      );
      return moved ? started.restart() : undefined;
    }),
    started,
  );
  // The window doesn't wait for the server: what needs it does.
  void started.restart();
}

/** The window waits for this, so that the server ends by its own hand. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
