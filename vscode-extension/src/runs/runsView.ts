import * as vscode from 'vscode';
import type { Keys } from '../server/keys';
import type { LanguageServer } from '../server/languageServer';
import { registerRunCommands } from './runCommands';
import { RunFeed } from './runFeed';
import { RunList, starred } from './runList';
import { RunStatusBar } from './statusBar';
import { RunTree } from './runTree';

/** Puts tree, status bar and commands on one list of runs, and has the server's news keep it up to date. */
export function registerRuns(
  server: LanguageServer,
  keys: Keys,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const list = new RunList();
  const statusBar = new RunStatusBar(list);
  const draw = () => {
    statusBar.update();
    setContext(list);
  };
  const feed = new RunFeed(list, server, {
    listed: () => {
      tree.redrawAll();
      draw();
    },
    changed: (change) => {
      tree.redraw(change);
      draw();
    },
    failed: (error) => {
      output.warn(`The runs could not be read: ${error instanceof Error ? error.message : String(error)}`);
    },
  });
  const tree = new RunTree(list, (run) => feed.load(run));
  const view = vscode.window.createTreeView('agentide.runs', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });

  return [
    view,
    tree,
    statusBar,
    server.onDidChangeState((state) => {
      void vscode.commands.executeCommand('setContext', 'agentide.server', state);
      feed.reset();
      if (state === 'running') void feed.refresh();
    }),
    server.onDidChangeRun((news) => void feed.runChanged(news)),
    ...registerRunCommands({ server, keys, list, feed, tree, view, output }),
  ];
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
