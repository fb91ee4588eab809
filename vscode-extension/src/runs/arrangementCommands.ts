import * as vscode from 'vscode';
import { arrangementOf, arrangementWords, type Arrangement } from './arrangement';
import { registerCommands, type Commands } from './commands';
import type { RunTree } from './runTree';

const key = 'agentide.arrangement';

/** Filter and order of the tree. They are kept with the workspace; menus show by a tick which is chosen. */
export function registerArrangement(
  tree: RunTree,
  view: vscode.TreeView<unknown>,
  memory: vscode.Memento,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  let chosen = arrangementOf(memory.get(key));
  const show = () => {
    tree.arrange(chosen);
    view.message = arrangementWords(chosen) ?? '';
    void vscode.commands.executeCommand('setContext', 'agentide.filter', chosen.filter);
    void vscode.commands.executeCommand('setContext', 'agentide.sort', chosen.sort);
  };
  const choose = (changes: Partial<Arrangement>) => async () => {
    chosen = { ...chosen, ...changes };
    show();
    await memory.update(key, chosen);
  };
  show();

  // A menu can't tick an entry, so the ticked one is an entry of its own.
  const commands: Commands = {
    'agentide.showAllNodes': choose({ filter: 'all' }),
    'agentide.showAllNodesTicked': choose({ filter: 'all' }),
    'agentide.showValidNodes': choose({ filter: 'valid' }),
    'agentide.showValidNodesTicked': choose({ filter: 'all' }),
    'agentide.showBuggyNodes': choose({ filter: 'buggy' }),
    'agentide.showBuggyNodesTicked': choose({ filter: 'all' }),
    'agentide.showBestLine': choose({ filter: 'best-line' }),
    'agentide.showBestLineTicked': choose({ filter: 'all' }),
    'agentide.sortByNumber': choose({ sort: 'number' }),
    'agentide.sortByNumberTicked': choose({ sort: 'number' }),
    'agentide.sortByScore': choose({ sort: 'score' }),
    'agentide.sortByScoreTicked': choose({ sort: 'number' }),
  };
  return registerCommands(commands, output);
}
