import { formatCount } from '../format.js';
import type { Figures } from '../scoring/figures.js';
import type { Measurement } from '../scoring/measure.js';
import { outputColour } from './colour.js';
import { formatTable } from './format.js';

/** A table of what was measured, a row for each text and one for all of them, where there are more. */
export function measurementLines(files: readonly Measurement[], total: Measurement): string[] {
  const all = files.length > 1 ? [...files, total] : files;
  const rows = all.flatMap(({ dynamic, ...measured }) => {
    const { name, characters, predictions, unknown } = measured;
    const counts = [characters, predictions, unknown].map(formatCount);
    const fixed = [name, ...counts, ...figures(measured)];
    return dynamic ? [fixed, ['  learning', '', '', '', ...figures(dynamic)]] : [fixed];
  });
  const heading = ['text', 'characters', 'predicted', 'unknown', 'nats', 'bits', 'perplexity'];
  const [first, ...lines] = formatTable([heading, ...rows], [1, 2, 3, 4, 5, 6]);
  return [outputColour.dim(first), ...lines];
}

const figures = ({ nats, bits, perplexity }: Figures): string[] =>
  [nats, bits, perplexity].map((value, i) => value?.toFixed(i < 2 ? 4 : 3) ?? '-');
