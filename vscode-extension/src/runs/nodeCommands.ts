import * as vscode from 'vscode';
import {
  NodeFile,
  ServerCommand,
  type BranchArguments,
  type CompareArguments,
  type CompareResult,
  type NodeArguments,
  type NodeView,
  type OpenNodeArguments,
} from '../server/protocol';
import { showDifference } from '../server/differences';
import { chooseNode } from './choices';
import { registerCommands, type Commands } from './commands';
import { isNodeElement } from './elements';
import type { RunParts } from './runCommands';

const isDone = ({ state }: NodeView) => state === 'valid' || state === 'buggy';
const hasCode = ({ state }: NodeView) => state !== 'thinking';

/** The commands on one node, or two. Which node is meant is said by where they are called, or asked. */
export function registerNodeCommands(parts: RunParts): vscode.Disposable[] {
  const { server, list, feed, view, output } = parts;
  const load = (run: string) => feed.load(run);
  const nodeOf = async (
    target: unknown,
    fits: (node: NodeView) => boolean,
  ): Promise<NodeArguments | undefined> =>
    isNodeElement(target) ? { run: target.run, node: target.node } : chooseNode(list, load, fits);
  const send = (command: string, fits: (node: NodeView) => boolean) => async (target: unknown) => {
    const node = await nodeOf(target, fits);
    if (node) await server.execute(command, node);
  };
  const open = (file: string | undefined, fits: (node: NodeView) => boolean) => async (target: unknown) => {
    const node = await nodeOf(target, fits);
    if (!node) return;
    const args: OpenNodeArguments = { ...node, ...(file !== undefined && { file }) };
    await server.execute(ServerCommand.openNode, args);
  };
  const compare = async ({ run, node }: NodeArguments, other: number) => {
    const asked: CompareArguments = { run, node, other };
    await showDifference(await server.execute<CompareResult>(ServerCommand.compareNodes, asked));
  };

  const commands: Commands = {
    'agentide.openNode': open(undefined, hasCode),
    'agentide.openThought': open(NodeFile.thought, hasCode),
    'agentide.openNodeOutput': open(NodeFile.output, isDone),
    'agentide.openPrompt': open(NodeFile.prompt, () => true),
    'agentide.openReply': open(NodeFile.reply, hasCode),
    'agentide.applyNode': send(ServerCommand.applyNode, ({ state }) => state === 'valid'),
    'agentide.rejectNode': send(ServerCommand.rejectNode, (node) => isDone(node) && node.rejected !== true),
    'agentide.restoreNode': send(ServerCommand.restoreNode, ({ rejected }) => rejected === true),
    'agentide.branchNode': async (target) => {
      const node = await nodeOf(target, isDone);
      if (!node) return;
      const text = await vscode.window.showInputBox({
        title: `Branch from node #${node.node}`,
        prompt: 'What should be tried from there? It may be left empty.',
        ignoreFocusOut: true,
      });
      if (text === undefined) return;
      const args: BranchArguments = { ...node, ...(text.trim() !== '' && { text: text.trim() }) };
      await server.execute(ServerCommand.branchNode, args);
    },
    'agentide.compareWithParent': async (target) => {
      const node = await nodeOf(target, (view) => hasCode(view) && view.parents.length > 0);
      if (!node) return;
      const parent = list.node(node.run, node.node)?.parents[0];
      if (parent === undefined) throw new Error(`Node #${node.node} has no parent.`);
      await compare(node, parent);
    },
    'agentide.compareNode': async (target, selection) => {
      const [one, two] = selection.filter(isNodeElement);
      if (one && two?.run === one.run && selection.length === 2) {
        // The earlier one stands at the left.
        const [earlier, later] = one.node < two.node ? [one, two] : [two, one];
        await compare({ run: later.run, node: later.node }, earlier.node);
        return;
      }
      const node = await nodeOf(target, hasCode);
      if (!node) return;
      const other = await chooseNode(
        list,
        load,
        (view) => hasCode(view) && view.node !== node.node,
        `Compare #${node.node} with…`,
        node.run,
      );
      if (other) await compare(node, other.node);
    },
  };
  return registerCommands(commands, output, () => view.selection);
}
