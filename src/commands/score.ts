import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { scoringOptions as table } from '../options/measuring-options.js';
import type { Command, Parsed } from './command.js';
import { givenOptions, valuesOf } from './values.js';

export const score: Command = {
  options: table,
  arguments: {
    checkpoint: { describe: 'checkpoint file, unless --model names it', is: 'json' },
    file: { describe: 'text to score; standard input if not given', is: '' },
  },
  examples: [
    ['$0 score model.json < app.log', 'bits per character, a tab, the line'],
    ['$0 score model.json app.log --top 20', 'the twenty strangest lines'],
    ['$0 score --model en.json --model de.json letters.txt', 'which model fits each line best'],
    ['tail -f app.log | $0 score model.json --above 4', 'strange lines as they come'],
  ],

  handler: async (parsed) => {
    const {
      model,
      sort,
      top,
      above,
      total: isTotal,
      color,
      json,
      context,
      threads,
      backend,
      ...options
    } = valuesOf(table, parsed);
    const { paths, files } = namesIn(parsed, model);
    const { dynamic, 'per-character': perCharacter } = options;
    const given = givenOptions(table, parsed);
    if (dynamic && given.has('context') && context === 'line') {
      throw new CharrnnError('--dynamic: reads one text that goes on; leave --context line out', 2);
    }
    if (color && (json || perCharacter)) {
      throw new CharrnnError('--color: not with --json or --per-character; leave one of them out', 2);
    }
    const [{ loadCheckpoint }, work, { Highest }, { exitOnInterrupt }, output, { say }, { Task }, report] =
      await Promise.all([
        import('../checkpoint/read.js'),
        import('../scoring/score.js'),
        import('../scoring/top-k.js'),
        import('../terminal/signals.js'),
        import('../terminal/output.js'),
        import('../terminal/messages.js'),
        import('../terminal/spinner.js'),
        import('../terminal/score-lines.js'),
      ]);

    exitOnInterrupt();
    const checkpoints = [];
    for (const path of paths) checkpoints.push(await loadCheckpoint(path));
    const encoding = options.encoding ?? checkpoints[0].training?.options.encoding ?? 'utf8';
    const { 'dynamic-segment': segment, 'dynamic-rate': rate, 'dynamic-decay': decay } = options;
    const format = {
      ...{ encoding, isTotal, names: paths.map(nameOf), isForTerminal: output.isTerminal() },
      kind: perCharacter ? 'characters' : json ? 'json' : color ? 'colour' : 'plain',
    } as const;
    const highest = sort || top !== undefined ? new Highest<Scored>(top ?? Number.POSITIVE_INFINITY) : undefined;
    const isStreaming = highest === undefined && output.isTerminal();
    const task = isStreaming ? undefined : new Task();
    let count = 0;
    const blocks = work.score({
      ...{ checkpoints, files, context, encoding, threads, backend },
      dynamic: dynamic ? { segment, rate, decay } : undefined,
      isDetailed: perCharacter || color,
      onNotice: say,
    });
    try {
      for await (const block of blocks) {
        const lines = block.filter((line) => above === undefined || report.surpriseOf(line, isTotal) > above);
        count += block.length;
        void task?.show(`${count.toLocaleString('en')} lines`);
        if (highest) for (const line of lines) highest.add(line, report.surpriseOf(line, isTotal));
        else if (!(await output.write(report.scoreText(lines, format)))) return 0;
      }
    } finally {
      task?.close();
      // Where the reader of the scores has gone away, nobody waits for the rest of the text.
      if (files.some(isStandardInput)) process.stdin.destroy();
    }
    if (highest) await output.write(report.scoreText(highest.sorted(), format));
    return 0;
  },
};

type Scored = import('../scoring/score.js').ScoredLine;

/** The checkpoints and the texts: with --model, everything else is a text. */
function namesIn({ checkpoint, file = [] }: Parsed, model: readonly string[]): { paths: string[]; files: string[] } {
  const words = [checkpoint, ...(file as readonly unknown[])].filter((word) => word !== undefined).map(String);
  const paths = model.length > 0 ? [...model] : words.splice(0, 1);
  if (paths.length === 0) throw new CharrnnError('a checkpoint is missing', 2);
  const files = words.length > 0 ? words : ['-'];
  const readers = [...paths, ...files].filter(isStandardInput);
  if (readers.length > 1) {
    throw new CharrnnError('standard input: the text or a checkpoint, not both; give one of them as a file', 2);
  }
  return { paths, files };
}

/** A model as people call it: its file without folder and extension. */
const nameOf = (path: string): string => path.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
