import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, type ExitCode } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { scoringOptions as table } from '../options/measuring-options.js';
import { isFirst, launched } from '../parallel/launcher.js';
import type { World } from '../parallel/world.js';
import { Highest, type ScoredLine, score as scoreLines } from '../scoring/score.js';
import { say } from '../terminal/messages.js';
import { isTerminal, write } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { scoreText, surpriseOf } from '../terminal/score-lines.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { amongRanks, factsOf } from './among-ranks.js';
import type { Handler, Invocation } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

export const score: Handler = async ({ words, typed }) => {
  const options = valuesOf(table, typed);
  const { sort, top, above, total: isTotal, color, json, perCharacter, dynamic } = options;
  const { paths, files } = namesIn(words, options.model);
  if (dynamic && 'context' in typed && options.context === 'line') {
    throw new CharrnnError('--dynamic: reads all lines as one text; leave out --context line', 2);
  }
  if (color && (json || perCharacter)) {
    throw new CharrnnError('--color: cannot be combined with --json or --per-character; leave one of them out', 2);
  }
  exitOnInterrupt();
  const work = async (world?: World): Promise<ExitCode> => {
    const load = async (): Promise<Checkpoint[]> => {
      const checkpoints: Checkpoint[] = [];
      for (const path of paths) {
        const checkpoint = await loadCheckpoint(path, dynamic ? 'moments' : 'record');
        requireTask(checkpoint, ['text'], path);
        checkpoints.push(checkpoint);
      }
      return checkpoints;
    };
    const checkpoints = await (world ? world.agree(load, factsOf) : load());
    const encoding = options.encoding ?? checkpoints[0].training?.config.data.encoding ?? 'utf8';
    const { context, threads, backend, dynamicSegment: segment, dynamicRate: rate, dynamicDecay: decay } = options;
    const format = {
      ...{ encoding, isTotal, names: paths.map(nameOf), isForTerminal: isTerminal() },
      kind: perCharacter ? 'characters' : json ? 'json' : color ? 'colour' : 'plain',
    } as const;
    /** Blank and very short lines have high rates that mean nothing, so they come last. */
    const rankOf = (line: ScoredLine): number => {
      const characters = line.scores[0].counted - 1;
      return !isTotal && characters < options.minLength ? Number.NEGATIVE_INFINITY : surpriseOf(line, isTotal);
    };
    const isShown = isFirst(world);
    const highest = sort || top !== undefined ? new Highest<ScoredLine>(top ?? Number.POSITIVE_INFINITY) : undefined;
    const isStreaming = highest === undefined && isTerminal();
    const task = isStreaming || !isShown ? undefined : new Task();
    let count = 0;
    const blocks = scoreLines({
      ...{ checkpoints, files, context, encoding, threads, backend, world },
      dynamic: dynamic ? { segment, rate, decay } : undefined,
      isDetailed: perCharacter || color,
      onNotice: (message) => {
        if (isShown) say(spelledText(message));
      },
    });
    try {
      for await (const block of blocks) {
        const lines = block.filter((line) => above === undefined || rankOf(line) > above);
        count += block.length;
        if (!isShown) continue;
        task?.show(`${count.toLocaleString('en')} lines`);
        if (highest) for (const line of lines) highest.add(line, rankOf(line));
        else if (!(await write(scoreText(lines, format)))) {
          world?.abort(0);
          return 0;
        }
      }
    } finally {
      task?.close();
      // If the reader of the scores has gone away, do not wait for the rest of the text.
      if (files.some(isStandardInput)) process.stdin.destroy();
    }
    if (highest && isShown) await write(scoreText(highest.sorted(), format));
    return 0;
  };
  // Lines that go on from each other, and a model that learns from them, are read one after the other.
  if (dynamic || options.context === 'stream') return isFirst(launched()) ? work() : 0;
  return amongRanks([...paths, ...files], options.rankTimeout, work);
};

/** Returns the checkpoints and the texts: with --model, all words are texts. */
function namesIn(
  { checkpoint, file }: Invocation['words'],
  model: readonly string[],
): { paths: readonly string[]; files: readonly string[] } {
  const words = [...checkpoint, ...file];
  const paths = model.length > 0 ? model : words.splice(0, 1);
  if (paths.length === 0) throw new CharrnnError('a checkpoint is missing', 2);
  const files = words.length > 0 ? words : ['-'];
  const readers = [...paths, ...files].filter(isStandardInput);
  if (readers.length > 1) {
    throw new CharrnnError('standard input: the text or a checkpoint, not both; give one of them as a file', 2);
  }
  return { paths, files };
}

/** Returns the short name of a model: its file name without extension. */
const nameOf = (path: string): string => path.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
