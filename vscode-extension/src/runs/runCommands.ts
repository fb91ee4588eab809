import * as vscode from 'vscode';
import type { Keys } from '../server/keys';
import type { LanguageServer } from '../server/languageServer';
import {
  ServerCommand,
  type HintArguments,
  type NodeArguments,
  type PullRequestArguments,
  type RunArguments,
  type RunView,
  type StartRunArguments,
  type StartRunResult,
} from '../server/protocol';
import { chooseRun, chooseTask } from './choices';
import { registerCommands, type Commands } from './commands';
import { chooseEngineer } from './engineers';
import { isEarlierElement, isNodeElement, isRunElement, type Element } from './elements';
import type { RunFeed } from './runFeed';
import { runLabel } from './labels';
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
  const { server, keys, list, feed, tree, view, output } = parts;
  const steer =
    (command: string, fits: (run: RunView) => boolean, none: string) => async (target: unknown) => {
      const run = isRunElement(target) ? target.run : (await chooseRun(list, fits, none))?.run;
      if (run !== undefined) await server.execute(command, { run } satisfies RunArguments);
    };

  const commands: Commands = {
    'agentide.startRun': (target) => startRun(parts, target),
    'agentide.pauseRun': steer(
      ServerCommand.pauseRun,
      (run) => run.liveness === 'live',
      'No run is under way.',
    ),
    'agentide.continueRun': steer(
      ServerCommand.continueRun,
      (run) => run.liveness === 'paused' || run.liveness === 'interrupted',
      'No run is paused, and none was interrupted.',
    ),
    'agentide.stepRun': steer(ServerCommand.stepRun, isUnderWay, 'No run is under way.'),
    'agentide.giveHint': async (target) => {
      const run = isRunElement(target)
        ? list.run(target.run)
        : await chooseRun(list, isUnderWay, 'No run is under way.');
      if (!run) return;
      const text = await vscode.window.showInputBox({
        title: `A hint for ${runLabel(run)}`,
        prompt: 'What the engineer should bear in mind from now on, such as: try a log target.',
        ignoreFocusOut: true,
      });
      // Nothing said is no hint.
      if (text === undefined || text.trim() === '') return;
      await server.execute(ServerCommand.hintRun, {
        run: run.run,
        text: text.trim(),
      } satisfies HintArguments);
    },
    'agentide.stopRun': steer(ServerCommand.stopRun, isUnderWay, 'No run is under way.'),
    'agentide.applyBest': async (target) => {
      const run = isRunElement(target)
        ? list.run(target.run)
        : (list.current() ?? list.runs().find((view) => starred(view) !== undefined));
      const node = run && starred(run);
      if (!run || node === undefined) throw new Error('No run has a valid solution yet.');
      await server.execute(ServerCommand.applyNode, { run: run.run, node } satisfies NodeArguments);
    },
    'agentide.openPullRequest': async (target) => {
      const asked: PullRequestArguments | undefined = isNodeElement(target)
        ? { run: target.run, node: target.node }
        : isRunElement(target)
          ? { run: target.run }
          : await chooseRun(
              list,
              mayPropose,
              'No run has a solution to propose: one that has ended, or is paused.',
            );
      // The server shows it, asks, and says what became of it.
      if (asked) await server.execute(ServerCommand.pullRequest, proposed(asked));
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
  return registerCommands(commands, output, () => view.selection);
}

function mayPropose({ best, liveness, imported }: RunView): boolean {
  return best !== undefined && liveness !== 'live' && imported === undefined;
}

/** Of what was chosen, the names alone. */
function proposed({ run, node }: PullRequestArguments): PullRequestArguments {
  return { run, ...(node !== undefined && { node }) };
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
