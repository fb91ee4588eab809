/** What stands in the tree. An element is one object for as long as the extension lives: the tree goes by identity. */
export type Element = RunElement | NodeElement | EarlierElement;

export interface RunElement {
  readonly kind: 'run';
  readonly run: string;
}

export interface NodeElement {
  readonly kind: 'node';
  readonly run: string;
  readonly node: number;
}

/** Stands for the nodes of a long run that are not listed yet. */
export interface EarlierElement {
  readonly kind: 'earlier';
  readonly run: string;
}

export function isRunElement(value: unknown): value is RunElement {
  return kindOf(value) === 'run';
}

export function isNodeElement(value: unknown): value is NodeElement {
  return kindOf(value) === 'node';
}

export function isEarlierElement(value: unknown): value is EarlierElement {
  return kindOf(value) === 'earlier';
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}
