import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type JsonObject, JsonStream, type JsonVisitor } from '../../src/checkpoint/json-stream.js';
import { Fault } from '../../src/files/system-errors.js';

const keepAll: JsonVisitor = { before: () => 'keep', after: () => {} };

/** Parses `text` in chunks of `size` bytes, all of them in the same memory. */
function parse(text: string | Uint8Array, size = 7, visitor = keepAll): JsonObject {
  const json = new JsonStream(visitor);
  const bytes = Buffer.from(text);
  const chunk = Buffer.alloc(size);
  for (let from = 0; from < bytes.length; from += size) {
    json.write(chunk.subarray(0, bytes.copy(chunk, 0, from)));
  }
  return json.end();
}

const faultOf = (text: string | Uint8Array, size?: number): string => {
  try {
    parse(text, size);
  } catch (error) {
    assert.ok(error instanceof Fault, `not a Fault: ${error}`);
    return error.message;
  }
  return 'no fault';
};

const notJson = (offset: number, why: string) => `is not a charrnn checkpoint (not JSON at byte ${offset}: ${why})`;

describe('JsonStream', () => {
  it('agrees with JSON.parse on any object, layout and chunk length', () => {
    const document = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 6 });
    fc.assert(
      fc.property(
        document,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1, '\t', '\r\n'),
        (value, size, indent) => {
          const text = JSON.stringify(value, null, indent);
          assert.equal(JSON.stringify(parse(text, size)), JSON.stringify(JSON.parse(text)));
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('agrees with JSON.parse on whether mutated text is JSON', () => {
    const source = Buffer.from('{"a":[1,-2.5e+3,true,false,null,"x\\u00e9\\n\\"é😀"],"b":{"c":{},"d":[]}, "e" : -0}');
    const mutations = fc.array(fc.tuple(fc.nat(source.length - 1), fc.integer({ min: 0, max: 127 })), { maxLength: 3 });
    fc.assert(
      fc.property(mutations, (changes) => {
        const bytes = Buffer.from(source);
        for (const [at, byte] of changes) bytes[at] = byte;
        let expected: string;
        try {
          expected = JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
        } catch {
          assert.notEqual(faultOf(bytes), 'no fault');
          return;
        }
        const fault = faultOf(bytes);
        if (!fault.startsWith('repeats the key')) assert.equal(JSON.stringify(parse(bytes)), expected);
      }),
      { seed: 2, numRuns: 1500 },
    );
  });

  it('treats __proto__ and toString like any other key', () => {
    const parsed = parse('{"__proto__":{"polluted":1}}');
    assert.deepEqual(Object.keys(parsed), ['__proto__']);
    assert.equal(parsed.polluted, undefined);
    assert.equal(parsed.toString, undefined);
    assert.equal(parsed.constructor, undefined);
  });

  it('names the byte at which a document becomes invalid', () => {
    assert.equal(faultOf('hello'), notJson(0, 'unexpected h'));
    assert.equal(faultOf('[1]'), notJson(0, 'unexpected ['));
    assert.equal(faultOf('{"a":1,}'), notJson(7, 'unexpected }'));
    assert.equal(faultOf('{"a":1 "b":2}'), notJson(7, 'unexpected "'));
    assert.equal(faultOf('{"a":tru}'), notJson(5, 'a malformed value'));
    assert.equal(faultOf('{"a":01}'), notJson(5, 'a malformed value'));
    assert.equal(faultOf('{"a":"\\x"}'), notJson(5, 'a malformed value'));
    assert.equal(faultOf('{"a":1}\n\n{}'), notJson(9, 'unexpected {'));
    assert.equal(faultOf(Uint8Array.of(0x1f, 0x8b)), notJson(0, 'unexpected 0x1f'));
    assert.equal(faultOf('{"a":"tab\tbed"}'), notJson(5, 'a malformed value'));
    assert.equal(faultOf(Buffer.from('7b2261223a22ff227d', 'hex')), notJson(5, 'a malformed value'));
  });

  it('distinguishes a truncated document from an invalid one', () => {
    const text = '{"a":[1,"é"],"b":{}}';
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(
        faultOf(bytes.subarray(0, length)),
        `ends at byte ${length}, in the middle of the document; it is truncated, copy it again`,
      );
    }
  });

  it('refuses a repeated key, in chunks of any length', () => {
    for (let size = 1; size < 20; size++) {
      assert.equal(faultOf('{"a":{"b":1,"b":2}}', size), 'repeats the key "b" at byte 12');
    }
  });

  it('limits depth, texts and values', () => {
    assert.match(faultOf(`{"a":${'['.repeat(100_000)}`), /^is nested deeper than 32 at byte \d+$/);
    assert.match(faultOf(`{"a":`.repeat(100_000)), /^is nested deeper than 32/);
    const long = 'x'.repeat(70_000);
    assert.match(faultOf(`{"a":"${long}"}`, 4096), /^holds a string longer than 65536 bytes at byte 5$/);
    assert.match(faultOf(`{"${long}":1}`, 4096), /^holds a string longer than 65536 bytes at byte 1$/);
    assert.match(faultOf(`{"a":${'1'.repeat(70_000)}}`, 4096), /a number longer than 65536 bytes/);
    assert.equal(
      faultOf(`{"a":[${'0,'.repeat(2 ** 23)}0]}`, 65_536),
      'holds more than 8388608 values besides its arrays',
    );
  });

  it('drops what the visitor skips, without limits on it', () => {
    const skipB: JsonVisitor = { before: (path) => (path[0] === 'b' ? 'skip' : 'keep'), after: () => {} };
    const long = 'x\\"'.repeat(70_000);
    const parsed = parse(`{"a":1,"b":{"c":["${long}",{"d":2}]},"e":3}`, 4096, skipB);
    assert.equal(JSON.stringify(parsed), '{"a":1,"e":3}');
  });

  it('passes the visitor the path, the offset, the earlier members and the value', () => {
    const seen: string[] = [];
    parse('{"a":1,"b":{"c": "d"}}', 3, {
      before: (path, owner, offset) => {
        seen.push(`${path.join('.')} at ${offset} after ${Object.keys(owner).join()}`);
        return 'keep';
      },
      after: (path, value) => {
        seen.push(`${path.join('.')} = ${JSON.stringify(value)}`);
      },
    });
    assert.deepEqual(seen, [
      'a at 5 after ',
      'a = 1',
      'b at 11 after a',
      'b.c at 16 after ',
      'b.c = "d"',
      'b = {"c":"d"}',
    ]);
  });
});
