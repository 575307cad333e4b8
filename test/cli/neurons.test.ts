import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { readNpy } from '../../src/text/npy.js';
import { random } from '../sampling/models.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, start } from './program.js';

describe('charrnn neurons', () => {
  const text = Array.from(
    { length: 400 },
    (_, i) => `${'ab'.repeat(1 + ((i * 7) % 5))} (${'b'.repeat(1 + ((i * i) % 7))})\n`,
  ).join('');
  const { path, write, remove } = temporaryFolder({ 'text.txt': text, 'short.txt': 'ab (😂)\nab' });
  const model = path('model.json');
  before(() => saveCheckpoint(model, random('\n ()ab')));
  after(remove);

  it('prints a table, and what was not searched for', async () => {
    const { code, stdout, stderr } = await run('neurons', model, path('text.txt'));
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^property {5}score {3}unit +found {2}confirmed {2}chance {2}last 1 {2}last 3\n/);
    assert.match(stdout, /^parentheses {2}area {4}[+-][01]:[hc]:[0-6] +[01]\.\d{3} +[01]\.\d{3}/m);
    assert.match(stdout, /^speaker: not searched for; it changes 0 times in the first half of the text$/m);
  });

  it('prints JSON, the same for two runs', async () => {
    const args = ['neurons', model, path('text.txt'), '--json', '--property', 'column', '--regex', 'b+', '--top', '2'];
    const [one, two] = [await run(...args), await run(...args)];
    assert.equal(one.stdout, two.stdout);
    const { characters, leftOut, properties } = JSON.parse(one.stdout);
    assert.deepEqual([characters, leftOut], [text.length, 0]);
    const found = properties.map(({ property, kind, units }: { property: string; kind: string; units: object[] }) => [
      property,
      kind,
      units.length,
    ]);
    assert.deepEqual(found, [
      ['column', 'count', 2],
      ['/b+/', 'binary', 2],
    ]);
    const [{ excerpt, layer, state, index }] = properties[0].units;
    assert.deepEqual([typeof layer, typeof state, typeof index], ['number', 'string', 'number']);
    assert.equal(Array.from(excerpt.text).length, excerpt.values.length);
  });

  it('shows a unit with digits below the text', async () => {
    const { code, stdout, stderr } = await run('neurons', model, path('short.txt'), '--unit', '1:c:3');
    assert.equal(code, 0);
    assert.match(stderr, /^note: left out 1 of 9 characters/);
    const [title, what, ...lines] = stdout.trimEnd().split('\n');
    assert.match(title, /^1:c:3: from -?\d\.\d{3} to -?\d\.\d{3}, mean .*, over 8 characters$/);
    assert.equal(what, 'start, from character 1');
    assert.deepEqual([lines[0], lines[2]], ['  ab ()↵', '  ab']);
    assert.match(`${lines[1]}${lines[3]}`, /^ {2}\d{6} {2}\d{2}$/);
    assert.ok(/0/.test(lines[1] + lines[3]) && /9/.test(lines[1] + lines[3]));
  });

  it('colours the text where colours are wanted', async () => {
    const child = start(['neurons', model, path('short.txt'), '--unit', '0:h:0'], 'pipe', {
      NO_COLOR: '',
      FORCE_COLOR: '3',
    });
    child.stdin?.end();
    const { stdout } = await end(child);
    assert.match(stripVTControlCharacters(stdout), /\n {2}ab \(\)↵\n {2}ab\n$/);
    // Blue for low, red for high, whatever the terminal's number of colours.
    assert.match(stdout, /\[(44m|48;2;80;130;255m)/);
    assert.match(stdout, /\[(41m|48;2;255;90;80m)/);
  });

  it('writes the same values as .npy and as JSON lines', async () => {
    const [npy, lines] = [path('v.npy'), path('v.jsonl')];
    const { code, stdout, stderr } = await run(
      'neurons',
      model,
      path('short.txt'),
      '--values',
      npy,
      '--state',
      'all',
      '--layer',
      '1',
    );
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /wrote .*v\.npy \(1\.5 kB\): 8 characters, 42 units\n$/);
    const { count, width, values } = await readNpy(npy);
    assert.deepEqual([count, width], [8, 42]);
    await run('neurons', model, path('short.txt'), '--values', lines, '--state', 'all', '--layer', '1');
    const [first, ...rows] = readFileSync(lines, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([first.units[0], first.units[41]], ['1:h:0', '1:g:6']);
    assert.equal(rows.map(({ character }) => character).join(''), 'ab ()\nab');
    assert.deepEqual(Float32Array.from(rows.flatMap((row) => row.values)), Float32Array.from(values));
  });

  it('reads standard input, and survives a reader that goes away', async () => {
    const child = start(['neurons', model, '-', '--property', 'parentheses']);
    child.stdin?.end(text);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code } = await end(child);
    assert.equal(code, 0);
  });

  it('leaves no file behind when the values cannot be written, and refuses what it does not know', async () => {
    const { code, stderr } = await run('neurons', model, write('empty.txt', ''), '--values', path('none.npy'));
    assert.equal(code, 1);
    assert.match(stderr, /empty\.txt: empty/);
    assert.throws(() => readFileSync(path('none.npy')), /ENOENT/);
    assert.equal((await run('neurons', model, '-', '--marks', '-')).code, 2);
    assert.match(
      (await run('neurons', model, path('text.txt'), '--unit', '0:c:9')).stderr,
      /^charrnn: --unit 0:c:9: the layers have 7 units/,
    );
  });
});
