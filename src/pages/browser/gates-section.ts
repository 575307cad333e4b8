import type { RunData, SaturationData } from '../report-data.js';
import { drawn, element, section } from './elements.js';
import { shownText } from './visible-characters.js';

const NAMES: Readonly<Record<string, string>> = {
  i: 'input gate',
  f: 'forget gate',
  o: 'output gate',
  r: 'reset gate',
  z: 'update gate',
};

/** How often gates are shut or open, as in the paper of 2015. */
export function gatesSection(runs: readonly RunData[]): HTMLElement | null {
  const all = runs.filter(({ saturation }) => saturation.length > 0);
  if (all.length === 0) return null;
  const pictures = all.map(({ name, saturation }) => {
    const gates = [...new Set(saturation.map(({ gate }) => gate))];
    return element(
      'div',
      {},
      ...(all.length > 1 ? [element('h3', {}, shownText(name))] : []),
      element(
        'div',
        { class: 'gates' },
        ...gates.map((gate) =>
          picture(
            gate,
            saturation.filter((x) => x.gate === gate),
          ),
        ),
      ),
    );
  });
  return section(
    'gates',
    'Gates that stay open or shut',
    element(
      'p',
      {},
      'Each dot is a unit: how often its gate is nearly shut (below 0.1, to the right) and how often nearly open (above 0.9, upwards) along the text. A unit on the diagonal is always one or the other; a forget gate at the top left never forgets.',
    ),
    ...pictures,
  );
}

const SIDE = 200;

const place = (share: number): number => share * SIDE;

function picture(gate: string, layers: readonly SaturationData[]): HTMLElement {
  const dots = layers.flatMap(({ layer, left, right }) =>
    left.map((share, unit) => {
      const at = { cx: place(share).toFixed(1), cy: (SIDE - place(right[unit])).toFixed(1) };
      const title = `layer ${layer}, unit ${unit}: shut ${percent(share)}, open ${percent(right[unit])}`;
      return drawn('circle', { ...at, r: 3, class: `layer-${layer % 8}` }, drawn('title', {}, title));
    }),
  );
  const name = NAMES[gate] ?? gate;
  const drawing = drawn(
    'svg',
    { viewBox: `-40 -10 ${SIDE + 64} ${SIDE + 44}`, role: 'img', 'aria-label': `${name}: ${dots.length} units` },
    drawn('line', { x1: 0, y1: SIDE, x2: SIDE, y2: SIDE }),
    drawn('line', { x1: 0, y1: 0, x2: 0, y2: SIDE }),
    drawn('line', { x1: 0, y1: 0, x2: SIDE, y2: SIDE, class: 'diagonal' }),
    ...[0, 0.5, 1].flatMap((share) => [
      drawn('text', { x: place(share), y: SIDE + 14, 'text-anchor': 'middle' }, percent(share)),
      drawn('text', { x: -6, y: SIDE - place(share) + 4, 'text-anchor': 'end' }, share === 0 ? '' : percent(share)),
    ]),
    drawn('text', { x: SIDE / 2, y: SIDE + 29, 'text-anchor': 'middle' }, 'of the time shut'),
    ...dots,
  );
  const legend = layers.map(({ layer }) => element('span', { class: `layer-${layer % 8}` }, `layer ${layer}`));
  return element(
    'figure',
    {},
    element(
      'figcaption',
      {},
      element('span', { class: 'chart-title' }, name),
      ' ',
      element('span', { class: 'unit' }, 'open upwards'),
    ),
    drawing,
    element('div', { class: 'kinds' }, ...legend),
  );
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
