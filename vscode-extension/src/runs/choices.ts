import * as vscode from 'vscode';
import type { NodeArguments, NodeView, RunView } from '../server/protocol';
import { nodeDescription, nodeLabel, runDescription, runLabel } from './labels';
import { starred, type RunList } from './runList';

/** The task that a run is to be started on, by its `task.yaml`; undefined where the user gave up. */
export async function chooseTask(): Promise<vscode.Uri | undefined> {
  // Runs belong to the first folder of the workspace.
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('No folder is open: open one that holds a task.');
  const pattern = new vscode.RelativePattern(folder, '**/task.yaml');
  const tasks = await vscode.workspace.findFiles(pattern, '**/{node_modules,.agentide,.git}/**', 1000);
  if (tasks.length === 0) {
    throw new Error('This folder holds no task: a task is a folder with a task.yaml and its data.');
  }
  if (tasks.length === 1) return tasks[0];
  const items = tasks
    .map((uri) => ({ label: vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..')), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const options = { placeHolder: 'The task to work on', ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.uri;
}

/** One of the runs that `fits`; asks only where there are several. */
export async function chooseRun(
  list: RunList,
  fits: (run: RunView) => boolean,
  none: string,
): Promise<RunView | undefined> {
  const runs = list.runs().filter(fits);
  if (runs.length === 0) throw new Error(none);
  if (runs.length === 1) return runs[0];
  const items = runs.map((run) => ({
    label: runLabel(run),
    description: runDescription(run),
    detail: run.run,
    run,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which run?' }))?.run;
}

/** One of the nodes that `fits`, of a run: the one given, else the one under way, else the newest. */
export async function chooseNode(
  list: RunList,
  load: (run: string) => Promise<void>,
  fits: (node: NodeView) => boolean,
  placeHolder = 'Which node?',
  of?: string,
): Promise<NodeArguments | undefined> {
  const run = of === undefined ? (list.current() ?? list.runs()[0]) : list.run(of);
  if (!run) throw new Error('There is no run yet.');
  await load(run.run);
  const nodes = list.nodes(run.run).filter(fits);
  if (nodes.length === 0) throw new Error(`${runLabel(run)} has no such node yet.`);
  const items = nodes.map((node) => ({
    label: `${node.node === starred(run) ? '$(star-full) ' : ''}${nodeLabel(node, run)}`,
    description: nodeDescription(node),
    detail: node.plan.split('\n', 1)[0] ?? '',
    node: node.node,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDetail: true,
  });
  return picked && { run: run.run, node: picked.node };
}
