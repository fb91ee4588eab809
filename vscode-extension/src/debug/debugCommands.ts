import * as vscode from 'vscode';
import { chooseRun } from '../runs/choices';
import { registerCommands } from '../runs/commands';
import { isNodeElement, isRunElement } from '../runs/elements';
import type { RunList } from '../runs/runList';
import type { LanguageServer } from '../server/languageServer';
import { attachTo, DebugConfigurations, debugType } from './debugConfigurations';

/** Where a session stands: the body of the adapter's own event. */
interface Cursor {
  readonly run: string;
  readonly node?: number;
}

/** Runs as debug sessions: the editor's own buttons and views, over `agentide dap`. */
export function registerDebugging(
  server: LanguageServer,
  list: RunList,
  output: vscode.LogOutputChannel,
  follow: (run: string, node: number) => void,
): vscode.Disposable[] {
  const configurations = new DebugConfigurations(list);
  return [
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      configurations,
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: async () => {
        const { command, args, cwd, env } = await server.launch('dap');
        return new vscode.DebugAdapterExecutable(command, [...args], { cwd, env: { ...env } });
      },
    }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type !== debugType || event !== 'agentide/cursor') return;
      const { run, node } = body as Cursor;
      if (node !== undefined) follow(run, node);
    }),
    ...registerCommands(
      {
        'agentide.debugRun': async (target) => {
          const element = isRunElement(target) || isNodeElement(target) ? target : undefined;
          const run =
            element?.run ?? (await chooseRun(list, () => true, 'There is no run yet: start one first.'))?.run;
          const folder = vscode.workspace.workspaceFolders?.[0];
          if (run === undefined || !folder) return;
          const node = element && isNodeElement(element) ? element.node : undefined;
          await vscode.debug.startDebugging(folder, attachTo(run, folder, node));
        },
      },
      output,
    ),
  ];
}
