// The rules that keep the code readable, checked.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));
const compiled = sources.filter((path) => !path.includes('assembly') && !path.endsWith('.d.ts'));
const text = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

/** The files that a file imports at run time (not for types alone), relative to the root. */
function importsOf(path: string): string[] {
  const statements = (text.get(path) ?? '').matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm);
  return [...statements].map(([, target]) => join(dirname(path), target.replace(/\.js$/, '.ts')));
}

/** Every file that a file reaches through imports. */
function reachable(path: string, seen = new Set<string>()): Set<string> {
  for (const next of importsOf(path)) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(next, seen);
  }
  return seen;
}

/** Folders that code of a folder may import, besides itself and the single files of `src/`. */
const allowed: Record<string, readonly string[]> = {
  kernels: [],
  text: [],
  model: ['kernels'],
  sampling: ['kernels', 'model', 'text'],
  checkpoint: ['model', 'text'],
  gradcheck: ['kernels', 'model'],
  scoring: ['kernels', 'model', 'text', 'checkpoint', 'threads'],
  threads: ['kernels', 'model', 'text', 'training', 'scoring', 'sampling'],
  training: ['kernels', 'model', 'text', 'checkpoint', 'sampling', 'scoring', 'threads'],
  terminal: ['scoring', 'text'],
  commands: ['kernels', 'sampling', 'text'],
};

describe('the source', () => {
  it('is found', () => assert.ok(compiled.length > 50));

  it('has no circular imports', () => {
    for (const path of compiled) assert.ok(!reachable(path).has(path), `${path} imports itself in the end`);
  });

  it('imports only from the layers above', () => {
    for (const path of compiled) {
      const [, folder] = path.split('/');
      for (const target of importsOf(path)) {
        const [, from, ...rest] = target.split('/');
        const fine = rest.length === 0 || from === folder || !(folder in allowed) || allowed[folder].includes(from);
        assert.ok(fine, `${path} imports ${target}`);
      }
    }
  });

  it('keeps the interface of the kernels free of imports', () => {
    assert.ok(!/^import /m.test(text.get(join('src', 'kernels', 'kernels.ts')) ?? 'import '));
  });

  it('loads no training code to sample', () => {
    const needed = [...reachable(join('src', 'sampling', 'sample.ts'))];
    assert.deepEqual(
      needed.filter((path) => /training|threads|gradcheck/.test(path)),
      [],
    );
  });

  it('has files of at most 300 lines, half of them under 100, cells under 200, commands under 120', () => {
    const lines = (path: string): number => (text.get(path) ?? '').split('\n').length;
    const sorted = sources.map(lines).sort((a, b) => a - b);
    for (const path of sources) assert.ok(lines(path) <= 300, `${path}: ${lines(path)}`);
    assert.ok(sorted[Math.floor(sorted.length / 2)] < 100);
    for (const cell of ['rnn', 'lstm', 'gru']) assert.ok(lines(join('src', 'model', `${cell}.ts`)) < 200);
    for (const path of sources.filter((name) => name.includes('commands'))) assert.ok(lines(path) < 120, path);
  });

  it('writes to the terminal only in terminal/ and cli.ts', () => {
    for (const path of compiled) {
      if (path.includes('terminal') || path.endsWith('cli.ts')) continue;
      assert.ok(!/console\.|process\.(stdout|stderr|exit)/.test(text.get(path) ?? ''), path);
    }
  });

  it('calls no function of Math whose last bits JavaScript does not promise', () => {
    const inexact = /Math\.(exp|expm1|log|log2|log10|log1p|tanh|sinh|cosh|sin|cos|tan|pow|cbrt|hypot)\(/;
    for (const path of compiled) {
      if (path.endsWith('reference.ts') || path.includes('terminal')) continue;
      const found = inexact.exec((text.get(path) ?? '').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''));
      assert.equal(found, null, `${relative(root, path)}: ${found?.[0]}`);
    }
  });
});
