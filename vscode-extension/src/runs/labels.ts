import type { NodeView, RunView } from '../server/protocol';
import { starred } from './runList';

/** Rounds to the digits that the error leaves meaningful: 0.093123 ± 0.00041 is `0.09312 ± 0.00041`. */
export function withError(value: number, error: number | undefined): string {
  if (error === undefined || !(error > 0)) return number(value);
  const decimals = decimalsOf(error);
  return `${fixed(value, decimals)} ± ${fixed(error, decimals)}`;
}

/** With so many decimals; what rounds to nought has no sign. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

/** The value alone, in the digits that its error leaves meaningful. */
export function withoutError(value: number, error: number | undefined): string {
  return error === undefined || !(error > 0) ? number(value) : fixed(value, decimalsOf(error));
}

/** A score as its view has it: with its error, by folds where it is, or as the claim that it is, to six digits. */
export function scoreOf(
  score: number,
  view: Pick<NodeView, 'standardError' | 'claimed' | 'byFolds'>,
): string {
  if (view.claimed === true) return `${String(Number(score.toPrecision(6)))} claimed`;
  return `${withError(score, view.standardError)}${view.byFolds === true ? ' by folds' : ''}`;
}

/** How the score of a node was come by, behind it. */
function groundOf(node: NodeView): string {
  if (node.claimed === true) return ' by its own code, not graded here';
  return node.byFolds === true ? ', each train row blind on one of them' : ' on the holdout';
}

/** Four significant digits, without a tail of zeros that says nothing. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value === 0 ? '0' : String(Number(value.toPrecision(4)));
}

export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  const rest = total % 60;
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `▲ 0.00420 on #3`: the arrow points up where the node is better, whichever way the metric runs. */
export function gain(node: NodeView): string | undefined {
  if (node.gain === undefined) return undefined;
  return isNothing(node)
    ? gainOf({ ...node, gain: 0 }, '0')
    : gainOf(node, withoutError(Math.abs(node.gain), node.gainError));
}

/** The same with its error. */
export function fullGain(node: NodeView): string | undefined {
  return node.gain === undefined ? undefined : gainOf(node, withError(Math.abs(node.gain), node.gainError));
}

/** A gain that its own error explains is no gain. */
export function isClearGain(node: NodeView): boolean {
  return node.gain !== undefined && node.gain > (node.gainError ?? 0) && !isNothing(node);
}

/** Paired errors can be so small that they give digits to what is nothing beside the score's own error. */
function isNothing({ gain = 0, standardError = 0 }: NodeView): boolean {
  return Math.abs(gain) < standardError / 1000;
}

/** What has become of a node that nobody works on any more, though it has not ended; else undefined. */
export function leftIn(
  { state }: Pick<NodeView, 'state'>,
  { liveness }: Pick<RunView, 'liveness'>,
): 'given up' | 'interrupted' | undefined {
  const isOver = state === 'valid' || state === 'buggy' || state === 'unknown';
  if (isOver || liveness === 'live' || liveness === 'paused') return undefined;
  return liveness === 'finished' ? 'given up' : 'interrupted';
}

export function nodeLabel(node: NodeView, run: Pick<RunView, 'liveness'>): string {
  const name = `#${node.node} ${node.operator}`;
  switch (node.state) {
    case 'valid':
      return node.score === undefined ? name : `${name}  ${scoreOf(node.score, node)}`;
    case 'buggy':
      return `${name}  failed`;
    case 'unknown':
      return `${name}  not known`;
    default:
      return `${name}  ${leftIn(node, run) ?? `${node.state}…`}`;
  }
}

export function nodeDescription(node: NodeView): string {
  if (node.state === 'buggy') return firstLine(node.failure ?? '');
  if (node.state !== 'valid') return firstLine(node.plan);
  const facts = [
    node.rejected === true ? 'rejected' : undefined,
    node.author === undefined ? undefined : `by ${node.author}`,
    gain(node),
    ranFor(node),
  ];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}

