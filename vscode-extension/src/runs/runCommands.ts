import * as vscode from 'vscode';
import type { Keys } from '../server/keys';
import type { LanguageServer } from '../server/languageServer';
import {
  ServerCommand,
  type NodeArguments,
  type RunArguments,
  type RunView,
  type StartRunArguments,
  type StartRunResult,
} from '../server/protocol';
import { chooseNode, chooseRun, chooseTask } from './choices';
import { chooseEngineer } from './engineers';
import { isEarlierElement, isNodeElement, isRunElement, type Element } from './elements';
import type { RunFeed } from './runFeed';
import { isUnderWay, starred, type RunList } from './runList';
import type { RunTree } from './runTree';

export interface RunParts {
  readonly server: LanguageServer;
  readonly keys: Keys;
  readonly list: RunList;
  readonly feed: RunFeed;
  readonly tree: RunTree;
  readonly view: vscode.TreeView<Element>;
  readonly output: vscode.LogOutputChannel;
}

/** The commands of palette, view and menus. What they do to a run the server does; they choose which. */
export function registerRunCommands(parts: RunParts): vscode.Disposable[] {
  const { server, keys, list, feed, tree, output } = parts;
  const load = (run: string) => feed.load(run);
  const nodeOf = async (
    target: unknown,
    fits: Parameters<typeof chooseNode>[2],
  ): Promise<NodeArguments | undefined> =>
    isNodeElement(target) ? { run: target.run, node: target.node } : chooseNode(list, load, fits);
  const steer =
    (command: string, fits: (run: RunView) => boolean, none: string) => async (target: unknown) => {
      const run = isRunElement(target) ? target.run : (await chooseRun(list, fits, none))?.run;
      if (run !== undefined) await server.execute(command, { run } satisfies RunArguments);
    };

  const commands: Readonly<Record<string, (target: unknown) => Promise<void> | void>> = {
    'agentide.startRun': (target) => startRun(parts, target),
    'agentide.pauseRun': steer(
      ServerCommand.pauseRun,
      (run) => run.liveness === 'live',
      'No run is under way.',
    ),
    'agentide.continueRun': steer(
      ServerCommand.continueRun,
      (run) => run.liveness === 'paused',
      'No run is paused.',
    ),
    'agentide.stopRun': steer(ServerCommand.stopRun, isUnderWay, 'No run is under way.'),
    'agentide.applyBest': async (target) => {
      const run = isRunElement(target)
        ? list.run(target.run)
        : (list.current() ?? list.runs().find((view) => starred(view) !== undefined));
      const node = run && starred(run);
      if (!run || node === undefined) throw new Error('No run has a valid solution yet.');
      await server.execute(ServerCommand.applyNode, { run: run.run, node } satisfies NodeArguments);
    },
    'agentide.applyNode': async (target) => {
      const node = await nodeOf(target, ({ state }) => state === 'valid');
      if (node) await server.execute(ServerCommand.applyNode, node);
    },
    'agentide.openNode': async (target) => {
      const node = await nodeOf(target, ({ state }) => state !== 'thinking');
      if (node) await server.execute(ServerCommand.openNode, node);
    },
    'agentide.showEarlierNodes': (target) => {
      if (isEarlierElement(target)) tree.showEarlier(target);
    },
    'agentide.refreshRuns': () => (server.isRunning ? feed.refresh() : server.restart()),
    'agentide.forgetKeys': async () => {
      await keys.forget();
      await server.restart();
    },
    'agentide.showOutput': () => {
      output.show();
    },
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (target: unknown) => {
      try {
        await run(target);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        output.error(`${name}: ${message}`);
        void vscode.window.showErrorMessage(message);
      }
    }),
  );
}

async function startRun({ server, keys, list, feed, tree, view }: RunParts, target: unknown): Promise<void> {
  const task = target instanceof vscode.Uri ? target : await chooseTask();
  if (!task) return;
  const engineer = await chooseEngineer(keys, () => server.restart());
  if (!engineer) return;
  const settings = vscode.workspace.getConfiguration('agentide.run');
  const { run } = await server.execute<StartRunResult>(ServerCommand.startRun, {
    task: task.toString(),
    nodes: settings.get('nodes', 20),
    seconds: Math.round(settings.get('minutes', 10) * 60),
    seed: settings.get('seed', 1),
    ...engineer,
  } satisfies StartRunArguments);
  await vscode.commands.executeCommand('agentide.runs.focus');
  await feed.refresh();
  if (list.run(run)) await view.reveal(tree.runElement(run), { expand: true, select: true });
}
