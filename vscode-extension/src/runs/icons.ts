import * as vscode from 'vscode';
import type { NodeView, RunView } from '../server/protocol';
import { isClearGain, leftIn } from './labels';

export function runIcon(run: RunView): vscode.ThemeIcon {
  switch (run.liveness) {
    case 'live':
      return icon('sync~spin', 'charts.blue');
    case 'paused':
      return icon('debug-pause', 'charts.orange');
    case 'interrupted':
      return icon('debug-disconnect', 'charts.orange');
    case 'finished':
      return icon('pass', 'charts.green');
  }
}

/** What is under way shows its step, what failed a bug, the best a star, and the others how they came to be. */
export function nodeIcon(node: NodeView, run: RunView, isStarred: boolean): vscode.ThemeIcon {
  if (node.rejected === true) return icon('circle-slash', 'disabledForeground');
  if (leftIn(node, run) !== undefined) return icon('debug-disconnect', 'disabledForeground');
  switch (node.state) {
    case 'thinking':
      return icon('lightbulb', 'charts.blue');
    case 'executing':
      return icon('loading~spin', 'charts.blue');
    case 'scoring':
      return icon('beaker', 'charts.blue');
    case 'unknown':
      return icon('question', 'disabledForeground');
    case 'buggy':
      return icon('bug', 'list.errorForeground');
    case 'valid':
      return isStarred
        ? icon('star-full', 'charts.yellow')
        : icon(
            operatorIcons[node.operator] ?? 'circle-outline',
            isClearGain(node) ? 'charts.green' : 'icon.foreground',
          );
  }
}

const operatorIcons: Readonly<Record<string, string>> = {
  draft: 'edit',
  debug: 'wrench',
  improve: 'arrow-up',
  tune: 'settings',
  ablate: 'beaker-stop',
  merge: 'git-merge',
  simplify: 'fold',
};

function icon(name: string, color: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
}
