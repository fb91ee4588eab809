import * as vscode from 'vscode';
import { chooseRun } from '../runs/choices';
import { runDescription, runLabel } from '../runs/labels';
import type { RunList } from '../runs/runList';
import { requireTrust } from '../server/trust';
import { ServerCommand } from '../server/protocol';

export const debugType = 'agentide';

/** Attaches to a run, live or finished, where it began, or where one of its nodes did. */
export function attachTo(
  run: string,
  folder: vscode.WorkspaceFolder,
  node?: number,
): vscode.DebugConfiguration {
  return {
    type: debugType,
    request: 'attach',
    name: node === undefined ? run : `${run} from node ${node}`,
    run,
    folder: folder.uri.fsPath,
    ...(node !== undefined && { node }),
  };
}

/** Fills in what a configuration leaves open: the folder, and the run that is meant. */
export class DebugConfigurations implements vscode.DebugConfigurationProvider {
  constructor(private readonly list: RunList) {}

  /** One for each run of the folder, newest first. */
  provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): vscode.DebugConfiguration[] {
    const root = folder ?? vscode.workspace.workspaceFolders?.[0];
    if (!root) return [];
    return this.list.runs().map((run) => ({
      ...attachTo(run.run, root),
      name: `${runLabel(run)} (${runDescription(run)})`,
    }));
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const root = folder ?? vscode.workspace.workspaceFolders?.[0];
    if (!root) throw new Error('No folder is open: open the one that holds the runs.');
    // Without a launch.json the editor asks with nothing at all.
    const asked = (configuration as Partial<vscode.DebugConfiguration>).type
      ? configuration
      : { ...configuration, type: debugType, request: 'attach', name: 'A run of AgentIde' };
    const named: unknown = asked['run'] ?? asked['task'];
    if (asked.request === 'launch') requireTrust(ServerCommand.startRun);
    if (named !== undefined) return { folder: root.uri.fsPath, ...asked };
    const chosen = await chooseRun(this.list, () => true, 'There is no run yet: start one first.');
    return chosen && { folder: root.uri.fsPath, ...asked, run: chosen.run };
  }
}
