import { corpusOptions, engineOptions, trainingOptions, trainOutputOptions } from '../options.js';
import type { Command } from './command.js';
import { declareOptions } from './options.js';
import { givenOptions, refuseUnknown, valuesOf } from './values.js';

const table = { ...trainingOptions, ...corpusOptions, ...engineOptions, ...trainOutputOptions };

export const train: Command = {
  command: 'train <corpus..>',
  describe: 'train a model on text, and save it as a checkpoint',

  builder: (yargs) =>
    declareOptions(yargs, table)
      .positional('corpus', {
        describe: 'files, folders, globs in quotes, or - for standard input',
        default: undefined,
      })
      .example('$0 train novel.txt', 'train on one file')
      .example('$0 train "stories/**/*.txt" -o stories.json', 'train on many')
      .example('$0 train novel.txt --minutes 10 --hidden 256', 'a larger model, ten minutes')
      .example('curl -s example.org/novel.txt | $0 train -', 'train on what another program writes')
      .example('$0 train novel.txt --hidden 512 --dry-run', 'how much memory and time that would take')
      .example('$0 train novel.txt --json > events.jsonl', 'events for another program'),

  handler: async (parsed) => {
    refuseUnknown(table, ['corpus'], parsed);
    const output = valuesOf(trainOutputOptions, parsed);
    const options = { ...valuesOf(trainingOptions, parsed), ...valuesOf(corpusOptions, parsed) };
    if (output['dry-run']) {
      const { showPlan } = await import('./dry-run.js');
      const [engine, given] = [valuesOf(engineOptions, parsed), givenOptions(table, parsed)];
      const run = { corpus: corpusOf(parsed), output: output.output, options, engine, given };
      return showPlan({ ...run, sampleEvery: output['sample-every'] }, output);
    }
    const [work, { progressFor }, { interrupted, onInterrupt }, { JsonLines }] = await Promise.all([
      import('../training/run.js'),
      import('../terminal/progress.js'),
      import('../terminal/interrupt.js'),
      import('../terminal/json-lines.js'),
    ]);

    const stop = new AbortController();
    const progress = await progressFor(output);
    const json = output.json ? new JsonLines(() => stop.abort()) : undefined;
    const forget = onInterrupt(() => {
      progress.say('finishing this step and saving; interrupt again to leave at once');
      stop.abort();
    });
    try {
      const finished = await work.train({
        corpus: corpusOf(parsed),
        output: output.output,
        options,
        engine: valuesOf(engineOptions, parsed),
        given: givenOptions(table, parsed),
        sampleEvery: output['sample-every'],
        signal: stop.signal,
        onEvent: (event) => {
          json?.write(event);
          progress.show(event);
        },
      });
      await json?.end();
      if (finished.reason !== 'interrupted' || json?.isReaderGone) return 0;
      progress.say(interrupted(finished.step, output.output));
      return 130;
    } finally {
      forget();
      progress.close();
    }
  },
};

function corpusOf({ corpus }: { readonly corpus?: unknown }): string[] {
  return [corpus].flat().map(String);
}
