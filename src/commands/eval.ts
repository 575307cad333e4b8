import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { visibleJson } from '../format.js';
import { evaluationOptions as table } from '../options/measuring-options.js';
import type { Command } from './command.js';
import { valuesOf } from './values.js';

export const evaluate: Command = {
  options: table,
  arguments: {
    checkpoint: { describe: 'checkpoint file, or - for standard input', is: 'json' },
    corpus: { describe: 'files, folders, globs, or - for standard input', is: '' },
  },
  examples: [
    ['$0 eval model.json new.txt', 'nats, bits and perplexity per character'],
    ['$0 eval model.json novel.txt --split validation', 'as training measured it'],
    ['$0 eval model.json novel.txt --split validation --dynamic', 'and learning as it reads'],
    ['$0 eval model.json novel.txt --window 256', 'every 256 characters from nothing'],
  ],

  handler: async (parsed) => {
    const { json, split, window, threads, backend, dynamic: isDynamic, ...options } = valuesOf(table, parsed);
    const path = String(parsed.checkpoint);
    const corpus = (parsed.corpus as readonly unknown[]).map(String);
    if (isStandardInput(path) && corpus.some(isStandardInput)) {
      throw new CharrnnError('standard input: the corpus or the checkpoint, not both; give one of them as a file', 2);
    }
    if (isDynamic && window !== undefined) {
      throw new CharrnnError('--window: forgets what --dynamic learns; leave one of them out', 2);
    }
    const [
      { loadCheckpoint },
      { measure },
      { exitOnInterrupt },
      output,
      { say },
      lines,
      { forReading },
      { Task },
      report,
    ] = await Promise.all([
      import('../checkpoint/read.js'),
      import('../scoring/measure.js'),
      import('../terminal/signals.js'),
      import('../terminal/output.js'),
      import('../terminal/messages.js'),
      import('../terminal/event-lines.js'),
      import('../scoring/reader.js'),
      import('../terminal/spinner.js'),
      import('../terminal/reports.js'),
    ]);

    exitOnInterrupt();
    const checkpoint = forReading(await loadCheckpoint(path), isDynamic);
    const task = new Task();
    const { 'dynamic-segment': segment, 'dynamic-rate': rate, 'dynamic-decay': decay } = options;
    const { files, total } = await measure({
      ...{ checkpoint, corpus, split, window, threads, backend },
      warmUp: options['warm-up'],
      dynamic: isDynamic ? { segment, rate, decay } : undefined,
      encoding: options.encoding ?? checkpoint.training?.options.encoding ?? 'utf8',
      onNotice: (message) => say(lines.noticeLine(message)),
      onProgress: (what, share) => task.show(share > 0 ? `${what}: ${Math.floor(100 * share)} %` : what),
    }).finally(() => task.close());
    await output.writeLines(
      json ? [visibleJson(JSON.stringify({ files, total }))] : report.measurementLines(files, total),
    );
    return 0;
  },
};
