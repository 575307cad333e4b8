import { CharrnnError } from '../errors.js';
import { gradcheckOptions as table } from '../options/measuring-options.js';
import { type CellName, cells } from '../options/training-options.js';
import type { Command } from './command.js';
import { givenOptions, valuesOf } from './values.js';

/** Options that a checkpoint decides. */
const shapeOptions = ['cell', 'layers', 'hidden'];

export const gradcheck: Command = {
  options: table,
  arguments: { checkpoint: { describe: 'check with these weights instead of random ones', is: 'json' } },
  examples: [
    ['$0 gradcheck', 'all three cells'],
    ['$0 gradcheck --cell gru --layers 3', 'one cell, deeper'],
    ['$0 gradcheck model.json --json', 'a trained model, the result as JSON'],
  ],

  handler: async (parsed) => {
    const { json, cell, 'dropout-mask': mask, 'weight-drop': weightDrop, ...options } = valuesOf(table, parsed);
    const given = givenOptions(table, parsed);
    const conflict = shapeOptions.find((name) => parsed.checkpoint !== undefined && given.has(name));
    if (conflict) throw new CharrnnError(`--${conflict}: ${parsed.checkpoint} has a shape of its own; leave it out`, 2);
    const [{ loadCheckpoint }, { checkGradients }, { writeLines }, { exitOnInterrupt }] = await Promise.all([
      import('../checkpoint/read.js'),
      import('../gradcheck/gradcheck.js'),
      import('../terminal/output.js'),
      import('../terminal/signals.js'),
    ]);
    const { closingLine, reportLines } = await import('../terminal/reports.js');

    exitOnInterrupt();
    const checkpoint = parsed.checkpoint === undefined ? undefined : await loadCheckpoint(String(parsed.checkpoint));
    const reports = [];
    for (const name of cellsToCheck(checkpoint?.model.cell ?? cell)) {
      const report = await checkGradients({
        ...options,
        locked: mask === 'locked',
        weightDrop,
        cell: name,
        ...(checkpoint && { checkpoint }),
      });
      if (!json) await writeLines(reportLines(report));
      reports.push(report);
    }
    const passed = reports.every((report) => report.passed);
    await writeLines(json ? [JSON.stringify({ passed, reports })] : [closingLine(reports)]);
    return passed ? 0 : 1;
  },
};

const cellsToCheck = (only: CellName | undefined): readonly CellName[] => (only ? [only] : cells);
