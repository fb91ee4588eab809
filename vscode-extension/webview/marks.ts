import type { PictureNode } from '../src/searchTree/messages';

/** How a node stands: told by colour, by the shape of its frame and by a glyph, each of which is enough alone. */
export type Standing = 'best' | 'valid' | 'buggy' | 'working' | 'left' | 'rejected';

export const standings: Readonly<Record<Standing, { readonly word: string; readonly glyph: string }>> = {
  best: { word: 'best', glyph: 'M8 2.6l1.6 3.5 3.8.4-2.8 2.6.8 3.8L8 11l-3.4 1.9.8-3.8-2.8-2.6 3.8-.4z' },
  valid: { word: 'valid', glyph: 'M4 8.4l2.7 2.7L12 5.6' },
  buggy: { word: 'failed', glyph: 'M5 5l6 6M11 5l-6 6' },
  working: { word: 'under way', glyph: 'M8 3.6A4.4 4.4 0 1 1 3.6 8' },
  left: { word: 'given up', glyph: 'M5.8 4.8v6.4M10.2 4.8v6.4' },
  rejected: { word: 'rejected', glyph: 'M3.8 8h8.4' },
};

export function standingOf(node: PictureNode, starred: number | undefined): Standing {
  if (node.rejected) return 'rejected';
  if (node.state === 'buggy') return 'buggy';
  if (node.left !== undefined) return 'left';
  if (node.state !== 'valid') return 'working';
  return node.node === starred ? 'best' : 'valid';
}

/** How a node comes from its parents; the rarer operators share a shape and a colour, not their glyphs. */
export type Family = 'draft' | 'debug' | 'improve' | 'other';

export function familyOf(operator: string): Family {
  return operator === 'draft' || operator === 'debug' || operator === 'improve' ? operator : 'other';
}

/** Outlines of the badges in a box from -12 to 12. */
export const badges: Readonly<Record<Family, string>> = {
  draft: 'M-12 0a12 12 0 1 0 24 0a12 12 0 1 0-24 0z',
  debug: 'M-7-12H7L12-7V7L7 12H-7L-12 7V-7z',
  improve: 'M0-13L12-3V11H-12V-3z',
  other: 'M0-14L14 0L0 14L-14 0z',
};

const glyphs: Readonly<Record<string, string>> = {
  draft: 'M3 13l.9-3.3 6.9-6.8a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7l-6.8 6.9zM9.6 4.2l2.2 2.2',
  debug:
    'M10.4 2.6a3.4 3.4 0 0 0-3.2 4.6l-4.4 4.4a1.1 1.1 0 0 0 1.6 1.6l4.4-4.4a3.4 3.4 0 0 0 4.5-4.2l-2.2 2.2-1.9-1.9 2.2-2.2z',
  improve: 'M8 13V4M4.2 7.6L8 3.8l3.8 3.8',
  tune: 'M3 5h5M12 5h1M10 3.4v3.2M3 11h1M8 11h5M6 9.4v3.2',
  ablate: 'M4 5.5l8 6M4 10.5l8-6',
  merge: 'M4 3v2.5C4 8.5 8 8 8 11v2M12 3v2.5C12 8.5 8 8 8 11',
  simplify: 'M3.5 4h9M5 8h6M6.5 12h3',
  review: 'M2.5 8s2-3.6 5.5-3.6S13.5 8 13.5 8s-2 3.6-5.5 3.6S2.5 8 2.5 8zM8 7v2',
};

export function glyphOf(operator: string): string {
  return glyphs[operator] ?? 'M5 8h6';
}
