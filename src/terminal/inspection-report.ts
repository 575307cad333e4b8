import { formatBytes, formatCount, quoteCharacter, visible } from '../format.js';
import type { Inspection, Losses, ParameterInspection, TrainingInspection } from '../inspect/inspection.js';
import { outputColour } from './colour.js';
import { formatLoss, formatTable } from './format.js';
import { shellQuoted } from './shell.js';

/** Characters of a vocabulary that are shown. */
const SHOWN = 400;

/** What is in a checkpoint, for people. @param width columns of the terminal */
export function inspectionLines(path: string, inspection: Inspection, width: number): string[] {
  const { model, parameters, training, bytes } = inspection;
  const size = bytes === null ? '' : `, ${formatBytes(bytes)}`;
  const counted = `${formatCount(model.parameters)} parameters`;
  return [
    `${outputColour.bold(visible(path))}: ${model.cell} ${model.layers}×${model.hidden}, ${counted}${size}`,
    '',
    ...vocabularyLines(inspection, width),
    '',
    ...parameterLines(parameters),
    '',
    ...(training ? trainingLines(training) : ['training    none: made for sampling alone']),
  ];
}

/** The characters one behind the other, those that do not show as JavaScript writes them. */
function vocabularyLines({ model, vocabulary }: Inspection, width: number): string[] {
  const { characters, unknown } = vocabulary;
  const words = characters.slice(0, SHOWN).map((character) => {
    // A space alone would not be seen; a quotation mark needs no backslash.
    if (character === ' ') return '" "';
    return character === '"' ? character : quoteCharacter(character.codePointAt(0) ?? 0).slice(1, -1);
  });
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length + 1 + word.length > Math.min(width, 100)) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  const left = characters.length - words.length;
  if (left > 0) lines.push(`  … and ${formatCount(left)} more; --json has all`);
  const rest = unknown ? ', one of them for all unknown characters' : '';
  return [outputColour.dim(`vocabulary of ${formatCount(model.vocabulary)}${rest}`), ...lines];
}

function parameterLines(parameters: readonly ParameterInspection[]): string[] {
  const rows = parameters.map(({ name, shape, count, norm, mean, min, max }) => {
    return [name, shape.join('×'), formatCount(count), ...[norm, mean, min, max].map(formatValue)];
  });
  const heading = ['parameter', 'shape', 'count', 'norm', 'mean', 'min', 'max'];
  const [first, ...lines] = formatTable([heading, ...rows], [2, 3, 4, 5, 6]);
  return [outputColour.dim(first), ...lines];
}

/** Four digits, in the shorter of the two ways to write them. */
const formatValue = (value: number): string => String(Number(value.toPrecision(4)));

function trainingLines(training: TrainingInspection): string[] {
  const { step, totalSteps, epoch, loss, validationLoss, best, seed, corpus, command } = training;
  const total = totalSteps === null ? '' : ` of ${formatCount(totalSteps)}`;
  const rows = [
    ['training', `${formatCount(step)}${total} steps, ${epoch.toFixed(2)} epochs, seed ${seed}`],
    ['loss', lossText(loss)],
    ['validation', lossText(validationLoss)],
    ['best', lossText(best)],
    ['corpus', `${formatCount(corpus.characters)} characters, sha256 of its symbols ${corpus.sha256}`],
    ['repeat', ['charrnn', ...command].map(shellQuoted).join(' ')],
  ];
  return formatTable(rows.filter(([, text]) => text !== ''));
}

const lossText = (losses: Losses | null): string =>
  losses ? `${formatLoss(losses.loss)} at step ${formatCount(losses.step)}, epoch ${losses.epoch.toFixed(2)}` : '';
