import assert from 'node:assert/strict';
import { CharrnnError, line, type Message, option, textOf } from '../src/errors.js';

const spell = (key: string): string => `--${key.toUpperCase()}`;

describe('option', () => {
  it('is plain data that can be sent between threads', () => {
    const part = option('clipNorm');
    assert.deepEqual(part, { option: 'clipNorm' });
    assert.deepEqual(structuredClone(part), part);
  });
});

describe('line', () => {
  it('keeps the options of a template as separate parts, in order', () => {
    const message = line`a ${option('batch')} b ${option('sequence')} c`;
    assert.deepEqual(message, ['a ', { option: 'batch' }, ' b ', { option: 'sequence' }, ' c']);
    assert.deepEqual(structuredClone(message), message);
  });

  it('includes texts and numbers verbatim, even zeros and texts that look like options', () => {
    assert.equal(textOf(line`${'x'}: ${0} of ${-1.5}, ${1e-9} and ${''}`), 'x: 0 of -1.5, 1e-9 and ');
    assert.equal(textOf(line`${'option batch'} ${'[object Object]'}`, spell), 'option batch [object Object]');
  });

  it('includes messages, whose options remain options', () => {
    const inner = line`${option('hidden')} ${12}`;
    const outer = line`${inner}: lower ${option('hidden')}, or ${inner}; ${'no more'}`;
    assert.equal(textOf(outer), 'hidden 12: lower hidden, or hidden 12; no more');
    assert.equal(textOf(outer, spell), '--HIDDEN 12: lower --HIDDEN, or --HIDDEN 12; no more');
    const flat: Message = line`${outer}.`;
    assert.ok(typeof flat !== 'string' && flat.every((part) => !Array.isArray(part)));
    assert.equal(textOf(flat), `${textOf(outer)}.`);
  });

  it('allows options without text around them, and an empty message', () => {
    assert.equal(textOf(line`${option('a')}${option('b')}`), 'ab');
    assert.equal(textOf(line``), '');
  });
});

describe('textOf', () => {
  it('names options by their keys unless it is given a spelling', () => {
    const message = line`lower ${option('learningRate')} or give ${option('clipNorm')} 5`;
    assert.equal(textOf(message), 'lower learningRate or give clipNorm 5');
    assert.equal(textOf(message, spell), 'lower --LEARNINGRATE or give --CLIPNORM 5');
  });

  it('returns a plain text unchanged', () => {
    assert.equal(textOf('batch 50', spell), 'batch 50');
  });
});

describe('CharrnnError', () => {
  it('names its options by their keys in `message` and keeps them as parts in `line`', () => {
    const message = line`${option('clipNorm')} ${-1}: must be from 0 to 9`;
    const error = new CharrnnError(message, 2);
    assert.equal(error.message, 'clipNorm -1: must be from 0 to 9');
    assert.deepEqual(error.line, message);
    assert.equal(textOf(error.line, spell), '--CLIPNORM -1: must be from 0 to 9');
  });

  it('is an Error named CharrnnError, with exit code 1 unless another is given', () => {
    const error = new CharrnnError('it failed');
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'CharrnnError: it failed');
    assert.equal(error.line, 'it failed');
    assert.deepEqual([error.exitCode, new CharrnnError('wrong', 2).exitCode], [1, 2]);
  });

  it('escapes control characters in `message`, but not in `line`', () => {
    const name = 'a\nb\r\t\u001b[31m\u009b\u202e\u2028.txt';
    const shown = 'a\\nb\\r\\t\\u{1b}[31m\\u{9b}\\u{202e}\\u{2028}.txt';
    const error = new CharrnnError(line`${name}: no text; give ${option('force')}`);
    assert.equal(error.message, `${shown}: no text; give force`);
    assert.equal(textOf(error.line), `${name}: no text; give force`);
    assert.equal(new CharrnnError(name).message, shown);
  });
});
