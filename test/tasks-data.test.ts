// The generators of data for the tasks in bench/tasks/, and their baseline.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Draws, distinct } from '../bench/tasks/draws.js';
import { languages } from '../bench/tasks/languages.js';
import { brackets, copy, depth, marked } from '../bench/tasks/memory.js';
import { examplesOf, naiveBayes, report } from '../bench/tasks/naive-bayes.js';
import { names } from '../bench/tasks/names.js';
import { npy, readNpy } from '../bench/tasks/npy.js';
import { films, pictures } from '../bench/tasks/pictures.js';
import { linesOf, splitLines } from '../bench/tasks/split.js';
import { dates, sums } from '../bench/tasks/translations.js';
import { temporaryFolder } from './temporary-folder.js';

const COUNT = 1200;
const draws = (seed = 1): Draws => new Draws(seed, 'test');
const program = fileURLToPath(new URL('../bench/tasks/generate.js', import.meta.url));

/** The generators of lines, and how many labels theirs have; translations have none. */
const kinds: Readonly<Record<string, { make: (d: Draws) => string[]; labels?: number }>> = {
  sums: { make: (d) => sums(COUNT, d) },
  dates: { make: (d) => dates(COUNT, d) },
  languages: { make: (d) => languages(COUNT, d), labels: 6 },
  names: { make: (d) => names(COUNT, d), labels: 3 },
  copy: { make: (d) => copy(COUNT, d, 7), labels: 8 },
  brackets: { make: (d) => brackets(COUNT, d, 9), labels: 2 },
  depth: { make: (d) => depth(COUNT, d, 9), labels: 5 },
  marked: { make: (d) => marked(COUNT, d, 9) },
};
const fields = (lines: readonly string[]): [string, string][] =>
  lines.map((line) => {
    const parts = line.split('\t');
    assert.equal(parts.length, 2, line);
    return [parts[0], parts[1]];
  });

describe('generated lines', () => {
  for (const [kind, { make, labels }] of Object.entries(kinds)) {
    it(`of ${kind} depend on the seed alone`, () => {
      assert.deepEqual(make(draws(3)), make(draws(3)));
      assert.notDeepEqual(make(draws(3)), make(draws(4)));
    });
    it(`of ${kind} are two fields that are not empty, and no text stands twice`, () => {
      const lines = fields(make(draws()));
      assert.equal(lines.length, COUNT);
      for (const [left, right] of lines) assert.ok(left !== '' && /^[^\r\n]+$/.test(right), right);
      assert.equal(new Set(lines.map(([left, right]) => (labels ? right : left))).size, COUNT);
    });
    if (labels) {
      it(`of ${kind} have labels that are equally frequent`, () => {
        const counts = new Map<string, number>();
        for (const [label] of fields(make(draws()))) counts.set(label, (counts.get(label) ?? 0) + 1);
        assert.deepEqual([...counts.values()], new Array(labels).fill(COUNT / labels));
      });
    }
  }
  it('end with an error when there are no more different ones', () => {
    assert.throws(() => sums(56, draws(), 1), /There are not 56 different lines: stopped after 55/);
    assert.throws(() => distinct(1, () => undefined), RangeError);
  });
});

describe('generated sums', () => {
  it('add up, with each pair of numbers once', () => {
    const lines = fields(sums(COUNT, draws(), 3));
    const pairs = lines.map(([source, target]) => {
      const [a, b] = source.split('+').map(Number);
      assert.equal(`${a}+${b}`, source);
      assert.ok(a < 1000 && b < 1000);
      assert.equal(target, String(a + b));
      return [a, b].sort((x, y) => x - y).join();
    });
    assert.equal(new Set(pairs).size, COUNT);
  });
  it('have shorter numbers by length', () => {
    const length = (lines: readonly string[]): number => lines.join('').length;
    assert.ok(length(sums(COUNT, draws(), 5, true)) < 0.8 * length(sums(COUNT, draws(), 5)));
  });
});

