import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrainingEvent } from '../../src/training/events.js';
import { type LogLine, TrainingLog } from '../../src/training/log.js';
import { readLog } from '../../src/training/read-log.js';
import { temporaryFolder } from '../temporary-folder.js';
import { finished, saved, started, stepAt, validation } from '../terminal/events.js';

describe('readLog', () => {
  const { write, remove, path } = temporaryFolder();
  after(remove);
  const rows = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  /** The lines that a run logs whose steps are `from` to `to`. */
  const logged = (from: number, to: number): LogLine[] => {
    const lines: LogLine[] = [];
    const log = new TrainingLog(1, (line) => lines.push(line));
    for (let step = from; step <= to; step++) log.onEvent({ ...stepAt(step), loss: 1 / step });
    log.close();
    return lines;
  };

  it('reads back what the log writes, wherever a killed run has cut it off', async () => {
    const lines = logged(1, 5);
    const text = rows(lines);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: text.length }), async (length) => {
        const cut = text.slice(0, length);
        const found = await readLog(write('cut.jsonl', cut));
        // The last line is complete even without its line feed.
        assert.deepEqual(found, lines.slice(0, `${cut}\n`.split('}\n').length - 1));
        const resumed = await readLog(write('resumed.jsonl', `${cut}\n${rows(lines.slice(3))}`));
        assert.deepEqual(resumed, [...found.slice(0, 3), ...lines.slice(3)]);
      }),
      { numRuns: 40 },
    );
  });

  it('takes the later of repeated steps, and the later of two runs', async () => {
    const [first, second] = [logged(1, 9), logged(5, 7).map((line) => ({ ...line, loss: 9 }))];
    const found = await readLog(write('twice.jsonl', rows([...first, ...second])));
    assert.deepEqual(found, [...first.slice(0, 4), ...second]);
    assert.deepEqual(await readLog(write('again.jsonl', rows([...first, ...logged(1, 2)]))), logged(1, 2));
  });

  it('makes a line of each step of --json, with the validation that follows', async () => {
    const events: TrainingEvent[] = [
      ...[started, stepAt(1), stepAt(2), { ...validation, step: 2, loss: 1.25 }],
      ...[{ event: 'sample', step: 2, text: 'a\nb}' } as const, stepAt(3), saved, finished],
    ];
    const found = await readLog(write('events.jsonl', rows(events)));
    const told = found.map(({ step, loss, validationLoss }) => [step, loss, validationLoss]);
    const { loss } = stepAt(1);
    write('events.jsonl', `${rows(events.slice(0, 3))}{"event":"sample","step":2,"text":"a}`);
    assert.equal((await readLog(path('events.jsonl'))).length, 2);
    assert.deepEqual(told, [
      [1, loss, null],
      [2, loss, 1.25],
      [3, loss, null],
    ]);
  });

  it('says in which line something is not that of a log', async () => {
    const name = path('bad.jsonl');
    const [line] = logged(1, 1);
    const { loss: _, ...lossless } = line;
    const remedy = 'give a file written by train with log or json';
    const cases = [
      ['Call me Ishmael.', 'is not that of a log'],
      ['[1]', 'is not that of a log'],
      ['{"a" 1}', 'is not that of a log'],
      [JSON.stringify(lossless), 'loss is missing'],
      [JSON.stringify({ ...line, step: 1.5 }), 'step must be a whole number'],
      [JSON.stringify({ ...line, validationLoss: 'low' }), 'validationLoss must be a number or null'],
      [JSON.stringify({ ...stepAt(2), isClipped: 0 }), 'isClipped must be true or false'],
    ];
    for (const [text, fault] of cases) {
      write('bad.jsonl', `${rows([line])}\n${text}\n`);
      await assert.rejects(readLog(name), { name: 'CharrnnError', message: `${name}: line 3: ${fault}; ${remedy}` });
    }
    await assert.rejects(readLog(path('none.jsonl')), { message: `${path('none.jsonl')}: no such file` });
    assert.deepEqual(await readLog(write('empty.jsonl', '')), []);
  });
});
