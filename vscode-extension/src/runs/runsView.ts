import * as vscode from 'vscode';
import { registerDebugging } from '../debug/debugCommands';
import { SearchTreePanels } from '../searchTree/searchTreePanels';
import { registerSearchTreeCommand } from '../searchTree/searchTreeCommand';
import type { Keys } from '../server/keys';
import type { LanguageServer } from '../server/languageServer';
import type { RunView } from '../server/protocol';
import { registerArrangement } from './arrangementCommands';
import { Deaths } from './deaths';
import type { RunElement } from './elements';
import { runLabel } from './labels';
import { registerNodeCommands } from './nodeCommands';
import { registerRunCommands, type RunParts } from './runCommands';
import { RunFeed } from './runFeed';
import { RunList, starred } from './runList';
import { RunStatusBar } from './statusBar';
import { RunTree } from './runTree';

/** Puts tree, panels, status bar and commands on one list of runs, and has the server's news keep it up to date. */
export function registerRuns(
  context: vscode.ExtensionContext,
  server: LanguageServer,
  keys: Keys,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const list = new RunList();
  const statusBar = new RunStatusBar(list);
  const deaths = new Deaths();
  const draw = () => {
    statusBar.update();
    setContext(list);
    for (const run of deaths.news(list)) void tellOfDeath(run);
  };
  const feed = new RunFeed(list, server, {
    listed: () => {
      tree.redrawAll();
      panels.listed();
      draw();
    },
    changed: (change) => {
      tree.redraw(change);
      panels.changed(change);
      draw();
    },
    failed: (error) => {
      output.warn(`The runs could not be read: ${error instanceof Error ? error.message : String(error)}`);
    },
  });
  const load = (run: string) => feed.load(run);
  const tree = new RunTree(list, load);
  const panels = new SearchTreePanels(context.extensionUri, list, load);
  const view = vscode.window.createTreeView('agentide.runs', {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  const parts: RunParts = { server, keys, list, feed, tree, view, output };

  return [
    view,
    tree,
    panels,
    statusBar,
    server.onDidChangeState((state) => {
      void vscode.commands.executeCommand('setContext', 'agentide.server', state);
      feed.reset();
      if (state === 'running') void feed.refresh();
    }),
    server.onDidChangeRun((news) => void feed.runChanged(news)),
    ...registerRunCommands(parts),
    ...registerNodeCommands(parts),
    ...registerSearchTreeCommand(parts, panels),
    ...registerDebugging(server, list, output, (run, node) => {
      panels.follow(run, node);
    }),
    ...registerArrangement(tree, view, context.workspaceState, output),
  ];
}

async function tellOfDeath(run: RunView): Promise<void> {
  const goOn = 'Go on with it';
  const chosen = await vscode.window.showWarningMessage(
    `${runLabel(run)}: the run's process is gone. Nothing is lost, and it can go on from there.`,
    goOn,
  );
  if (chosen !== goOn) return;
  const element: RunElement = { kind: 'run', run: run.run };
  await vscode.commands.executeCommand('agentide.continueRun', element);
}

/** What menus and palette go by. */
function setContext(list: RunList): void {
  const runs = list.runs();
  const facts = {
    'agentide.hasRuns': runs.length > 0,
    'agentide.runIsLive': runs.some((run) => run.liveness === 'live'),
    'agentide.runCanStop': list.current() !== undefined,
    'agentide.runCanContinue': runs.some(
      (run) => run.liveness === 'paused' || run.liveness === 'interrupted',
    ),
    'agentide.hasBest': runs.some((run) => starred(run) !== undefined),
  };
  for (const [name, value] of Object.entries(facts)) {
    void vscode.commands.executeCommand('setContext', name, value);
  }
}
