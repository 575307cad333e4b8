import { formatTable, visible } from '../format.js';
import type { NamedFlow } from '../inspection/flow-models.js';
import { halfLifeOf } from '../inspection/gradient-flow.js';
import { outputColour } from './capabilities.js';
import type { Axes, Curve } from './chart.js';

/** Formats the gradient flow of some models as two tables: of the states, and of what the gates do. */
export function gradientFlowLines(flows: readonly NamedFlow[]): string[] {
  const [{ distance, positions }] = flows;
  const states = flows.flatMap((flow) =>
    flow.curves.map((curve) => {
      const { layer, state, norms, halfLife, laterHalfLife, left } = curve;
      const figures = [
        norms[0].toPrecision(3),
        lifeText(halfLife, distance),
        laterHalfLife?.toFixed(1) ?? '-',
        short(left),
      ];
      return [...nameOf(flow), String(layer), state, ...figures];
    }),
  );
  const heading = ['model', '', 'layer', 'state', 'norm at 0', 'half-life', 'later', `left at ${distance}`];
  return [
    `gradient of one loss by the states before it, mean norm at ${positions} positions`,
    '',
    ...table([heading, ...states], [2, 4, 5, 6, 7]),
    '',
    ...table(
      [['model', '', 'layer', 'Wh', 'largest singular value', '< 0.1', '> 0.9'], ...weightRows(flows)],
      [2, 4, 5, 6],
    ),
  ];
}

/** For each block of each recurrent matrix, its largest singular value, and how often a gate is saturated. */
const weightRows = (flows: readonly NamedFlow[]): string[][] =>
  flows.flatMap((flow) =>
    flow.spectra.flatMap(({ layer, whole, blocks }) => {
      const place = [...nameOf(flow), String(layer)];
      const rows = blocks.map(({ block, largest }) => {
        const gate = flow.gates.find((gate) => gate.layer === layer && gate.gate === block);
        const shares = gate ? [percent(gate.left), percent(gate.right)] : ['', ''];
        return [...place, block, largest.toFixed(3), ...shares];
      });
      return rows.length > 1 ? [...rows, [...place, 'all', whole.toFixed(3), '', '']] : rows;
    }),
  );

const nameOf = ({ name, cell, layers, hidden }: NamedFlow): [string, string] => [
  visible(name),
  `${name === cell ? '' : `${cell} `}${layers}×${hidden}`,
];

function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const [heading, ...lines] = formatTable(rows, right);
  return [outputColour.dim(heading), ...lines];
}

const lifeText = (halfLife: number | null, distance: number): string =>
  halfLife === null ? `> ${distance}` : halfLife.toFixed(1);

/** A share to two digits: `0.034`, `2.1e-9`. */
const short = (share: number): string => String(Number(share.toPrecision(2)));

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/**
 * Returns curves over the distance: of all layers of one model, or of one layer of several.
 * @param layer the top one of each of several models if not given
 */
export function flowCurves(flows: readonly NamedFlow[], layer: number | undefined): Curve[] {
  return flows.flatMap(({ name, layers, curves }) => {
    const isWhole = flows.length === 1 && layer === undefined;
    const shown = curves.filter((curve) => isWhole || curve.layer === (layer ?? layers - 1));
    const hasStates = curves.some(({ state }) => state !== 'h');
    return shown.flatMap((curve) => {
      if (!(curve.norms[0] > 0)) return [];
      const parts = [name, ...(layers > 1 ? [`layer ${curve.layer}`] : []), ...(hasStates ? [curve.state] : [])];
      return [{ name: parts.join(' '), points: curve.norms.map((y, x) => ({ x, y: y / curve.norms[0] })) }];
    });
  });
}

/** The axes of these curves. */
export const flowAxes = ({ distance }: NamedFlow): Axes => ({
  x: 'characters back',
  y: 'gradient, as a share of that at distance 0',
  isLogarithmic: true,
  legend: ({ points }) => `half-life ${lifeText(halfLifeOf(points.map(({ y }) => y)), distance)}`,
});
