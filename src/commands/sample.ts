import { samplingOptions as table } from '../options.js';
import type { Command } from './command.js';
import { valuesOf } from './values.js';

export const sample: Command = {
  options: table,
  arguments: { checkpoint: { describe: 'checkpoint file, or - for standard input', is: 'json' } },
  examples: [
    ['$0 sample model.json', 'a thousand characters'],
    ['$0 sample model.json -n 200 -t 0.7', 'fewer, and tamer'],
    ['$0 sample model.json --prime "Once upon"', 'continue a text'],
    ['$0 sample model.json --prime="-- Hm"', 'a text that begins with a dash'],
    ['$0 sample model.json --seed 7', 'the same text every time'],
  ],

  handler: async (parsed) => {
    const { raw, ...options } = valuesOf(table, parsed);
    const [{ loadCheckpoint }, work, { writeText }, { exitOnInterrupt }, { say }] = await Promise.all([
      import('../checkpoint/read.js'),
      import('../sampling/sample.js'),
      import('../terminal/output.js'),
      import('../terminal/interrupt.js'),
      import('../terminal/messages.js'),
    ]);

    exitOnInterrupt();
    const checkpoint = await loadCheckpoint(String(parsed.checkpoint));
    const seed = options.seed ?? (await newSeed());
    if (options.seed === undefined) say(`seed ${seed}`);
    await writeText(options.prime, work.sample(checkpoint, { ...options, seed }), raw);
    return 0;
  },
};

async function newSeed(): Promise<number> {
  const { randomInt } = await import('node:crypto');
  return randomInt(table.seed.to);
}
