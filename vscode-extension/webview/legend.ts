import { badge, mark, standingWord } from './card';
import { html, svg } from './dom';
import { familyOf, type Standing } from './marks';

const operators = ['draft', 'debug', 'improve', 'merge'];
const standings: readonly Standing[] = ['best', 'valid', 'buggy', 'working', 'rejected'];

/** What badges and marks mean. */
export function legend(): HTMLElement {
  const list = html('ul', { class: 'legend', 'aria-label': 'Legend' });
  for (const operator of operators) {
    const name = familyOf(operator) === 'other' ? 'other' : operator;
    list.append(html('li', {}, picture(badge({ operator }, 0, 0, 0.9)), name));
  }
  for (const standing of standings) {
    const word = standing === 'working' ? 'executing' : standingWord({ state: 'valid' }, standing);
    list.append(html('li', {}, picture(mark(standing, 0, 0, 1.1)), word));
  }
  return list;
}

function picture(content: SVGElement): SVGElement {
  const icon = svg('svg', { viewBox: '-14 -14 28 28', 'aria-hidden': 'true' });
  icon.append(content);
  return icon;
}
