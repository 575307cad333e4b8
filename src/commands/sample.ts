import { randomInt } from 'node:crypto';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { samplingOptions as table } from '../options/sampling-options.js';
import { piecesOf } from '../sampling/parallel-sample.js';
import { say } from '../terminal/messages.js';
import { writeSampled } from '../terminal/sampled-text.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { sampleTexts } from './sample-texts.js';
import { type Conflicts, refuseConflicts, valuesOf } from './values.js';

/** What `--best` searches with. */
const BEST = 16;

const drawing = ['temperature', 'topK', 'topP', 'minP', 'seed', 'count', 'unique', 'novel'];
const conflicts: Conflicts = {
  beam: drawing,
  best: ['beam', ...drawing],
  primeFile: ['prime'],
  null: ['separator'],
  json: ['separator', 'null', 'color', 'raw'],
};

export const sample: Handler = async ({ words, typed }) => {
  const [path] = words.checkpoint;
  const options = valuesOf(table, typed);
  refuseConflicts(conflicts, typed);
  if (options.keepStop && options.stop.length === 0) throw new CharrnnError('--keep-stop: needs --stop', 2);
  const fromInput = [path, options.primeFile, options.novel].filter((file) => file === '-');
  if (fromInput.length > 1) throw new CharrnnError('-: standard input can be read only once; give a file', 2);

  exitOnInterrupt();
  const { prime, separator, ...texts } = await sampleTexts(options);
  const checkpoint = await loadCheckpoint(path, 'model');
  const beam = options.best ? BEST : options.beam;
  const seed = options.seed ?? randomInt(table.seed.to);
  const isDrawn = beam === undefined && options.temperature > 0;
  if (options.seed === undefined && isDrawn) say(`seed ${seed}`);
  const { json, color, raw, noEcho } = options;
  const onNotice = (message: string): void => say(message);
  const request = { ...options, ...texts, prime, beam, seed, probabilities: json || color, onNotice };
  await writeSampled(piecesOf(checkpoint, request), { prime: noEcho ? '' : prime, separator, json, color, raw });
  return 0;
};
