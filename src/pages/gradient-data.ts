import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { measureGradientFlow } from '../inspection/gradient-flow.js';
import type { TracedText } from '../inspection/traced-text.js';
import type { BackendName } from '../options/training-options.js';
import type { GradientFlowData, SaturationData } from './report-data.js';

/** The largest distance, and positions in the text that are averaged over. */
const [DISTANCE, POSITIONS] = [100, 40];
/** A shorter distance says nothing. */
const LEAST_DISTANCE = 5;

/** What a backward pass along the text tells about a model. */
export interface BackwardData {
  readonly gradientFlow: GradientFlowData | null;
  readonly saturation: readonly SaturationData[];
}

/** Measures how far back the gradient of a loss reaches, and how often gates are open or shut meanwhile. */
export async function backwardData(
  { model: shape, parameters }: Checkpoint,
  { tokens }: TracedText,
  backend: BackendName,
): Promise<BackwardData> {
  // Before each target as many characters are read as the gradient goes back.
  const distance = Math.min(DISTANCE, Math.floor((tokens.length - 3) / 2));
  if (distance < LEAST_DISTANCE) return { gradientFlow: null, saturation: [] };
  const { curves, gates } = await measureGradientFlow({
    ...{
      name: 'the text',
      shape,
      parameters,
      seed: 0,
      text: tokens,
      distance,
      positions: POSITIONS,
      precision: 'float32',
      backend,
    },
  });
  const rounded = (value: number): number | null => (value > 0 ? Number(value.toPrecision(4)) : null);
  const share = (value: number): number => Number(value.toFixed(4));
  return {
    gradientFlow: {
      distances: Array.from({ length: distance + 1 }, (_, k) => k),
      curves: curves.map(({ layer, state, norms }) => {
        return { name: `layer ${layer}, ${state}`, norms: norms.map((norm) => rounded(norm / norms[0])) };
      }),
    },
    saturation: gates.map(({ layer, gate, leftOfUnits, rightOfUnits }) => {
      return { layer, gate, left: leftOfUnits.map(share), right: rightOfUnits.map(share) };
    }),
  };
}
