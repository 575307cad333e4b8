import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { run } from './program.js';

const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5', '--steps', '7', '--quiet'];

describe('a configuration', () => {
  const { path, remove } = temporaryFolder();
  const corpus = path('corpus.txt');
  const [first, second, file, log] = ['a.json', 'b.json', 'my.json', 'log.jsonl'].map(path);
  before(() => writeFileSync(corpus, 'the cat sat on the mat. '.repeat(40)));
  after(remove);

  it('repeats the training run that printed it, and yields to the command line', async () => {
    const printed = await run('train', ...tiny, '-o', first, '--log', log, '--log-every', '3', '--print-config');
    assert.deepEqual([printed.code, printed.stderr], [0, '']);
    writeFileSync(file, printed.stdout);
    assert.equal((await run('train', corpus, ...tiny, '-o', first, '--log', log)).code, 0);
    const { code, stdout, stderr } = await run('train', corpus, '--config', file, '-o', second);
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
    assert.deepEqual(readFileSync(second), readFileSync(first));
    const steps = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).step);
    // First a line every ten steps, then every three; both end with the validation.
    assert.deepEqual(steps, [7, 3, 6, 7]);
  });

  it('is refused in one line with file and member, and exit code 2, if it is wrong', async () => {
    writeFileSync(file, '{"temprature": 1}');
    const { code, stderr } = await run('sample', 'none.json', '--config', file);
    const message = `charrnn: ${file}: temprature: unknown option; did you mean temperature?`;
    assert.deepEqual([code, stderr], [2, `${message}\nsee charrnn sample --help\n`]);
  });
});