describe('generated dates', () => {
  const all = fields(dates(COUNT, draws()));
  it('exist, and name their year, or its month and day, in the source', () => {
    for (const [source, target] of all) {
      assert.match(target, /^\d{4}-\d{2}-\d{2}$/);
      assert.equal(new Date(`${target}T00:00:00Z`).toISOString().slice(0, 10), target);
      assert.ok(source.includes(target.slice(0, 4)), source);
    }
  });
  it('agree with the date that JavaScript reads, where it reads the format, and with the day of the week', () => {
    let read = 0;
    for (const [source, target] of all) {
      const day = new Date(`${target}T00:00:00Z`);
      const weekday = /^(sun|mon|tue|wed|thu|fri|sat)/i.exec(source)?.[0].toLowerCase();
      if (weekday) assert.equal(weekday, day.toUTCString().slice(0, 3).toLowerCase(), source);
      const parsed = /^(\d+ \w+ \d+|\w+ \d+, \d+|\d+-\w+-\d+)$/.test(source) ? Date.parse(`${source} UTC`) : Number.NaN;
      if (Number.isNaN(parsed)) continue;
      read++;
      assert.equal(parsed, day.getTime(), source);
    }
    assert.ok(read > COUNT / 10, `${read}`);
  });
  it('have ordinal numbers with the right endings', () => {
    const ordinals = new Set(all.flatMap(([source]) => /\b\d+(st|nd|rd|th)\b/.exec(source)?.[0] ?? []));
    for (const right of ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '23rd', '30th', '31st'])
      assert.ok(ordinals.has(right), right);
    assert.equal(ordinals.size, 31);
  });
});

describe('the memory tasks', () => {
  it('copy: the label is the first of 1 + distance characters', () => {
    for (const same of [false, true]) {
      for (const [label, text] of fields(copy(COUNT, draws(), 20, same))) {
        assert.equal(text.length, 21);
        assert.equal(text[0], label);
        assert.match(text.slice(1), same ? /^[a-h]+$/ : /^\d+$/);
      }
    }
  });
  it('brackets: yes for balanced ones, and counting does not tell', () => {
    const partner: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
    for (const distance of [10, 51]) {
      for (const [label, text] of fields(brackets(COUNT, draws(), distance))) {
        assert.equal(text.length, distance);
        const open: string[] = [];
        let matches = true;
        for (const character of text.replace(/[a-h]/g, '')) {
          if ('(['.includes(character)) open.push(character);
          else matches &&= open.pop() === partner[character];
        }
        assert.equal(label, matches && open.length === 0 ? 'yes' : 'no', text);
        for (const [closing, opening] of Object.entries(partner))
          assert.equal(text.split(closing).length, text.split(opening).length, text);
      }
    }
  });
  it('depth: how many brackets are open', () => {
    for (const [label, text] of fields(depth(COUNT, draws(), 30))) {
      assert.equal(text.length, 30);
      assert.equal(Number(label), text.split('(').length - text.split(')').length, text);
    }
  });
  it('marked: the sum of two marked digits, one in each half', () => {
    for (const [source, target] of fields(marked(COUNT, draws(), 31))) {
      assert.match(source, /^\d*\*\d+\*\d+$/);
      assert.equal(source.length, 33);
      const digits = [...source.matchAll(/\*(\d)/g)].map(([, digit]) => Number(digit));
      assert.equal(target, String(digits[0] + digits[1]));
      assert.ok(source.indexOf('*') < 15 && source.lastIndexOf('*') >= 16, source);
    }
  });
});

describe('generated names', () => {
  const vowels = (name: string): string => name.replace(/[^eöau]/gi, '').toLowerCase();
  const isHarmonic = (name: string): boolean => /^([eö]*|[au]*)$/.test(vowels(name));
  it('have vowel harmony in aru, never in belk', () => {
    for (const [label, name] of fields(names(COUNT, draws())))
      if (label !== 'cimo') assert.equal(isHarmonic(name), label === 'aru', name);
  });
  it('show harmony in no 3-gram', () => {
    for (const [label, name] of fields(names(COUNT, draws())))
      if (label !== 'cimo') assert.doesNotMatch(name, /[eöau].?[eöau]/i, name);
  });
});

