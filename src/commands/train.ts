import { CharrnnError, type ExitCode } from '../errors.js';
import { beginningOptions, corpusOptions, engineOptions, trainingOptions, trainOutputOptions } from '../options.js';
import type { Command } from './command.js';
import { continuation } from './continuation.js';
import { declareOptions } from './options.js';
import { givenOptions, refuseUnknown, valuesOf } from './values.js';

const table = {
  ...beginningOptions,
  ...trainingOptions,
  ...corpusOptions,
  ...engineOptions,
  ...trainOutputOptions,
};

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
      .example('$0 train novel.txt --resume model.json', 'go on where a training was interrupted')
      .example('$0 train poems.txt --init-from model.json', 'begin with what another training has learnt')
      .example('$0 train novel.txt --hidden 512 --dry-run', 'how much memory and time that would take')
      .example('$0 train novel.txt --json > events.jsonl', 'events for another program'),

  handler: async (parsed) => {
    refuseUnknown(table, ['corpus'], parsed);
    const output = valuesOf(trainOutputOptions, parsed);
    const beginning = valuesOf(beginningOptions, parsed);
    const engine = valuesOf(engineOptions, parsed);
    const given = givenOptions(table, parsed);
    const options = { ...valuesOf(trainingOptions, parsed), ...valuesOf(corpusOptions, parsed) };
    const [work, { intervalOf }, { progressFor }, terminal, { JsonLines }] = await Promise.all([
      import('../training/train.js'),
      import('../training/interval.js'),
      import('../terminal/progress.js'),
      import('../terminal/interrupt.js'),
      import('../terminal/json-lines.js'),
    ]);

    const corpus = [parsed.corpus].flat().map(String);
    const path = outputPath(given.has('output') ? output.output : undefined, beginning.resume) ?? output.output;
    if (output.json && isStandardOutput(path)) {
      throw new CharrnnError(
        `--json: standard output takes the checkpoint; leave it out, or give a file as --output`,
        2,
      );
    }
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
    if (output['dry-run']) return (await import('./dry-run.js')).showPlan(run, output);
    const stop = new AbortController();
    const progress = await progressFor(output);
    const json = output.json ? new JsonLines(() => stop.abort()) : undefined;
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
      const finished = await work.train({
        ...run,
        signal: stop.signal,
        onEvent: (event) => {
          hasBegun ||= event.event === 'started';
          json?.write(event);
          progress.show(event);
        },
      });
      await json?.end();
      if (finished.reason !== 'interrupted' || json?.isReaderGone) return 0;
      progress.say(terminal.interrupted(finished.step, await continuation({ corpus, path, parsed })));
      return exitCode;
    } finally {
      forget();
      progress.close();
    }
  },
};

/** Where a checkpoint goes: `-` is standard output; a run that goes on is saved where it came from. */
function outputPath(output: string | undefined, resume: string | undefined): string | undefined {
  if (output !== undefined) return output === '-' ? '/dev/stdout' : output;
  if (resume === '-' || resume === '/dev/stdin') {
    throw new CharrnnError(`--resume ${resume}: standard input cannot be written back; give an --output`, 2);
  }
  return resume;
}

const isStandardOutput = (path: string): boolean => /^\/dev\/(stdout|fd\/1)$/.test(path);
