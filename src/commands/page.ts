import { basename } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError, type Message } from '../errors.js';
import { sizeOfFile, writeWhole } from '../files/atomic-write.js';
import { isStandardInput } from '../files/paths.js';
import { formatBytes, formatLoss, shownName, someOf } from '../format.js';
import { pageOptions as table } from '../options/page-options.js';
import { cardOf } from '../pages/model-card.js';
import { checkPageTarget } from '../pages/page-target.js';
import { checkPlayable, playData, playPage, roundedToHalf } from '../pages/play.js';
import type { RoundingCost } from '../pages/play-data.js';
import { namesOf } from '../pages/report.js';
import { measure } from '../scoring/measure.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { writeText } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { shellQuoted, spelledText, trainingCommand } from './spelling.js';
import { valuesOf } from './values.js';

export const page: Handler = async ({ words, typed }) => {
  const options = valuesOf(table, typed);
  const [path] = words.checkpoint;
  const { output, quiet, precision, text, split, prime, temperature, topP, length, seed } = options;
  const settings = { prime, temperature, topP, length, seed };
  if (text.length > 0 && precision !== 'half') {
    throw new CharrnnError('--text: measures what half precision costs; add --precision half', 2);
  }
  if (split !== 'all' && text.length === 0) {
    throw new CharrnnError(`--split ${split}: needs the corpus of the training run; give it with --text`, 2);
  }
  if ([path, ...text].filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: can be read only once; give a file', 2);
  }
  if (output === path && output !== '-') {
    throw new CharrnnError(`--output ${output}: is the checkpoint; give another file`, 2);
  }
  exitOnInterrupt();
  const exact = await loadCheckpoint(path, 'record');
  const [name] = path === '-' ? ['a model'] : namesOf([path]);
  checkPlayable({ name: path, checkpoint: exact, precision, settings });
  if (output !== '-') await checkPageTarget(output);
  const checkpoint = precision === 'half' ? roundedToHalf(exact, path) : exact;
  const cost = text.length > 0 ? await costOf(exact, checkpoint, options) : null;
  const commandOf = (config: Parameters<typeof trainingCommand>[0]): string =>
    ['charrnn', ...trainingCommand(config)].map(shellQuoted).join(' ');
  const card = cardOf(exact, await sizeOfFile(path), commandOf);
  const data = playData({ name, title: options.title ?? name, checkpoint, precision, card, settings }, cost);
  const pieces = await playPage(data);
  if (output === '-') {
    await writeText(pieces, true);
    return 0;
  }
  const { bytes } = await writeWhole(output, pieces);
  if (cost && !quiet) say(costLine(cost));
  if (!quiet) say(`${shownName(output)}: ${formatBytes(bytes)}`);
  return 0;
};

type Options = ReturnType<typeof valuesOf<typeof table>>;

/** Measures a text with the weights as they are and as the page has them. */
async function costOf(exact: Checkpoint, rounded: Checkpoint, options: Options): Promise<RoundingCost> {
  const { text: corpus, split, threads, backend } = options;
  const encoding = options.encoding ?? exact.training?.config.data.encoding ?? 'utf8';
  const task = new Task();
  const onProgress = (what: string, share: number): void => task.show(`${what}: ${Math.floor(100 * share)}%`);
  const onNotice = (message: Message): void => say(noticeLine(spelledText(message)));
  const lossOf = async (parameters: Checkpoint['parameters']): Promise<number> => {
    const checkpoint = { ...exact, parameters };
    const request = { checkpoint, corpus, split, encoding, warmUp: 0, threads, backend, onNotice, onProgress };
    return (await measure(request)).total.nats ?? Number.POSITIVE_INFINITY;
  };
  try {
    const single = await lossOf(exact.parameters);
    const half = await lossOf(rounded.parameters);
    const part = { all: '', training: 'what training read of ', validation: 'what training held out of ' }[split];
    // The page may go to others: it does not tell where the files are.
    const names = corpus.map((path) => (isStandardInput(path) ? 'standard input' : basename(path)));
    return { text: `${part}${someOf(names, 3)}`, single, half };
  } finally {
    task.close();
  }
}

/** Tells what half precision costs. */
function costLine({ text, single, half }: RoundingCost): string {
  const difference = half - single;
  const change = `${difference < 0 ? '−' : '+'}${Math.abs(difference).toExponential(1)} nats`;
  return `${shownName(text)}: ${formatLoss(half)} in half precision, ${formatLoss(single)} before: ${change} a character`;
}
