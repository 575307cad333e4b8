import type { ExitCode } from '../errors.js';
import {
  beginningOptions,
  corpusOptions,
  engineOptions,
  trainingOptions,
  trainOutputOptions,
} from '../options/training-options.js';
import type { TrainingEvent } from '../training/events.js';
import type { Command } from './command.js';
import { continuation, type Log, outputPath } from './train-output.js';
import { givenOptions, valuesOf } from './values.js';

const table = {
  ...beginningOptions,
  ...trainingOptions,
  ...corpusOptions,
  ...engineOptions,
  ...trainOutputOptions,
};

export const train: Command = {
  options: table,
  arguments: { corpus: { describe: 'files, folders, globs in quotes, or - for standard input', is: '' } },
  examples: [
    ['$0 train novel.txt', 'train on one file'],
    ['$0 train "stories/**/*.txt" -o stories.json', 'train on many'],
    ['$0 train novel.txt --minutes 10 --hidden 256', 'a larger model, ten minutes'],
    ['curl -s example.org/novel.txt | $0 train -', 'train on what another program writes'],
    ['$0 train novel.txt --resume model.json', 'go on where a training was interrupted'],
    ['$0 train poems.txt --init-from model.json', 'begin with what another training has learnt'],
    ['$0 train novel.txt --hidden 512 --dry-run', 'how much memory and time that would take'],
    ['$0 train --hidden 256 --print-config > my.json', 'options in a file, for --config my.json'],
    ['$0 train novel.txt --log course.jsonl', 'the course of the training, for a plot'],
    ['$0 train novel.txt --json > events.jsonl', 'events for another program'],
  ],

  handler: async (parsed) => {
    const output = valuesOf(trainOutputOptions, parsed);
    const beginning = valuesOf(beginningOptions, parsed);
    const engine = valuesOf(engineOptions, parsed);
    const given = givenOptions(table, parsed);
    const options = { ...valuesOf(trainingOptions, parsed), ...valuesOf(corpusOptions, parsed) };
    const [work, { intervalOf }, { progressFor }, terminal, { JsonLines }] = await Promise.all([
      import('../training/train.js'),
      import('../training/schedule.js'),
      import('../terminal/progress.js'),
      import('../terminal/signals.js'),
      import('../terminal/output.js'),
    ]);

    const corpus = [parsed.corpus].flat().map(String);
    const path = outputPath(output, given, beginning.resume);
    const saveEvery = intervalOf('save-every', output['save-every']);
    const run = {
      origin: {
        resume: beginning.resume,
        initFrom: beginning['init-from'],
        extendVocabulary: beginning['extend-vocabulary'],
      },
      ...{ corpus, output: path, options, engine, given, saveEvery },
      sampleEvery: output['sample-every'],
      keep: output.keep,
      recipe: { preset: beginning.preset },
    };
    if (output['dry-run']) return (await import('./train-output.js')).showPlan(run, output);
    const stop = new AbortController();
    const progress = await progressFor(output);
    const json = output.json ? new JsonLines(() => stop.abort()) : undefined;
    const onEvent = (event: TrainingEvent): void => {
      json?.write(event);
      progress.show(event);
    };
    let log: Log | undefined;
    let exitCode: ExitCode = 0;
    let hasBegun = false;
    const forget = terminal.onInterrupt((signal) => {
      exitCode = terminal.exitCodeOf(signal);
      if (!hasBegun) {
        progress.close();
        progress.say(terminal.interrupted(0));
        terminal.leave(signal);
      }
      progress.say('finishing this step and saving; interrupt again to leave at once');
      stop.abort();
    });
    try {
      log = await (await import('./train-output.js')).openLog(output, path, onEvent);
      const finished = await work.train({
        ...run,
        signal: stop.signal,
        onEvent: (event) => {
          hasBegun ||= event.event === 'started';
          log?.onEvent(event);
          onEvent(event);
        },
      });
      await json?.end();
      if (finished.reason !== 'interrupted' || json?.isReaderGone) return 0;
      progress.say(terminal.interrupted(finished.step, await continuation({ corpus, path, parsed })));
      return exitCode;
    } finally {
      forget();
      await log?.close();
      progress.close();
    }
  },
};
