import assert from 'node:assert/strict';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { contextScores } from '../../src/inspection/context-baseline.js';
import { checkMemory, findFollowers, followUnits } from '../../src/inspection/neurons.js';
import { levelsOf } from '../../src/inspection/rank-scores.js';
import { textProperty } from '../../src/inspection/text-properties.js';
import { readTracedText, type TracedText, tracedText } from '../../src/inspection/traced-text.js';
import { unitName } from '../../src/inspection/unit-values.js';
import { chooseUnits } from '../../src/inspection/units.js';
import { thisMachine } from '../../src/machine.js';
import { parameterShapes } from '../../src/model/shape.js';
import { propertyNames } from '../../src/options/neuron-options.js';
import { type CellName, cells } from '../../src/options/training-options.js';
import { randomBits, randomKey, uniform } from '../../src/random.js';
import { temporaryFolder } from '../temporary-folder.js';

const CHARACTERS = '\n (),./abcdefgh“”';
const codePoints = Array.from(CHARACTERS, (c) => c.codePointAt(0) ?? 0).sort((a, b) => a - b);
const vocabulary = { codePoints, unknown: false };

/** A network with the initial weights of a training run. */
function untrained(seed: number, cell: CellName, hidden = 20): Checkpoint {
  const model = { cell, layers: 1, hidden, vocabulary: codePoints.length } as const;
  const parameters = parameterShapes(model).map((parameter, p) => {
    const { name, shape } = parameter;
    const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
    parameter.initialise(values, (i) => uniform(randomKey(seed, p), i));
    return { name, shape, values };
  });
  return { model, vocabulary, parameters };
}

/** An lstm whose cell state 5 is 1 inside curly quotes, and 0 elsewhere; its other units are as at the beginning. */
function quoting(): Checkpoint {
  const checkpoint = untrained(1, 'lstm');
  const { hidden: H } = checkpoint.model;
  const unit = 5;
  for (const { name, shape, values } of checkpoint.parameters) {
    if (!name.startsWith('layer0')) continue;
    for (let row = 0; row < values.length / (4 * H); row++)
      for (let gate = 0; gate < 4; gate++) values[row * 4 * H + gate * H + unit] = 0;
    const set = (row: number, gate: number, value: number): void => {
      values[row * 4 * H + gate * H + unit] = value;
    };
    if (name === 'layer0.b') {
      set(0, 0, -20);
      set(0, 1, 20);
    }
    if (name !== 'layer0.Wx' || shape[0] !== codePoints.length) continue;
    const [opening, closing] = ['“', '”'].map((mark) => codePoints.indexOf(mark.codePointAt(0) ?? 0));
    set(opening, 0, 40); // the input gate opens,
    set(opening, 1, -40); // what was there is forgotten,
    set(opening, 3, 20); // and 1 is written
    set(closing, 1, -40);
  }
  return checkpoint;
}

/** Words in lines, with quotations, brackets and comments here and there, of any length. */
function writing(length: number, seed = 1): string {
  let text = '';
  for (let i = 0; text.length < length; i++) {
    const draw = (k: number, n: number): number => randomBits(randomKey(seed, k), i) % n;
    const words = Array.from({ length: 1 + draw(0, 12) }, (_, w) => {
      return Array.from({ length: 1 + draw(10 + w, 7) }, (_, k) => 'abcdefgh'[draw(100 + 9 * w + k, 8)]).join('');
    }).join(' ');
    const wrapped = [`${words}. `, `“${words}.” `, `(${words}) `, `// ${words}\n`, `${words},\n`][draw(1, 5)];
    text += wrapped;
  }
  return text;
}

/** Its cell states alone: h follows c. */
const cellStates = chooseUnits(quoting().model, { state: 'c' });

const traced = (text: string): TracedText =>
  tracedText(
    Uint32Array.from(text, (c) => c.codePointAt(0) ?? 0),
    vocabulary,
    'the text',
    () => {},
  );

const search = (checkpoint: Checkpoint, text: string, more: Partial<Parameters<typeof findFollowers>[0]> = {}) =>
  findFollowers({
    ...{ checkpoint, traced: traced(text), units: chooseUnits(checkpoint.model, {}), backend: 'auto' },
    ...{ names: propertyNames, regex: [], marks: [], top: 1, ...more },
  });

