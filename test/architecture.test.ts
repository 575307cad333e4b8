// Checks the rules that keep the code readable.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarations } from '../src/commands/declarations.js';

const commandNames = declarations.map(({ name }) => name);

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));
const compiled = sources.filter((path) => !path.includes('assembly') && !path.endsWith('.d.ts'));
const text = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

/** The files that a file imports, types included, relative to the root. */
function importsOf(path: string, lazily = true): string[] {
  const source = text.get(path) ?? assert.fail(`${path} is missing`);
  const eager = /^(?:(?:import|export) [^;]*?from|import) '(\.[^']+)'/gm;
  const statements = [...source.matchAll(eager), ...(lazily ? source.matchAll(/import\('(\.[^']+)'\)/g) : [])];
  return statements.map(([, target]) => join(dirname(path), target.replace(/\.js$/, '.ts')));
}

/** Every file that a file reaches through imports. */
function reachable(path: string, lazily = true, seen = new Set<string>()): Set<string> {
  for (const next of importsOf(path, lazily)) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(next, lazily, seen);
  }
  return seen;
}

/** The files in a folder of src/. */
function filesIn(folder: string): string[] {
  const files = compiled.filter((path) => path.startsWith(join('src', folder, '/')));
  assert.ok(files.length > 0, `src/${folder} is missing`);
  return files;
}

/** Folders and root files in order of dependence. Each imports only from itself and from those before it. */
const order = [
  ...['errors', 'random', 'mathematics', 'format', 'machine'],
  ...['options', 'files', 'kernels', 'parallel', 'text', 'imaging', 'model', 'checkpoint'],
  ...['exchange', 'sampling', 'scoring', 'compression', 'answering', 'training', 'gradcheck', 'inspection', 'pages'],
  ...['terminal', 'commands', 'cli', 'index', 'browser'],
];
/** The place in that order; the root files up to `machine` share one. */
const placeOf = (path: string): number => {
  const [, first] = path.split('/');
  return Math.max(order.indexOf('machine'), order.indexOf(first.replace(/\.ts$/, '')));
};

describe('the source', () => {
  it('is found', () => assert.ok(compiled.length > 50));

  it('has no circular imports, not even of types', () => {
    for (const path of compiled) assert.ok(!reachable(path).has(path), `${path} imports itself indirectly`);
  });

  it('has folders in one order, in which each imports only from those before it', () => {
    for (const path of compiled) {
      assert.ok(order.includes(path.split('/')[1].replace(/\.ts$/, '')), `${path} has no place in the order`);
      for (const target of importsOf(path)) {
        assert.ok(placeOf(target) <= placeOf(path), `${path} imports ${target}`);
      }
    }
  });

  it('has unique file names, except for the commands', () => {
    const names = new Map<string, string>();
    for (const path of compiled.filter((name) => !name.startsWith(join('src', 'commands')))) {
      const name = path.split('/').at(-1) ?? '';
      assert.equal(names.get(name), undefined, `${path} and ${names.get(name)}`);
      names.set(name, path);
    }
  });

  it('starts threads only in parallel/', () => {
    const users = compiled.filter((path) => /'(node:)?worker_threads'/.test(text.get(path) ?? ''));
    // This one passes data to the threads that will be started.
    const others = users.filter((path) => path !== join('src', 'kernels', 'process-wide.ts'));
    assert.equal(others.length, users.length - 1);
    const inParallel = filesIn('parallel');
    assert.deepEqual(
      others.filter((path) => !inParallel.includes(path)),
      [],
    );
  });

  it('spells options only in commands/, options/ and cli.ts', () => {
    const spelled = /['"`][^'"`\n]*(?<![\w-])--[a-z]+(-[a-z]+)*\b/;
    for (const path of compiled) {
      // A page's custom properties are spelled alike: var(--ink).
      if (/commands|options|cli\.ts|browser/.test(path)) continue;
      const found = spelled.exec((text.get(path) ?? '').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''));
      assert.equal(found?.[0], undefined, path);
    }
  });

  it('keeps the interface of the kernels free of imports', () => {
    assert.ok(!/^import /m.test(text.get(join('src', 'kernels', 'kernels.ts')) ?? 'import '));
  });

  it('loads no training code for sampling, nor for the help and the version', () => {
    const training = [...filesIn('training'), ...filesIn('gradcheck')];
    for (const path of [...filesIn('sampling'), join('src', 'commands', 'sample.ts')]) {
      const needed = reachable(path);
      for (const other of training) assert.ok(!needed.has(other), `${path} needs ${other}`);
    }
    // The program prints its help and its version before it imports anything lazily.
    const needed = reachable(join('src', 'cli.ts'), false);
    assert.ok(needed.has(join('src', 'commands', 'help.ts')));
    for (const other of [...training, ...filesIn('kernels')]) assert.ok(!needed.has(other), `cli.ts needs ${other}`);
  });

  it('has files of at most 300 lines, half of them under 110, cells under 200, commands of at most 120', () => {
    const lines = (path: string): number => (text.get(path) ?? '').split('\n').length;
    const sorted = sources.map(lines).sort((a, b) => a - b);
    for (const path of sources) assert.ok(lines(path) <= 300, `${path}: ${lines(path)}`);
    assert.ok(sorted[Math.floor(sorted.length / 2)] < 110);
    for (const cell of ['rnn', 'lstm', 'gru']) assert.ok(lines(join('src', 'model', `${cell}.ts`)) < 200);
    for (const name of commandNames) assert.ok(lines(join('src', 'commands', `${name}.ts`)) <= 121, name);
  });

  it('writes to the terminal only in terminal/ and cli.ts', () => {
    for (const path of compiled) {
      if (path.includes('terminal') || path.endsWith('cli.ts')) continue;
      assert.ok(!/console\.|process\.(stdout|stderr|exit)/.test(text.get(path) ?? ''), path);
    }
  });

  it('calls no function of Math whose last bits JavaScript leaves open', () => {
    const inexact = /Math\.(exp|expm1|log|log2|log10|log1p|tanh|sinh|cosh|sin|cos|tan|pow|cbrt|hypot)\(/;
    for (const path of compiled) {
      // What these compute is only displayed.
      if (path.endsWith('reference.ts') || path.includes('terminal') || path.includes('browser')) continue;
      const found = inexact.exec((text.get(path) ?? '').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''));
      assert.equal(found, null, `${relative(root, path)}: ${found?.[0]}`);
    }
  });
});
