import type { NodeView, RunView } from '../server/protocol';

/** What a picture needs of a node; its texts come when somebody looks at them. */
export type PictureNode = Omit<NodeView, 'plan' | 'failure' | 'claim' | 'best'> & {
  /** The page's own word for a node that nobody works on any more, though it has not ended. */
  readonly left?: string | undefined;
};

/** What a person can have done with a node from its details. */
export const nodeActions = [
  'open',
  'thought',
  'output',
  'apply',
  'compare',
  'branch',
  'reject',
  'restore',
] as const;
export type NodeAction = (typeof nodeActions)[number];

/** From the extension to the page. */
export type ToPage =
  | {
      readonly kind: 'run';
      readonly view: RunView;
      /** All nodes where `whole`, else those that changed. */
      readonly nodes: readonly PictureNode[];
      readonly whole: boolean;
    }
  | { readonly kind: 'details'; readonly node: NodeView }
  /** A debug session stands at that node. */
  | { readonly kind: 'cursor'; readonly node: number }
  | { readonly kind: 'missing'; readonly message: string };

/** From the page to the extension. Whatever arrives is checked: a page is less trusted than the extension. */
export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'details'; readonly node: number }
  | { readonly kind: 'act'; readonly action: NodeAction; readonly node: number };

/** What a page remembers over a reload of the window. */
export interface PageState {
  readonly run: string;
  readonly axis?: 'time' | 'nodes' | 'spend';
  readonly selected?: number;
  readonly table?: boolean;
}

export function pictureNode(view: NodeView): PictureNode {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  const { plan, failure, claim, best, ...node } = view;
  return node;
}

export function isFromPage(message: unknown): message is FromPage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  if (message.kind === 'ready') return true;
  if (!('node' in message) || !Number.isSafeInteger(message.node)) return false;
  if (message.kind === 'details') return true;
  return message.kind === 'act' && 'action' in message && nodeActions.some((one) => one === message.action);
}

export function isPageState(state: unknown): state is PageState {
  return typeof state === 'object' && state !== null && 'run' in state && typeof state.run === 'string';
}