/** How long its program ran, to the tenth of a second where that is all it took. */
export function ranFor({ seconds }: Pick<NodeView, 'seconds'>): string | undefined {
  if (seconds === undefined) return undefined;
  return seconds < 9.95 ? `${number(Number(seconds.toFixed(1)))} s` : duration(seconds);
}

export function nodeTooltip(node: NodeView, run: RunView): string {
  const parents = node.parents.map((parent) => `#${parent}`).join(' and ');
  const origin = parents === '' ? '' : ` of ${parents}`;
  const rank =
    starred(run) !== node.node ? '' : run.chosen === undefined ? ', the best so far' : ', the chosen one';
  const facts: string[] = [];
  if (node.author !== undefined) facts.push(`Written by ${node.author}`);
  if (node.score !== undefined) facts.push(`${run.metric} ${scoreOf(node.score, node)}${groundOf(node)}`);
  if (node.claim !== undefined && node.claimed !== true)
    facts.push(`The code itself claims ${number(node.claim)}`);
  const better = fullGain(node);
  if (better !== undefined) facts.push(better);
  if (node.failure !== undefined) facts.push(node.failure);
  const took = ranFor(node);
  if (took !== undefined) facts.push(`Ran for ${took}`);
  return [`#${node.node} ${node.operator}${origin}${rank}`, facts.join('\n'), node.plan.trim()]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function runLabel(run: RunView): string {
  return run.title === '' ? run.task : run.title;
}

export function bestScore(run: RunView): string | undefined {
  return run.best && scoreOf(run.best.score, run.best);
}

export function runDescription(run: RunView): string {
  const progress = run.liveness === 'finished' ? `${run.nodes} nodes` : `${run.nodes} of ${run.budgetNodes}`;
  const state = run.liveness === 'live' ? undefined : standing(run);
  return [bestScore(run), progress, cost(run), state].filter((part) => part !== undefined).join(' · ');
}

export function runTooltip(run: RunView): string {
  const best = run.best && `Best ${run.metric} ${scoreOf(run.best.score, run.best)}, node #${run.best.node}`;
  const chosen = run.chosen === undefined ? undefined : `Chosen: node #${run.chosen}`;
  return [
    `${runLabel(run)}: ${standing(run)}${run.now === undefined || run.now === run.liveness ? '' : `, ${run.now}`}`,
    best,
    chosen,
    run.imported === undefined
      ? `${run.nodes} of ${run.budgetNodes} nodes, ${run.validNodes} valid, ${duration(run.seconds)}`
      : `${run.nodes} nodes, ${run.validNodes} with a score that their own code claims; nothing was graded here`,
    run.spent === undefined ? undefined : `Models: ${run.spent}`,
    run.warning,
    run.from === undefined ? `Run ${run.run}` : `Run ${run.run}, which goes on from ${run.from}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

/** How a run stands, in a word or two; of one that another program made, which. */
export function standing(run: RunView): string {
  return run.imported === undefined ? run.liveness : `imported from ${run.imported}`;
}

/** Text of the status bar; `$(…)` are icons. */
export function statusText(run: RunView): string {
  const icon = {
    live: '$(sync~spin)',
    paused: '$(debug-pause)',
    interrupted: '$(warning)',
    finished: '$(pass)',
  }[run.liveness];
  const score = run.best && `${run.metric} ${withoutError(run.best.score, run.best.standardError)}`;
  const progress = run.liveness === 'finished' ? undefined : `${run.nodes}/${run.budgetNodes}`;
  return [`${icon} ${score ?? run.liveness}`, progress, cost(run)]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What was spent on models, with a sign once most of the budget is. */
function cost(run: RunView): string | undefined {
  return run.cost === undefined || run.warning === undefined ? run.cost : `⚠ ${run.cost}`;
}

function gainOf(node: NodeView, amount: string): string {
  const parent = node.parents[0];
  const arrow = node.gain === 0 ? '=' : (node.gain ?? 0) > 0 ? '▲' : '▼';
  return parent === undefined ? `${arrow} ${amount}` : `${arrow} ${amount} on #${parent}`;
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

/** Decimals that show two digits of the error, as wherever else AgentIde tells a score. */
function decimalsOf(error: number): number {
  return Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(error))));
}