describe('findFollowers', () => {
  it('finds the unit that was made to follow quotation marks, and no other finding', async () => {
    const { properties, characters } = await search(quoting(), writing(20_000), { units: cellStates });
    const findings = properties.flatMap(({ property, units }) =>
      units.filter((unit) => unit.isFinding).map((unit) => [property, unitName(unit), unit.sign]),
    );
    assert.deepEqual(findings, [['quotes', '0:c:5', 1]]);
    const quotes = properties.find(({ property }) => property === 'quotes') ?? assert.fail();
    const [{ found, confirmed, chance, excerpt }] = quotes.units;
    assert.deepEqual([found, confirmed], [1, 1]);
    assert.ok(chance > 0.5 && chance < 0.7);
    assert.ok((quotes.byContext ?? 1) < 0.95);
    // The excerpt is from the second half, and shows both values.
    assert.ok(excerpt.from >= Math.floor(characters / 2));
    const inside = textProperty(
      'quotes',
      Uint32Array.from(excerpt.text, (c) => c.codePointAt(0) ?? 0),
    ).values;
    const from = Array.from(excerpt.text).indexOf('“');
    assert.ok(from >= 0);
    assert.deepEqual(excerpt.values.slice(from).map(Math.round), [...inside.subarray(from)]);
  });

  for (const cell of cells) {
    it(`finds nothing in an ${cell} with random weights, for three seeds`, async () => {
      for (const seed of [1, 2, 3]) {
        const { properties } = await search(untrained(seed, cell), writing(8000, seed));
        for (const { property, units } of properties) {
          for (const unit of units)
            assert.ok(!unit.isFinding, `seed ${seed}: ${property}, ${JSON.stringify({ ...unit, excerpt: '' })}`);
        }
      }
    });
  }

  it('finds nothing in marks that are drawn by chance, however many units there are', async () => {
    const { write, remove } = temporaryFolder();
    const text = writing(8000, 5);
    const marks = write('marks.txt', Array.from(text, (_, i) => randomBits(randomKey(9), i >> 3) % 2).join(''));
    const { properties } = await search(untrained(6, 'lstm', 50), text, { names: [], marks: [marks], top: 20 }).finally(
      remove,
    );
    const [{ units, byContext = 1 }] = properties;
    assert.equal(units.length, 20);
    assert.ok(units.every(({ isFinding }) => !isFinding));
    // Found in many units, but not confirmed.
    assert.ok(units[0].found > 0.5 && Math.abs(byContext - 0.5) < 0.1);
  });

  it('has the same scores on a sample of a long text as on all of a shorter one', async () => {
    const text = writing(3000)
      .replace(/\n/g, ' ')
      .replace(/(.{1,40}) /g, '$1\n');
    const long = text.repeat(Math.ceil(220_000 / text.length));
    const checkpoint = untrained(2, 'rnn', 3);
    const [one, all] = await Promise.all(
      [text.repeat(4), long].map((own) => search(checkpoint, own, { names: ['column', 'quotes'] })),
    );
    one.properties.forEach(({ units: [unit] }, p) => {
      const [other] = all.properties[p].units;
      assert.ok(Math.abs(unit.found - other.found) < 0.02, `${unit.found} ${other.found}`);
      assert.ok(Math.abs(unit.confirmed - other.confirmed) < 0.02, `${unit.confirmed} ${other.confirmed}`);
    });
  });

  it('gives the best units in order, and takes properties of the user’s own', async () => {
    const { properties } = await search(quoting(), writing(10_000), {
      names: [],
      regex: ['“[^”]*'],
      top: 3,
      units: cellStates,
    });
    const [{ property, units }] = properties;
    assert.equal(property, '/“[^”]*/');
    assert.deepEqual([units.length, unitName(units[0]), units[0].isFinding], [3, '0:c:5', true]);
    assert.ok(units[0].found >= units[1].found && units[1].found >= units[2].found);
  });

  it('does not search for what is too rare, nor in a text of one character', async () => {
    const { properties } = await search(quoting(), `${writing(4000).replace(/[“”]/g, '')}“a”`);
    assert.match(properties[0].skipped ?? '', /^it changes 0 times in the first half/);
    assert.deepEqual(properties[0].units, []);
    const tiny = await search(quoting(), 'a');
    assert.ok(tiny.properties.every(({ skipped }) => skipped !== undefined));
  });
});

