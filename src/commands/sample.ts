import { CharrnnError } from '../errors.js';
import { samplingOptions as table } from '../options/sampling-options.js';
import type { Command } from './command.js';
import { type Conflicts, givenOptions, refuseConflicts, valuesOf } from './values.js';

/** What `--best` searches with. */
const BEST = 16;

const drawing = ['temperature', 'top-k', 'top-p', 'min-p', 'seed', 'count', 'unique', 'novel'];
const conflicts: Conflicts = {
  beam: drawing,
  best: ['beam', ...drawing],
  'prime-file': ['prime'],
  null: ['separator'],
  json: ['separator', 'null', 'color', 'raw'],
};

export const sample: Command = {
  options: table,
  arguments: { checkpoint: { describe: 'checkpoint file, or - for standard input', is: 'json' } },
  examples: [
    ['$0 sample model.json', 'a thousand characters'],
    ['$0 sample model.json -n 200 -t 0.7', 'fewer, and tamer'],
    ['$0 sample model.json --prime "Once upon"', 'continue a text'],
    ['$0 sample model.json --prime="-- Hm"', 'a text that begins with a dash'],
    ['$0 sample model.json --seed 7', 'the same text every time'],
    ['$0 sample names.json --lines 1 --count 20 --unique --novel names.txt', 'twenty new names'],
  ],

  handler: async (parsed) => {
    const path = String(parsed.checkpoint);
    const options = valuesOf(table, parsed);
    refuseConflicts(conflicts, givenOptions(table, parsed));
    if (options['keep-stop'] && options.stop.length === 0) throw new CharrnnError('--keep-stop: needs --stop', 2);
    const fromInput = [path, options['prime-file'], options.novel].filter((file) => file === '-');
    if (fromInput.length > 1) throw new CharrnnError('-: standard input can be read but once; give a file', 2);

    const [{ loadModel }, { piecesOf }, { samplingTexts }, { writeSampled }, { exitOnInterrupt }, { say }] =
      await Promise.all([
        import('../checkpoint/read.js'),
        import('../sampling/parallel-sample.js'),
        import('./sample-texts.js'),
        import('../terminal/sampled-text.js'),
        import('../terminal/signals.js'),
        import('../terminal/messages.js'),
      ]);
    exitOnInterrupt();
    const { prime, separator, ...texts } = await samplingTexts(options);
    const checkpoint = await loadModel(path);
    const beam = options.best ? BEST : options.beam;
    const seed = options.seed ?? (await newSeed());
    if (options.seed === undefined && beam === undefined) say(`seed ${seed}`);
    const { json, color, raw, 'no-echo': isSilent } = options;
    const request = { ...options, ...texts, prime, beam, seed, probabilities: json || color, onNotice: say };
    const style = { prime: isSilent ? '' : prime, separator, json, color, raw };
    await writeSampled(await piecesOf(checkpoint, request), style);
    return 0;
  },
};

async function newSeed(): Promise<number> {
  const { randomInt } = await import('node:crypto');
  return randomInt(table.seed.to);
}