describe('Naive Bayes', () => {
  /** Accuracy with every tenth line as the test. */
  const accuracy = (lines: readonly string[]): number => {
    const parts = splitLines(lines, 0.1, 1);
    const part = (places: readonly number[]) => examplesOf(places.map((i) => lines[i]).join('\n'));
    return naiveBayes(part(parts.training), part(parts.test)).accuracy;
  };
  it('classifies generated names and code well, but not perfectly', () => {
    for (const lines of [names(6000, draws()), languages(6000, draws())]) {
      const part = accuracy(lines);
      assert.ok(part > 0.75 && part < 0.95, `${part}`);
    }
  });
  it('is right when two labels have no 3-gram in common', () => {
    const texts = Array.from({ length: 100 }, (_, i) => (i % 2 ? `a\tx${'y'.repeat(i)}` : `b\tz${'w'.repeat(i)}`));
    assert.equal(accuracy(texts), 1);
  });
  it('reports accuracy and F1', () => {
    // a: precision 1/2, recall 1; b: precision 1, recall 2/3.
    const { accuracy: right, macroF1, f1 } = report(['a', 'b', 'b', 'b'], ['a', 'a', 'b', 'b']);
    assert.equal(right, 0.75);
    assert.deepEqual(f1, { a: 2 / 3, b: 4 / 5 });
    assert.ok(Math.abs(macroF1 - (2 / 3 + 4 / 5) / 2) < 1e-12);
  });
});

describe('generated pictures', () => {
  const { texts, vectors } = pictures(300, draws());
  const near: Readonly<Record<string, readonly number[]>> = {
    red: [1, 0.1, 0.1],
    green: [0.1, 0.9, 0.1],
    blue: [0.2, 0.3, 1],
    yellow: [1, 0.9, 0.1],
  };
  const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const cosine = (a: readonly number[], b: readonly number[]): number =>
    product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  /** The mean place of the pixels that are light and of a colour, however little of a pixel the shape covers. */
  const centre = (picture: Float32Array, colour: string): { x: number; y: number; count: number } => {
    let [x, y, count] = [0, 0, 0];
    for (let i = 0; i < 256; i++) {
      const pixel = [0, 1, 2].map((plane) => picture[256 * plane + i]);
      if (Math.max(...pixel) < 0.3 || cosine(pixel, near[colour]) < 0.95) continue;
      x += (i % 16) + 0.5;
      y += Math.floor(i / 16) + 0.5;
      count++;
    }
    return { x: x / count, y: y / count, count };
  };

  it('depend on the seed alone', () => {
    assert.deepEqual(pictures(20, draws(2)), pictures(20, draws(2)));
    assert.notDeepEqual(pictures(20, draws(2)).texts, pictures(20, draws(3)).texts);
  });
  it('have the colours, the places and the order that their texts say', () => {
    const shape = '(small|large) (red|green|blue|yellow) (circle|square|triangle)';
    const form = new RegExp(`^a ${shape}( (in the middle|at the .+)|(( left of| above) a ${shape}){1,2})$`);
    texts.forEach((text, i) => {
      assert.match(text, form);
      const picture = vectors.values.subarray(i * vectors.columns, (i + 1) * vectors.columns);
      const named = [...text.matchAll(/red|green|blue|yellow/g)].map(([colour]) => colour);
      for (const colour of named) assert.ok(centre(picture, colour).count > 0, `${text}: ${colour}`);
      if (new Set(named).size < named.length) return;
      const places = named.map((colour) => centre(picture, colour));
      const along = places.map(({ x, y }) => (text.includes('left of') ? x : y));
      if (named.length > 1)
        assert.ok(
          along.every((at, j) => j === 0 || at - along[j - 1] > 2.5),
          text,
        );
      else {
        const [{ x, y }] = places;
        for (const colour of Object.keys(near))
          assert.equal(centre(picture, colour).count > 0, named.includes(colour), `${text}: ${colour}`);
        assert.equal(text.includes('left'), x < 5.5, text);
        assert.equal(text.includes('right'), x > 10.5, text);
        assert.equal(text.includes('top'), y < 5.5, text);
        assert.equal(text.includes('bottom'), y > 10.5, text);
      }
    });
  });
  it('have a number for each pixel and colour', () => {
    assert.deepEqual([vectors.rows, vectors.columns], [300, 768]);
    assert.ok(vectors.values.every((value) => value >= 0 && value <= 1));
  });
});

