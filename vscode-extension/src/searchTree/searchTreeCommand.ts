import type * as vscode from 'vscode';
import { chooseRun } from '../runs/choices';
import { registerCommands } from '../runs/commands';
import { isNodeElement, isRunElement } from '../runs/elements';
import type { RunParts } from '../runs/runCommands';
import type { SearchTreePanels } from './searchTreePanels';

export function registerSearchTreeCommand(
  { list, view, output }: RunParts,
  panels: SearchTreePanels,
): vscode.Disposable[] {
  return registerCommands(
    {
      'agentide.showSearchTree': async (target) => {
        // The button of the view has no target: what is selected there is meant, or else the run under way.
        const element = [target, view.selection[0]].find((one) => isRunElement(one) || isNodeElement(one));
        const run =
          element?.run ??
          list.current()?.run ??
          (await chooseRun(list, () => true, 'There is no run yet: start one first.'))?.run;
        if (run !== undefined) panels.show(run);
      },
    },
    output,
  );
}
