import { samplingOptions as table } from '../options.js';
import type { Command } from './command.js';
import { declareOptions } from './options.js';
import { refuseUnknown, valuesOf } from './values.js';

export const sample: Command = {
  command: 'sample <checkpoint>',
  describe: 'write text as a trained model would',

  builder: (yargs) =>
    declareOptions(yargs, table)
      .positional('checkpoint', { describe: 'checkpoint file, or - for standard input' })
      .example('$0 sample model.json', 'a thousand characters')
      .example('$0 sample model.json -n 200 -t 0.7', 'fewer, and tamer')
      .example('$0 sample model.json --prime "Once upon"', 'continue a text')
      .example('$0 sample model.json --prime="-- Hm"', 'a text that begins with a dash')
      .example('$0 sample model.json --seed 7', 'the same text every time'),

  handler: async (parsed) => {
    refuseUnknown(table, ['checkpoint'], parsed);
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