describe('contextScores', () => {
  it('is what a plain table of means predicts, for one character', () => {
    const text = Uint32Array.from(writing(3000), (c) => c.charCodeAt(0));
    const property = textProperty('quotes', text);
    const half = { first: { from: 0, to: 1500 }, second: { from: 1500, to: text.length } };
    const [first, second] = [property.values.subarray(0, 1500), property.values.subarray(1500)].map((v) =>
      levelsOf('binary', v),
    );
    const [score] = contextScores(text, half, [{ ...property, first, second }], 1);
    const mean = (codePoint: number): number => {
      const own = [...text.subarray(0, 1500)].flatMap((c, i) => (c === codePoint ? [property.values[i]] : []));
      const all = property.values.subarray(0, 1500).reduce((sum, y) => sum + y, 0) / 1502;
      return (own.reduce((sum, y) => sum + y, 0) + 2 * all) / (own.length + 2);
    };
    const means = new Map([...new Set(text)].map((c) => [c, mean(c)]));
    let [wins, pairs] = [0, 0];
    for (let i = 1500; i < text.length; i++) {
      if (property.values[i] !== 1) continue;
      for (let j = 1500; j < text.length; j++) {
        if (property.values[j] !== 0) continue;
        const [a, b] = [means.get(text[i]) ?? 0, means.get(text[j]) ?? 0];
        pairs++;
        wins += a > b ? 1 : a === b ? 0.5 : 0;
      }
    }
    assert.ok(Math.abs(score - wins / pairs) < 1e-9, `${score} ${wins / pairs}`);
  });

  it('knows a property that three characters tell, and not what is further back', () => {
    const text = Uint32Array.from({ length: 4000 }, (_, i) => 97 + (randomBits(randomKey(3), i) % 2));
    const following = (distance: number) => {
      const values = Uint16Array.from(text, (_, i) => (text[i - distance] === 97 ? 1 : 0));
      const [first, second] = [values.subarray(0, 2000), values.subarray(2000)].map((v) => levelsOf('binary', v));
      return { name: 'x', kind: 'binary' as const, values, first, second };
    };
    const half = { first: { from: 0, to: 2000 }, second: { from: 2000, to: 4000 } };
    const [near, far] = contextScores(text, half, [following(2), following(3)], 3);
    assert.equal(near, 1);
    assert.ok(Math.abs(far - 0.5) < 0.05);
  });
});

describe('followUnits', () => {
  it('shows where a unit is highest and lowest', async () => {
    const checkpoint = quoting();
    const unit = { layer: 0, state: 'c', index: 5 };
    const text = `${'ab '.repeat(300)}“ab${' cd'.repeat(200)}”${' ab'.repeat(300)}`;
    const [trace] = await followUnits({ checkpoint, traced: traced(text), units: [unit], backend: 'auto', top: 1 });
    assert.ok(Math.abs(trace.maximum - 1) < 1e-3 && Math.abs(trace.minimum) < 1e-3);
    assert.ok(Math.abs(trace.mean - 603 / text.length) < 1e-3);
    assert.deepEqual(
      trace.excerpts.map(({ what }) => what),
      ['start', 'highest', 'lowest'],
    );
    const [start, highest] = trace.excerpts;
    assert.equal(start.from, 0);
    assert.ok(
      highest.values.some((value) => value > 0.99) && highest.values.length === Array.from(highest.text).length,
    );
  });

  it('takes a text that is shorter than an excerpt', async () => {
    const unit = { layer: 0, state: 'h', index: 0 };
    const [trace] = await followUnits({
      checkpoint: quoting(),
      traced: traced('ab'),
      units: [unit],
      backend: 'wasm',
      top: 3,
    });
    assert.equal(trace.excerpts.length, 1);
    assert.equal(trace.excerpts[0].text, 'ab');
  });
});

describe('readTracedText', () => {
  const { path, write, remove } = temporaryFolder();
  after(remove);
  const settings = (notices: unknown[] = []) => ({
    vocabulary,
    encoding: 'utf8' as const,
    onNotice: (m: unknown) => notices.push(m),
  });

  it('reads several files as one text, and leaves out what the model does not know', async () => {
    write('a.txt', 'ab😂');
    write('b.txt', 'cZd');
    const notices: unknown[] = [];
    const { whole, read, tokens, places } = await readTracedText([path('a.txt'), path('b.txt')], settings(notices));
    assert.equal(String.fromCodePoint(...whole), 'ab😂cZd');
    assert.equal(String.fromCodePoint(...read), 'abcd');
    assert.deepEqual([...(places ?? [])], [0, 1, 3, 5]);
    assert.deepEqual(Array.from(tokens, (t) => String.fromCodePoint(codePoints[t])).join(''), 'abcd');
    assert.match(String(notices[0]), /left out 2 of 6 characters/);
  });

  it('reads unknown characters as the unknown symbol, if there is one', () => {
    const text = tracedText(Uint32Array.of(97, 0x1f600), { codePoints: [97], unknown: true }, 'x', () => assert.fail());
    assert.deepEqual([[...text.tokens], text.places], [[1, 0], undefined]);
  });

  it('refuses an empty text, one that is not known at all, and what does not fit', async () => {
    write('empty.txt', '');
    write('unknown.txt', 'ZZ');
    await assert.rejects(readTracedText([path('empty.txt')], settings()), /empty\.txt: empty; give a text/);
    await assert.rejects(readTracedText([path('unknown.txt')], settings()), /knows none of its characters/);
    const machine = { ...thisMachine(), total: 20 };
    await assert.rejects(
      readTracedText([path('a.txt')], settings(), machine),
      /more than 3 characters need .*, this machine has/,
    );
    assert.throws(() => checkMemory(1e6, 512, 13, machine), /the search does not fit in memory: it needs 39\.\d MiB/);
  });
});