describe('generated films', () => {
  const all = films(140, draws());
  /** Light and its mean place in a frame. */
  const light = (frame: Float32Array): { sum: number; x: number; y: number } => {
    let [sum, x, y] = [0, 0, 0];
    frame.forEach((raw, i) => {
      const value = raw > 0.15 ? raw : 0;
      sum += value;
      x += value * (i % 12);
      y += value * Math.floor(i / 12);
    });
    return { sum, x: x / sum, y: y / sum };
  };

  it('depend on the seed alone, and their actions are equally frequent', () => {
    assert.deepEqual(films(14, draws(2)), films(14, draws(2)));
    assert.notDeepEqual(films(14, draws(2)), films(14, draws(3)));
    const labels = all.map(({ label }) => label);
    for (const label of new Set(labels)) assert.equal(labels.filter((own) => own === label).length, 20);
  });
  it('show what their labels and sentences say', () => {
    for (const { label, text, frames } of all) {
      assert.ok(frames.rows >= 8 && frames.rows <= 20 && frames.columns === 144);
      const verb = ['grows', 'shrinks', 'turns'].includes(label) ? label : `moves ${label}`;
      assert.ok(text.endsWith(` ${verb}`), text);
      const frame = (i: number) => light(frames.values.subarray(i * 144, (i + 1) * 144));
      const [first, last] = [frame(0), frame(frames.rows - 1)];
      const way = { x: last.x - first.x, y: last.y - first.y };
      const seen =
        way.x < -1.5 ? 'left' : way.x > 1.5 ? 'right' : way.y < -1.5 ? 'up' : way.y > 1.5 ? 'down' : undefined;
      const ratio = last.sum / first.sum;
      if (label === 'grows' || label === 'shrinks') assert.ok(label === 'grows' ? ratio > 2 : ratio < 0.5, text);
      else assert.equal(seen ?? 'turns', label, text);
    }
  });
});

describe('the matrices', () => {
  const { folder, path, write, remove } = temporaryFolder();
  after(remove);
  const matrix = { rows: 2, columns: 3, values: Float32Array.of(1, -2, 0.5, 1e-30, 3e38, 0) };
  it('are .npy files of version 1.0', () => {
    const bytes = npy(matrix);
    assert.deepEqual([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    const data = 10 + bytes.readUInt16LE(8);
    assert.equal(data % 64, 0);
    const header = bytes.toString('latin1', 10, data);
    assert.match(header, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
    assert.deepEqual([bytes.length, bytes.readFloatLE(data + 4)], [data + 24, -2]);
    assert.deepEqual(readNpy(write('a.npy', bytes)), matrix);
  });

  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  it('are divided with their descriptions', () => {
    run('shapes', '--count', '40', '--output', folder);
    run('split', path('shapes.txt'), '--vectors', path('shapes.npy'), '--share', '0.25', '--output', folder);
    const lines = (name: string): string[] => linesOf(readFileSync(path(name), 'utf8'));
    const all = new Map<string, string>();
    for (const name of ['train', 'test']) {
      const { rows, columns, values } = readNpy(path(`${name}.npy`));
      const texts = lines(`${name}.tsv`);
      assert.equal(rows, texts.length);
      texts.forEach((text, i) => {
        all.set(values.subarray(i * columns, (i + 1) * columns).join(), text);
      });
    }
    assert.deepEqual([lines('train.tsv').length, lines('test.tsv').length], [30, 10]);
    const { columns, values } = readNpy(path('shapes.npy'));
    lines('shapes.txt').forEach((text, i) => {
      assert.equal(all.get(values.subarray(i * columns, (i + 1) * columns).join()), text);
    });
  });
  it('of films are the files that both lists name', () => {
    run('films', '--count', '7', '--output', folder);
    for (const name of ['labels.tsv', 'sentences.tsv']) {
      const lines = fields(linesOf(readFileSync(path(name), 'utf8')));
      assert.equal(lines.length, 7);
      // As charrnn reads them: a label and what is read, or what is read and a text.
      const place = name === 'labels.tsv' ? 1 : 0;
      for (const line of lines) assert.equal(readNpy(path(line[place])).columns, 144);
    }
  });
  it('and lines come from one program, which knows its kinds', () => {
    assert.equal(linesOf(run('names', '--count', '9')).length, 9);
    const { status, stderr } = spawnSync(process.execPath, [program, 'nonsense'], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /A kind is one of sums, dates/);
  });
});

describe('the parts of a split', () => {
  it('are all lines, in order, and equal lines are in one part', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `a\t${i % 400}`);
    const { training, test } = splitLines(lines, 0.2, 1);
    assert.deepEqual(
      [...training, ...test].sort((a, b) => a - b),
      lines.map((_, i) => i),
    );
    assert.ok(Math.abs(test.length - 200) <= 2, `${test.length}`);
    const tested = new Set(test.map((i) => lines[i]));
    for (const i of training) assert.ok(!tested.has(lines[i]));
    assert.notDeepEqual(splitLines(lines, 0.2, 2).test, test);
  });
});
