import assert from 'node:assert/strict';
import { CharrnnError, line, type Message, option, textOf } from '../src/errors.js';

const spell = (key: string): string => `--${key.toUpperCase()}`;

describe('option', () => {
  it('is plain data, which a message between threads may carry', () => {
    const part = option('clipNorm');
    assert.deepEqual(part, { option: 'clipNorm' });
    assert.deepEqual(structuredClone(part), part);
  });
});

describe('line', () => {
  it('keeps the options of a template as parts, in their places', () => {
    const message = line`a ${option('batch')} b ${option('sequence')} c`;
    assert.deepEqual(message, ['a ', { option: 'batch' }, ' b ', { option: 'sequence' }, ' c']);
    assert.deepEqual(structuredClone(message), message);
  });

  it('takes texts and numbers as they are written, zeros and what looks like an option too', () => {
    assert.equal(textOf(line`${'x'}: ${0} of ${-1.5}, ${1e-9} and ${''}`), 'x: 0 of -1.5, 1e-9 and ');
    assert.equal(textOf(line`${'option batch'} ${'[object Object]'}`, spell), 'option batch [object Object]');
  });

  it('takes messages, whose options stay options', () => {
    const inner = line`${option('hidden')} ${12}`;
    const outer = line`${inner}: lower ${option('hidden')}, or ${inner}; ${'no more'}`;
    assert.equal(textOf(outer), 'hidden 12: lower hidden, or hidden 12; no more');
    assert.equal(textOf(outer, spell), '--HIDDEN 12: lower --HIDDEN, or --HIDDEN 12; no more');
    const flat: Message = line`${outer}.`;
    assert.ok(typeof flat !== 'string' && flat.every((part) => !Array.isArray(part)));
    assert.equal(textOf(flat), `${textOf(outer)}.`);
  });

  it('may have nothing around an option, or nothing at all', () => {
    assert.equal(textOf(line`${option('a')}${option('b')}`), 'ab');
    assert.equal(textOf(line``), '');
  });
});

describe('textOf', () => {
  it('calls options by their keys unless it is told how', () => {
    const message = line`lower ${option('learningRate')} or give ${option('clipNorm')} 5`;
    assert.equal(textOf(message), 'lower learningRate or give clipNorm 5');
    assert.equal(textOf(message, spell), 'lower --LEARNINGRATE or give --CLIPNORM 5');
  });

  it('leaves a text alone, whatever it names', () => {
    assert.equal(textOf('batch 50', spell), 'batch 50');
  });
});

describe('CharrnnError', () => {
  it('has its options by their keys in its message, and as parts in its line', () => {
    const message = line`${option('clipNorm')} ${-1}: must be from 0 to 9`;
    const error = new CharrnnError(message, 2);
    assert.equal(error.message, 'clipNorm -1: must be from 0 to 9');
    assert.deepEqual(error.line, message);
    assert.equal(textOf(error.line, spell), '--CLIPNORM -1: must be from 0 to 9');
  });

  it('is an Error of its own name, a failure unless it is said to be one of usage', () => {
    const error = new CharrnnError('it failed');
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'CharrnnError: it failed');
    assert.equal(error.line, 'it failed');
    assert.deepEqual([error.exitCode, new CharrnnError('wrong', 2).exitCode], [1, 2]);
  });

  it('shows what could break its line or change the terminal, but keeps it in its parts', () => {
    const name = 'a\nb\r\t\u001b[31m\u009b\u202e\u2028.txt';
    const shown = 'a\\nb\\r\\t\\u{1b}[31m\\u{9b}\\u{202e}\\u{2028}.txt';
    const error = new CharrnnError(line`${name}: no text; give ${option('force')}`);
    assert.equal(error.message, `${shown}: no text; give force`);
    assert.equal(textOf(error.line), `${name}: no text; give force`);
    assert.equal(new CharrnnError(name).message, shown);
  });
});
