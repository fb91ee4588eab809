import * as vscode from 'vscode';

/** By id, what a command does: with what it was called on, and with all that was selected then. */
export type Commands = Readonly<
  Record<string, (target: unknown, selection: readonly unknown[]) => Promise<void> | void>
>;

/** The argument of key bindings: keys, other than menus, don't say by themselves what is selected in the view. */
const selection = 'selection';

/** Registers commands; what goes wrong is one message for the user. */
export function registerCommands(
  commands: Commands,
  output: vscode.LogOutputChannel,
  selected: () => readonly unknown[] = () => [],
): vscode.Disposable[] {
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (target: unknown, all: unknown) => {
      try {
        if (target === selection) await run(selected()[0], selected());
        else await run(target, Array.isArray(all) ? all : []);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        output.error(`${name}: ${message}`);
        void vscode.window.showErrorMessage(message);
      }
    }),
  );
}
