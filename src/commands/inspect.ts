import { CharrnnError } from '../errors.js';
import { inspectOptions as table } from '../options/measuring-options.js';
import type { Command } from './command.js';
import { valuesOf } from './values.js';

export const inspect: Command = {
  options: table,
  arguments: { checkpoint: { describe: 'checkpoint file, or - for standard input', is: 'json' } },
  examples: [
    ['$0 inspect model.json', 'model, vocabulary, parameters, training'],
    ['$0 inspect model.json --history', 'and the losses as a drawing'],
    ['$0 inspect model.json --svg losses.svg', 'and as a picture'],
    ['$0 inspect model.json --json | jq .training.best', 'for another program'],
  ],

  handler: async (parsed) => {
    const { history, svg, json } = valuesOf(table, parsed);
    const path = String(parsed.checkpoint);
    if (json && history) throw new CharrnnError('--history: is in what --json prints; leave one of them out', 2);
    if (svg === path && path !== '-') throw new CharrnnError(`--svg ${svg}: is the checkpoint; give another file`, 2);
    if (json && svg === '-') throw new CharrnnError('--svg -: standard output is for --json; give a file', 2);
    const [{ loadCheckpoint }, { sizeOfFile, writeWhole }, work, { exitOnInterrupt }] = await Promise.all([
      import('../checkpoint/read.js'),
      import('../files/atomic-write.js'),
      import('../inspection/inspection.js'),
      import('../terminal/signals.js'),
    ]);
    const [{ inspectionLines }, { lossCurves }, { chartLines }, { chartSvg }, { isUnicode }, output] =
      await Promise.all([
        import('../terminal/reports.js'),
        import('../terminal/chart.js'),
        import('../terminal/chart.js'),
        import('../terminal/svg.js'),
        import('../terminal/capabilities.js'),
        import('../terminal/output.js'),
      ]);

    exitOnInterrupt();
    const found = work.inspect(await loadCheckpoint(path), await sizeOfFile(path));
    const curves = lossCurves(found.training?.history ?? []);
    if (curves.length === 0 && (history || svg !== undefined)) throw new CharrnnError(`${path}: no losses to draw`);
    if (svg !== undefined) {
      const { cell, layers, hidden } = found.model;
      const picture = chartSvg(`${path}: ${cell} ${layers}×${hidden}`, curves);
      if (svg !== '-') await writeWhole(svg, [picture]);
      else await output.write(picture);
    }
    if (svg === '-') return 0;
    const width = output.columns();
    const lines = json ? [JSON.stringify(found)] : inspectionLines(path, found, width);
    const drawing = history ? ['', ...chartLines(curves, { width, unicode: isUnicode() })] : [];
    await output.writeLines([...lines, ...drawing]);
    return 0;
  },
};
