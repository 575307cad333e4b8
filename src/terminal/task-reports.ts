import { type Agreement, type LabelFigures, largestConfusions } from '../answering/confusion.js';
import type { ExamplesMeasurement, LabelMeasurement, WritingMeasurement } from '../answering/measure-examples.js';
import { formatCount, formatTable, visible } from '../format.js';
import { outputColour } from './capabilities.js';

/** The most confusions that are listed in place of a matrix. */
const MOST_CONFUSIONS = 10;

/** Formats a measurement on examples as tables. @param width columns of the terminal */
export const exampleLines = (measured: ExamplesMeasurement, width: number): string[] =>
  measured.task === 'label' ? labelMeasurementLines(measured, width) : writingLines(measured);

function writingLines({
  examples,
  unknown,
  predictions,
  exact,
  nats,
  bits,
  perplexity,
  characterErrorRate,
}: WritingMeasurement) {
  const heading = ['examples', 'predicted', 'unknown', 'nats', 'bits', 'perplexity', 'exact'];
  const counts = [examples, predictions, unknown].map(formatCount);
  const row = [...counts, fixed(nats), fixed(bits), fixed(perplexity, 3), fixed(exact)];
  if (characterErrorRate !== undefined) {
    heading.push('character errors');
    row.push(fixed(characterErrorRate));
  }
  return table([heading, row], 0);
}

function labelMeasurementLines(measured: LabelMeasurement, width: number): string[] {
  const { examples, accuracy, macroF1, nats, unknown } = measured;
  const heading = ['examples', 'accuracy', 'macro-F1', 'nats', 'unknown'];
  const row = [formatCount(examples), ...[accuracy, macroF1, nats].map((value) => fixed(value)), formatCount(unknown)];
  const summary = table([heading, row], 0);
  const matrix = table(matrixRows(measured));
  if (matrix.every((line) => line.length <= width)) return [...summary, '', ...matrix];
  return [...summary, '', ...table(labelRows(measured)), ...confusionLines(measured)];
}

const figureHeading = ['precision', 'recall', 'F1'];
const figureCells = ({ precision, recall, f1 }: LabelFigures): string[] =>
  [precision, recall, f1].map((value) => fixed(value));

/** A row for each true label, a column for each answer. */
function matrixRows({ labels, confusion }: Agreement): string[][] {
  const columns = confusion[0].map((_, j) => visible(labels[j].label));
  const rows = labels.map((own, i) => [visible(own.label), ...confusion[i].map(formatCount), ...figureCells(own)]);
  return [['label \\ answer', ...columns, ...figureHeading], ...rows];
}

function labelRows({ labels }: Agreement): string[][] {
  const rows = labels.map((own) => {
    return [visible(own.label), formatCount(own.examples), formatCount(own.answers), ...figureCells(own)];
  });
  return [['label', 'examples', 'answers', ...figureHeading], ...rows];
}

function confusionLines(measured: Agreement): string[] {
  const rows = largestConfusions(measured, MOST_CONFUSIONS).map(({ label, answer, count }) => {
    return [visible(label), visible(answer), formatCount(count)];
  });
  return rows.length === 0 ? [] : ['', ...table([['label', 'wrong answer', 'count'], ...rows], 2)];
}

/** Aligns rows under their heading. @param right the first column of numbers */
function table(rows: readonly (readonly string[])[], right = 1): string[] {
  const numbers = rows[0].map((_, column) => column).filter((column) => column >= right);
  const [heading, ...lines] = formatTable(rows, numbers);
  return [outputColour.dim(heading), ...lines];
}

const fixed = (value: number | null, digits = 4): string => value?.toFixed(digits) ?? '-';
