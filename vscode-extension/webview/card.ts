import { duration, gain, scoreOf, withoutError } from '../src/runs/labels';
import type { PictureNode } from '../src/searchTree/messages';
import type { NodeView } from '../src/server/protocol';
import { svg } from './dom';
import { badges, familyOf, glyphOf, standingOf, standings, type Standing } from './marks';

/** Of a card, in the picture's own units; a card stands around its middle. */
export const cardWidth = 160;
export const cardHeight = 42;

const [right, bottom] = [cardWidth / 2, cardHeight / 2];

const frames: Readonly<Record<Standing, string>> = {
  best: rounded(9),
  valid: rounded(9),
  // Cut corners.
  buggy: `M${-right + 9} ${-bottom}H${right - 9}L${right} ${-bottom + 9}V${bottom - 9}L${right - 9} ${bottom}H${-right + 9}L${-right} ${bottom - 9}V${-bottom + 9}z`,
  working: rounded(bottom),
  left: rounded(bottom),
  rejected: rounded(0),
};

/** A whole card: how it came to be, its number and score, its gain, how it stands. */
export function drawCard(node: PictureNode, starred: number | undefined): SVGElement[] {
  const standing = standingOf(node, starred);
  const score = node.score === undefined ? '' : withoutError(node.score, node.standardError);
  return [
    svg('path', { class: 'frame', d: frames[standing] }),
    badge(node, -right + 23, 0, 1),
    svg(
      'text',
      { class: 'first', x: -right + 44, y: -3 },
      svg('tspan', { class: 'number' }, `#${node.node}`),
      svg(
        'tspan',
        { class: 'score', dx: 6 },
        score === '' && standing !== 'working' && standing !== 'left' ? standingWord(node, standing) : score,
      ),
    ),
    svg('text', { class: 'second', x: -right + 44, y: 12 }, secondLine(node)),
    mark(standing, right - 4, -bottom + 4, 1),
  ];
}

/** The badge with the mark of how it stands: what is left of a card from afar. */
export function drawMark(node: PictureNode, starred: number | undefined): SVGElement[] {
  const standing = standingOf(node, starred);
  return [
    svg('path', { class: 'halo', d: badges[familyOf(node.operator)], transform: 'scale(1.9)' }),
    badge(node, 0, 0, 1.5),
    mark(standing, 16, -14, 1.3),
  ];
}

/** What a screen reader says of a node. */
export function nodeWords(node: PictureNode, starred: number | undefined): string {
  const words = [`Node ${node.node}, ${node.operator}`, standingWord(node, standingOf(node, starred))];
  if (node.parents.length > 0) words.push(`from ${node.parents.join(' and ')}`);
  if (node.score !== undefined) words.push(`score ${scoreOf(node.score, node)}`);
  if (node.gain !== undefined)
    words.push(node.gain > 0 ? 'better than its parent' : 'no better than its parent');
  if (node.seconds !== undefined) words.push(`ran for ${duration(node.seconds)}`);
  return words.join(', ');
}

export function standingWord(node: Pick<PictureNode, 'state' | 'left'>, standing: Standing): string {
  if (node.state === 'unknown') return 'not known';
  return node.left ?? (standing === 'working' ? node.state : standings[standing].word);
}

/** A glyph in the middle of a box of 16. */
export function glyph(path: string, name: string, x: number, y: number, scale: number): SVGElement {
  return svg('path', {
    class: name,
    d: path,
    transform: `translate(${x} ${y}) scale(${scale}) translate(-8 -8)`,
  });
}

export function mark(standing: Standing, x: number, y: number, scale: number): SVGElement {
  return svg(
    'g',
    { class: `mark mark-${standing}`, transform: `translate(${x} ${y}) scale(${scale})` },
    svg('circle', { r: 8.5 }),
    svg('path', { d: standings[standing].glyph, transform: 'translate(-8 -8)' }),
  );
}

export function badge(node: Pick<NodeView, 'operator'>, x: number, y: number, scale: number): SVGElement {
  const family = familyOf(node.operator);
  return svg(
    'g',
    { class: `badge badge-${family}`, transform: `translate(${x} ${y}) scale(${scale})` },
    svg('path', { class: 'shape', d: badges[family] }),
    glyph(glyphOf(node.operator), 'glyph', 0, 0, 1),
  );
}

function secondLine(node: PictureNode): string {
  if (node.state === 'unknown') return 'not known';
  if (node.state !== 'valid' && node.state !== 'buggy') return node.left ?? `${node.state}…`;
  if (node.claimed === true) return `${node.operator}  claimed`;
  const better = node.gain === undefined ? undefined : gain({ ...node, parents: [], plan: '', best: false });
  return better === undefined ? node.operator : `${node.operator}  ${better}`;
}

function rounded(radius: number): string {
  const corner = `a${radius} ${radius} 0 0 1`;
  return [
    `M${-right + radius} ${-bottom}H${right - radius}`,
    `${corner} ${radius} ${radius}V${bottom - radius}`,
    `${corner} ${-radius} ${radius}H${-right + radius}`,
    `${corner} ${-radius} ${-radius}V${-bottom + radius}`,
    `${corner} ${radius} ${-radius}z`,
  ].join('');
}
