// What docs/errors.md shows: command lines that charrnn refuses or comments on, the files that they name, and the lines
// that only a broken machine would show.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { loadCheckpoint } from '../build/src/checkpoint/read.js';
import { saveCheckpoint } from '../build/src/checkpoint/write.js';
import { thisProcess } from '../build/src/files/processes.js';
import { onnxNetwork, smallNetwork } from '../build/test/imaging/onnx-writer.js';

/** Command lines by section, in the small part of shell syntax that `scripts/errors.js` reads. */
/** A file of tensors with this header. */
function safetensors(header, data) {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

/** Files of tensors that are damaged: a name, the header or a change of a good one, and the bytes after it. */
const hostile = [
  ['short', {}],
  ['no-json', '{"a":'],
  ['a-list', '[]'],
  ['bad-metadata', { __metadata__: { a: 1 } }, 0],
  ['number', { a: 3 }, 0],
  ['type', (a) => ({ a: { ...a, dtype: 'F33' } })],
  ['shape', (a) => ({ a: { ...a, shape: [-2] } })],
  ['gigantic', (a) => ({ a: { ...a, shape: [2 ** 40, 2 ** 12] } })],
  ['no-place', (a) => ({ a: { ...a, data_offsets: [0] } })],
  ['overlap', (a) => ({ a, b: { ...a, shape: [1], data_offsets: [4, 8] } })],
  ['gap', (a) => ({ a: { ...a, shape: [1], data_offsets: [4, 8] } })],
  ['more', (a) => ({ a: { ...a, shape: [1], data_offsets: [0, 4] } })],
];

/** Files of tensors that are no character model. */
const strangeWeights = [
  ...[
    'two-networks',
    'half-a-layer',
    'odd-gates',
    'odd-bias',
    'reversed',
    'headless',
    'two-heads',
    'no-embedding',
    'integers',
    'not-finite',
  ],
];

export const inputs = {
  'Command line': [
    'charrnn trian a.txt',
    'charrnn zzz',
    'charrnn --quiet train a.txt',
    'charrnn train',
    'charrnn sample',
    'charrnn completion',
    'charrnn score',
    'charrnn sample a.json b.json',
    'charrnn train a.txt --hiden 3',
    'charrnn train a.txt -x',
    'charrnn train a.txt --batch 2 --batch 3',
    'charrnn train a.txt --output --quiet',
    'charrnn train a.txt --quiet=false',
    'charrnn train a.txt --cell lstn',
    'charrnn train a.txt --cell bird',
    'charrnn train a.txt --hidden 0x10',
    'charrnn train a.txt --dropout 2',
    'charrnn train a.txt --steps 0',
    'charrnn train a.txt --batch 2.5',
    'charrnn train a.txt --save-every 5h',
    'charrnn train a.txt --log -',
    'charrnn train a.txt --log b.json -o ./b.json',
    'charrnn train a.txt -o - --json',
    'charrnn train a.txt -o - --keep 2',
    'charrnn train a.txt --config none.json',
    'charrnn train a.txt --config corpus.txt',
    'charrnn train a.txt --config list.json',
    'charrnn train a.txt --config hiden.json',
    'charrnn train a.txt --config bird.json',
    'charrnn train a.txt --config quoted.json',
    'charrnn sample a.json --config stop.json',
    'charrnn gradcheck a.json --hidden 4',
    'charrnn inspect a.json --json --history',
    'charrnn inspect a.json --json --svg -',
    'charrnn inspect a.json --svg a.json',
    'charrnn inspect - -',
    'charrnn gradflow --json --svg -',
    'charrnn gradflow a.json --svg a.json',
  ],
  Corpus: [
    'charrnn train none.txt',
    "charrnn train '*.none'",
    'charrnn train loop.txt',
    'charrnn train empty',
    'charrnn train pictures',
    'charrnn train text-and-picture --steps 1',
    'charrnn train text-and-pictures --steps 1 --minutes 1',
    'charrnn train model.json',
    'charrnn train windows-1252.txt',
    'charrnn train utf-16.txt',
    "printf '' | charrnn train -",
    "printf 'aaaa' | charrnn train -",
    'charrnn train corpus.txt --min-count 1000',
    'charrnn train corpus.txt --batch 50 --sequence 50',
    'charrnn train corpus.txt --batch 5000',
    "printf 'hello' | charrnn train - --validation 0.01 --steps 1 --quiet",
  ],
  '`--resume` and `--init-from`': [
    'charrnn train corpus.txt --resume model.json --init-from model.json',
    'charrnn train corpus.txt --resume model.json --extend-vocabulary',
    'charrnn train - --resume - -o new.json',
    'charrnn train corpus.txt --resume -',
    'charrnn train corpus.txt --resume pipe',
    'charrnn train corpus.txt --resume weights.json',
    'charrnn train corpus.txt --resume model.json --seed 7',
    'charrnn train corpus.txt --init-from model.json --hidden 9',
    'charrnn train longer.txt --resume model.json --steps 9',
    'charrnn train another.txt --resume model.json --steps 9',
    'charrnn train letters.txt --resume model.json --steps 9',
    'charrnn train letter.txt --init-from model.json',
    'charrnn train corpus.txt --resume model.json',
    'charrnn train corpus.txt --resume minute.json',
  ],
  '`--task`': [
    'charrnn train corpus.txt --task label',
    "printf 'a\\tone\\na\\ttwo\\n' | charrnn train - --task label",
    "printf 'a\\tone\\nb\\t\\n' | charrnn train - --task label",
    "printf '\\tone\\n' | charrnn train - --task describe",
    "printf 'a\\tb\\tc\\n' | charrnn train - --task translate",
    "printf '\\n' | charrnn train - --task translate",
    'printf \'{"source": "a"}\\n\' | charrnn train - --task translate',
    'printf \'{"source": "a", "target": ""}\\n\' | charrnn train - --task translate',
    'printf \'{"source": "a", "target": 3}\\n\' | charrnn train - --task translate',
    'printf \'{"source": "a", "target": "b\\\\nc"}\\n\' | charrnn train - --task translate',
    "printf '{\"source\\n' | charrnn train - --task translate",
    'charrnn train latin.tsv --task label',
    'charrnn train corpus.txt --balance',
    'charrnn train labels.tsv --task label --reverse-source',
    'charrnn train labels.tsv --task translate --balance',
    'charrnn train labels.tsv --task label --sequence 20',
    'charrnn train labels.tsv --task label --vectors three.csv',
    'charrnn train labels.tsv --task label --init-from model.json',
    'charrnn train labels.tsv --task label --sample-every 5',
    'charrnn train labels.tsv --task describe --films',
    'charrnn train labels.tsv --task describe --vectors three.csv',
    'charrnn train films.tsv --task label --films',
    'charrnn train labels.tsv --task label --validation-file other.tsv',
    'charrnn train labels.tsv --task label --validation-file letters.tsv',
    'charrnn train labels.tsv --task label --batch 50 --steps 1 --quiet',
    'charrnn train labels.tsv --task label --truncate 1 --steps 1 --quiet',
    'charrnn train labels.tsv --resume labels.json --task translate --steps 9',
    'charrnn train labels.tsv --resume labels.json --task label --balance --steps 9',
    'charrnn train labels.tsv --resume model.json --task label --steps 9',
  ],
  '`sample`': [
    'charrnn sample none.json',
    'charrnn sample empty',
    'charrnn sample - --prime-file -',
    "charrnn sample model.json --prime 'a zoo'",
    'charrnn sample model.json --unknown replace=z',
    'charrnn sample model.json --unknown never',
    'charrnn sample model.json --beam 4 --temperature 2',
    "charrnn sample model.json --escape --prime 'a\\q'",
    'charrnn sample model.json --lines 3',
    'charrnn sample model.json --keep-stop',
    "charrnn sample model.json --stop ''",
    'charrnn sample model.json --stop zoo',
    'charrnn sample model.json --temperature 0 --length 3 --count 2 --unique',
    'charrnn sample huge.json',
    'charrnn sample model.json > /dev/full',
  ],
  '`eval`, `score` and `inspect`': [
    'charrnn eval - -',
    'charrnn eval model.json corpus.txt --dynamic --window 9',
    'charrnn eval weights.json corpus.txt --split training',
    'charrnn eval all.json corpus.txt --split validation',
    'charrnn eval model.json longer.txt --split validation',
    'charrnn eval model.json another.txt --split validation',
    'charrnn eval sgd.json corpus.txt --dynamic',
    'charrnn eval steep.json corpus.txt --dynamic --dynamic-rate 1',
    'charrnn score -',
    'charrnn score model.json corpus.txt --dynamic --context line',
    'charrnn score model.json corpus.txt --color --json',
    'charrnn inspect weights.json --history',
    'charrnn inspect model.json none.jsonl',
    'charrnn inspect model.json broken.jsonl',
    'charrnn inspect model.json lossless.jsonl',
    'charrnn inspect model.json wordy.jsonl',
  ],
  '`gradflow`': [
    'charrnn gradflow none.json',
    'charrnn gradflow labels.json',
    'charrnn gradflow model.json --hidden 9',
    'charrnn gradflow model.json corpus.txt --layer 1',
    'charrnn gradflow corpus.txt --layers 3 --layer 3',
    'charrnn gradflow corpus.txt --distance 1000',
    'charrnn gradflow huge.json corpus.txt',
    'charrnn gradflow zeros.json corpus.txt --svg zeros.svg',
    'charrnn gradflow model.json --distance 9',
    'charrnn gradflow model.json letters.txt --distance 9',
    'charrnn gradflow --hidden 2 --distance 9',
  ],
  '`neurons`': [
    'charrnn neurons model.json',
    'charrnn neurons - -',
    'charrnn neurons labels.json corpus.txt',
    'charrnn neurons model.json corpus.txt --property quoets',
    "charrnn neurons model.json corpus.txt --regex '(a'",
    'charrnn neurons model.json corpus.txt --marks pairs.tsv',
    "printf '01' | charrnn neurons model.json corpus.txt --marks -",
    'charrnn neurons model.json corpus.txt --unit 0.c.1',
    'charrnn neurons model.json corpus.txt --unit 0:x:1',
    'charrnn neurons model.json corpus.txt --unit 3:h:1',
    'charrnn neurons model.json corpus.txt --unit 0:h:999',
    'charrnn neurons model.json corpus.txt --layer 7',
    'charrnn neurons model.json corpus.txt --values v.csv',
    'charrnn neurons model.json corpus.txt --values v.npy --top 3',
    'charrnn neurons model.json corpus.txt --unit 0:h:0 --regex a',
    "printf '' | charrnn neurons model.json -",
    "printf '\\t\\t' | charrnn neurons model.json -",
    "printf 'a\\t' | charrnn neurons model.json -",
  ],
  '`report`': [
    'charrnn report',
    'charrnn report model.json --port 8000',
    'charrnn report model.json --watch log.jsonl',
    'charrnn report --watch log.jsonl --text corpus.txt',
    'charrnn report --watch -',
    'charrnn report --watch empty',
    'charrnn report - --text -',
    'charrnn report --log log.jsonl --text corpus.txt',
    'charrnn report model.json --split validation',
    'charrnn report model.json -o model.json',
    'charrnn report model.json -o corpus.txt',
    'charrnn report model.json -o empty',
    "printf '' | charrnn report model.json --text -",
    'charrnn report --log corpus.txt',
    'charrnn report labels.json --text corpus.txt',
    'charrnn train corpus.txt --report -',
    'charrnn train corpus.txt --report corpus.txt',
    'charrnn train corpus.txt --report b.html --log b.html',
    'charrnn train corpus.txt --report b.json -o b.json',
    'charrnn train corpus.txt --report b.html -o /dev/null',
  ],
  '`page`': [
    'charrnn page model.json --text corpus.txt',
    'charrnn page model.json --precision half --split validation',
    'charrnn page - --precision half --text -',
    'charrnn page model.json --precision quarter',
    'charrnn page model.json -o model.json',
    'charrnn page model.json -o corpus.txt',
    'charrnn page model.json --prime zebra',
    'charrnn page model.json --temperature 3',
    'charrnn page labels.json',
    'charrnn page huge.json --precision half',
  ],
  '`vectors`': [
    'charrnn vectors',
    'charrnn vectors pictures',
    'charrnn vectors pictures --network none.onnx',
    'charrnn vectors pictures --network corpus.txt',
    'charrnn vectors pictures --network net.onnx -o vectors.csv',
    'charrnn vectors pictures --network net.onnx --mean 0.5,0.5',
    'charrnn vectors pictures --network net.onnx --std 0',
    'charrnn vectors pictures --network net.onnx --layer fc7',
    'charrnn vectors pictures --network net.onnx --size 224',
    'charrnn vectors pictures --network four.onnx --batch 8',
    'charrnn vectors pictures --network free.onnx',
    'charrnn vectors pictures --network two.onnx',
    'charrnn vectors pictures --network words.onnx',
    'charrnn vectors pictures --network bytes.onnx',
    'charrnn vectors none.png --network net.onnx',
    'charrnn vectors empty --network net.onnx',
    'charrnn vectors pipe --network net.onnx',
  ],
  '`translate`, and `sample` for a task': [
    'charrnn translate',
    'charrnn translate -',
    'charrnn translate model.json corpus.txt',
    'charrnn translate describe.json corpus.txt',
    'charrnn translate sums.json long.txt',
    'charrnn translate sums.json sum.txt --length 1',
    'charrnn sample sums.json',
    'charrnn sample describe.json',
    'charrnn sample describe.json --given Italia',
    'charrnn sample model.json --given Italian',
  ],
  '`compress` and `decompress`': [
    'charrnn compress -',
    'charrnn compress model.json corpus.txt -o corpus.txt',
    'charrnn compress model.json corpus.txt --dynamic --streams 2',
    'charrnn compress labels.json corpus.txt',
    'charrnn decompress model.json /dev/null',
    'charrnn decompress model.json corpus.txt',
    'charrnn decompress model.json newer.crnn',
    'charrnn decompress model.json cut.crnn',
    'charrnn decompress huge.json corpus.crnn',
  ],
  '`export` and `import`': [
    'charrnn export model.json',
    'charrnn export model.json -o model.json',
    'charrnn export model.json -o weights',
    'charrnn export labels.json -o labels.onnx',
    'charrnn import corpus.txt -o new.json',
    'charrnn import model.safetensors',
    'charrnn import none.safetensors -o new.json',
    'charrnn import alone.safetensors -o new.json',
    'charrnn import nameless.safetensors -o new.json',
    'charrnn import nameless.safetensors --vocabulary few.json -o new.json',
    'charrnn import nameless.safetensors --vocabulary twice.json -o new.json',
    'charrnn import nameless.safetensors --vocabulary words.json -o new.json',
    'charrnn import nameless.safetensors --vocabulary rows.json -o new.json',
    'charrnn import nameless.safetensors --vocabulary corpus.txt -o new.json',
    'charrnn import nameless.safetensors --vocabulary number.json -o new.json',
    ...strangeWeights.map((name) => `charrnn import ${name}.safetensors -o new.json`),
    ...hostile.map(([name]) => `charrnn import ${name}.safetensors -o new.json`),
  ],
  Tasks: [
    'charrnn label -',
    'charrnn label labels.json pairs.tsv --threshold 2',
    'charrnn label model.json corpus.txt',
    'charrnn label huge-labels.json corpus.txt',
    'charrnn label vector-labels.json two.csv.list',
    'charrnn label vector-labels.json blank.list',
    'charrnn sample labels.json',
    'charrnn score labels.json corpus.txt',
    'charrnn sample describe.json',
    'charrnn sample translate.json',
    'charrnn label translate.json corpus.txt',
    'charrnn eval labels.json corpus.txt',
    'charrnn eval labels.json pairs.tsv --window 9',
    'charrnn eval labels.json unseen.tsv',
    'charrnn eval labels.json unseen.tsv --split training',
    'charrnn eval all-labels.json pairs.tsv --split validation',
    'charrnn eval huge-labels.json pairs.tsv',
    'charrnn eval vector-labels.json pairs.tsv',
  ],
  Writing: [
    'charrnn train corpus.txt -o corpus.txt',
    'charrnn train text-and-model -o text-and-model/m.json',
    'charrnn train corpus.txt -o held.json',
    'charrnn train corpus.txt -o elsewhere.json',
    'charrnn train corpus.txt -o empty',
    'charrnn train corpus.txt -o corpus.txt/m.json',
    'charrnn train corpus.txt -o dangling/m.json',
    'charrnn train corpus.txt -o loop.txt',
    'charrnn train corpus.txt -o /dev/null --steps 1 --save-every 1 --quiet',
    'charrnn train corpus.txt -o /dev/full --steps 1 --quiet',
    'charrnn train corpus.txt --log corpus.txt',
    'charrnn train corpus.txt --log none/log.jsonl',
    'charrnn train corpus.txt --log pipe',
    'charrnn train corpus.txt --log /dev/full --steps 1 --quiet',
  ],
  'Memory and numbers': [
    'charrnn train corpus.txt --hidden 16384 --layers 64',
    'charrnn train corpus.txt --sequence 65536 --layers 64 --batch 1 --hidden 1',
    'charrnn train corpus.txt --init-from huge.json --steps 1 --quiet',
    'charrnn train corpus.txt --learning-rate 100 --clip-norm 0 --steps 3 --quiet',
  ],
};

const put = (owner, key, value) => {
  owner[key] = value;
};
const version = (text, value) => text.replace('"version": 1', `"version": ${value}`);
const bias = ({ parameters }) => parameters['layer0.b'];
const base64 = (...numbers) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');

/** Ways to damage the text of a checkpoint, and its document. */
export const damagedTexts = {
  'no byte': () => '',
  'another text': () => 'To be, or not to be',
  'cut off': (text) => text.slice(0, 3000),
  'a malformed number': (text) => version(text, '01'),
  'a number of 70,000 digits': (text) => version(text, '1'.repeat(70_000)),
  'a text of 70,000 characters': (text) => version(text, `"${'x'.repeat(70_000)}"`),
  'a repeated key': (text) => version(text, '1, "version": 1'),
  'lists nested 40 deep': (text) => version(text, '['.repeat(40)),
  'a quote in base64': (text) => text.replace('"data":"', '"data":"\\"'),
};
export const damagedDocuments = {
  'JSON of something else': (all) => put(all, 'format'),
  'JSON of another program': (all) => put(all, 'format', 'other'),
  'a later version': (all) => put(all, 'version', 2),
  'a version that is a text': (all) => put(all, 'version', 'one'),
  'a number out of range': ({ model }) => put(model, 'layers', 0),
  'a missing member': ({ model }) => put(model, 'cell'),
  'an unknown option': ({ training }) => put(training.options, 'colour', 'red'),
  'a wrong count of parameters': ({ model }) => put(model, 'parameters', 312),
  'a wrong count of symbols': ({ model }) => put(model, 'vocabulary', 12),
  'half a surrogate pair': ({ vocabulary }) => put(vocabulary.codePoints, 10, 0xd800),
  'characters out of order': ({ vocabulary }) => put(vocabulary.codePoints, 10, 32),
  'moments without a training record': (all) => put(all, 'training'),
  'options of another shape': ({ training }) => put(training.options, 'hidden', 5),
  'a step after the last': ({ training }) => put(training, 'step', 9),
  'more losses than steps': ({ training }) => put(training.recent, 'count', 9),
  'a history beyond the last step': ({ training }) => put(training.history[0], 'step', 9),
  'a history out of order': ({ training }) => training.history.push(training.history[0]),
  'a lowest loss above another': ({ training }) => put(training, 'bestValidationLoss', 9),
  'a task without its labels': ({ model }) => put(model, 'task', { name: 'label' }),
  'labels of a task that has none': ({ model }) => put(model, 'task', { name: 'translate', labels: ['a', 'b'] }),
  'labels out of order': ({ model }) => put(model, 'task', { name: 'label', labels: ['b', 'a'] }),
  'one label': ({ model }) => put(model, 'task', { name: 'label', labels: ['a'] }),
  'examples of another task': ({ training }) =>
    put(training, 'task', { name: 'label', balance: false, reverseSource: false, films: false, truncate: null }),
  'no parameters': (all) => put(all, 'parameters'),
  'a list of parameters': (all) => put(all, 'parameters', []),
  'a missing array': ({ parameters }) => put(parameters, 'layer0.b'),
  'numbers instead of an array': ({ parameters }) => put(parameters, 'layer0.b', [1, 2]),
  'an array that the model does not have': ({ parameters }) => put(parameters, 'layer9.b', parameters['layer0.b']),
  'another shape': (all) => put(bias(all), 'shape', [4, 4]),
  'another precision': (all) => put(bias(all), 'dtype', 'float64'),
  'numbers instead of base64': (all) => put(bias(all), 'data', [1, 2]),
  'a part of an array': (all) => put(bias(all), 'data', base64(1, 2, 3)),
  'a part of a number': ({ parameters }) => put(parameters, 'layer0.b', { data: 'AAA=' }),
  'base64 of three digits': (all) => put(bias(all), 'data', 'AAA'),
  'a space in base64': (all) => put(bias(all), 'data', 'AAAA AAA'),
  'base64 with excess bits': (all) => put(bias(all), 'data', 'AB=='),
  'an infinite weight': (all) => put(bias(all), 'data', base64(...Array(16).fill(Number.POSITIVE_INFINITY))),
  'a negative mean of squares': ({ moments }) => put(moments['v.layer0.b'], 'data', base64(...Array(16).fill(-1))),
};

const npy = (dictionary, numbers = new Float32Array(6), version = 1) => {
  const header = Buffer.from(`${dictionary}\n`);
  const length = Buffer.from(Uint16Array.of(header.length).buffer);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]),
    length,
    header,
    Buffer.from(numbers.buffer),
  ]);
};
const dictionary = (shape, descr = "'<f4'", order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** Files of vectors that are refused: their names and bytes. */
export const vectorFiles = {
  'another extension': ['vectors.txt', '1,2'],
  'no rows': ['vectors.csv', 'red,green\n'],
  'a text among the numbers': ['vectors.csv', '1,2\n3,x\n'],
  'rows of several widths': ['vectors.csv', '1,2\n3\n'],
  'a row without numbers': ['vectors.jsonl', '[]\n'],
  'a blank line between rows': ['vectors.csv', '1,2\n\n3,4\n'],
  'a number beyond float32': ['vectors.jsonl', '[1, 2]\n[3, 1e39]\n'],
  'a list of lists': ['vectors.json', '[[1, 2], [3, 4]]\n'],
  'another format': ['vectors.npy', '1,2\n3,4\n'],
  'a later version': ['vectors.npy', npy(dictionary('(2, 3)'), undefined, 9)],
  'a header cut off': ['vectors.npy', npy(dictionary('(2, 3)')).subarray(0, 30)],
  'a header of 20,000 bytes': ['vectors.npy', npy(dictionary('(2, 3)').padEnd(19_999))],
  'a header of another kind': ['vectors.npy', npy('{}')],
  'Python objects': ['vectors.npy', npy(dictionary('(2, 3)', "'|O'"))],
  'big-endian numbers': ['vectors.npy', npy(dictionary('(2, 3)', "'>f4'"))],
  'whole numbers': ['vectors.npy', npy(dictionary('(2, 3)', "'<i8'"))],
  'Fortran order': ['vectors.npy', npy(dictionary('(2, 3)', "'<f4'", 'True'))],
  'one dimension': ['vectors.npy', npy(dictionary('(6,)'))],
  'a dimension of 0': ['vectors.npy', npy(dictionary('(0, 3)'))],
  'fewer numbers than its shape': ['vectors.npy', npy(dictionary('(2000, 3)'))],
  'an absurd shape': ['vectors.npy', npy(dictionary('(999999999999, 999999999999)'))],
  'not a number': ['vectors.npy', npy(dictionary('(2, 3)'), Float32Array.of(1, 2, 3, 4, Number.NaN, 6))],
};

/** System errors that a folder of small files cannot cause. */
export const systemCodes = [
  'EACCES',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EMFILE',
  'ENAMETOOLONG',
  'ENXIO',
  'EIO',
  'EPIPE',
  'EBUSY',
];

/** Lines that no short run produces: cause, exit code or kind, line. */
export const unmet = [
  [
    '`page` with a model of more than 268 MB',
    '1',
    'model.json: its weights take <size>, more than the <size> that a page can hold; give --precision half',
  ],
  [
    '`page --precision half` with a model of more than 268 MB',
    '1',
    'model.json: its weights take <size>, more than the <size> that a page can hold; use a smaller model',
  ],
  ['`createTrainer` with an empty text', '1', 'the text is empty; give one with some characters'],
  [
    '`createTrainer` with threads, in a page that is not isolated from others',
    '2',
    'threads <n>: need a page that is served with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp; leave threads out',
  ],
  [
    '`report --watch` at a port that is taken',
    '1',
    '--port <number>: another program uses it; give another port, or 0 for any free one',
  ],
  [
    '`report --watch` at a port that needs rights',
    '1',
    '--port <number>: this user may not use it; give another port, or 0 for any free one',
  ],
  [
    'a state that the cell of a model does not have, for `neurons`',
    '2',
    "--state <choice>: this model's cell, <cell>, has <states and gates>; choose among them",
  ],
  [
    'a regular expression that takes exponential time on a text',
    '2',
    '--regex <pattern>: no result on this text within <number> seconds; give a pattern that tries fewer ways',
  ],
  [
    'a text for `neurons` that is larger than the memory',
    '1',
    'the text does not fit in memory: more than <number> characters need <size>, this machine has <size>; give a part of it',
  ],
  [
    'a search of `neurons` that is larger than the memory',
    '1',
    'the search does not fit in memory: it needs <size>, this machine has <size>; give a part of the text, a single layer or fewer properties',
  ],
  [
    'a text that another program writes to',
    '1',
    '<text>: changed while it was being read; wait until nothing writes to it, and start again',
  ],
  [
    'a pipe of more than the free memory',
    '1',
    '<text>: longer than the free memory, <size>; give it as a file, which is read in pieces',
  ],
  [
    'more tokens than an array can hold',
    '1',
    'the corpus is too long: <number> characters need <size>, an array in this Node holds at most <size>; give a part of it',
  ],
  [
    'a corpus larger than the memory',
    '1',
    'the corpus does not fit in memory: <number> characters need <size>, this machine has <size>; give a part of it',
  ],
  [
    'a corpus for which the system has no memory',
    '1',
    'the corpus does not fit in memory: <number> characters need <size>, this machine has <size> but does not provide that much; give a part of it',
  ],
  [
    'a model larger than the memory',
    '1',
    'training needs <size>, this machine has <size>; the largest part is <part>, <size>: <remedy>',
  ],
  [
    'a model larger than the free memory',
    'note',
    'training needs <size>, only <size> is free now: it may be slow, or be killed by the system; the largest part is <part>, <size>: <remedy>',
  ],
  ['`sample` from a model over 4 GiB', '1', 'the model needs <size>, WebAssembly offers <size>; use a smaller one'],
  [
    'a limit on addresses',
    '1',
    'the system refuses a WebAssembly memory of <size> (and 10 GiB of addresses); raise ulimit -v, or use a smaller model',
  ],
  [
    'an array of a checkpoint larger than the memory',
    '1',
    '<path>: <array>: needs <number> bytes of memory, more than this machine provides',
  ],
  [
    'a checkpoint of more than 8 million small values',
    '1',
    '<path>: holds more than <number> values besides its arrays',
  ],
  [
    '`--prime-file` or `--novel` beyond the longest text of JavaScript',
    '1',
    '<path>: <number> bytes, more than the <number> that can be read; give a part of it',
  ],
  [
    '`score` of a text without line ends',
    '1',
    '<text>: line <number> is longer than <number>; break it up, or measure the whole text with eval',
  ],
  [
    'vectors that are longer than the memory',
    '1',
    '<path>: does not fit in memory: <number> vectors of <number> numbers need <size>, this machine has <size>; give a part of it',
  ],
  ['vectors in a pipe', '1', '<path>: is not a regular file; give the path of one'],
  ['vectors that become shorter', '1', '<path>: became shorter while it was read; start again'],
  [
    'a file of vectors without line ends',
    '1',
    '<path>: line <number> is longer than <size>; write one vector per line',
  ],
  [
    '`vectors` without its packages',
    '1',
    'optional packages are missing: <names>; install them with: npm install <names>',
  ],
  [
    '`vectors` on a system for which a package has no binary',
    '1',
    'optional packages cannot be loaded: <name> (<reason>); install them with: npm install <name>',
  ],
  ['`vectors` of a folder with other files', 'note', 'skipped 1 file that is no image: <path>'],
  ['the same', 'note', 'skipped <number> files that are no image: <paths>'],
  ['an image that is damaged', '1', '<path>: cannot be decoded (<reason>); remove it, or convert it to PNG or JPEG'],
  [
    'an image that sharp cannot convert',
    '1',
    '<path>: cannot be decoded (<number> channels instead of <number>); remove it, or convert it to PNG or JPEG',
  ],
  [
    'a network with operations that onnxruntime does not know',
    '1',
    '<path>: onnxruntime cannot load it (<reason>); export it again, or update onnxruntime-node',
  ],
  [
    'a network that works only with one image at a time',
    '1',
    '<path>: onnxruntime cannot run it on <number> images of <width> × <height> (<reason>); try --batch 1',
  ],
  ['a layer of whole numbers', '1', '--layer <name>: holds <type>, not float32; give another one'],
  [
    'a layer that mixes the images',
    '1',
    '--layer <name>: has the shape (<lengths>), not one row for each of <number> images; give another one',
  ],
  ['numbers that become too large', '1', '<path>: the network computes <value>; check --mean and --std'],
  [
    'the loss stops being finite after a save',
    '1',
    'step <number>: the loss is <value> (the last finite loss was <number>); lower --learning-rate, or give --clip-norm 5 if it is 0; <path> holds step <number>',
  ],
  [
    'the gradient stops being finite',
    '1',
    'step <number>: the norm of the gradient of <tensor> is <value>; lower --learning-rate, or give --clip-norm 5 if it is 0',
  ],
  ['a save that fails during training', 'warning', '<error>; training continues, and the next save tries again'],
  [
    'a copy of `--keep` that fails',
    'warning',
    '<path>: step <number> cannot be kept (<error>); training continues without that copy',
  ],
  [
    'a disk without room for two checkpoints',
    'warning',
    '<path>: low disk space: saving needs <size>, only <size> is free; make room, or give a path on another disk',
  ],
  [
    'no BLAS',
    '1',
    "--backend blas: no BLAS with cblas_sgemm found (looked for <names>); install OpenBLAS (Debian: libopenblas0), or set CHARRNN_BLAS to a library's path",
  ],
  [
    'npm without optional packages',
    '1',
    '--backend blas: the optional package koffi is missing; install it with: npm install koffi',
  ],
  [
    'several ranks without an MPI library',
    '1',
    'no MPI library found (looked for <names>); install Open MPI or MPICH (Debian: libopenmpi3 or libmpich12), or set CHARRNN_MPI to its path',
  ],
  [
    'several ranks without koffi',
    '1',
    'several ranks need the optional package koffi; install it with: npm install koffi',
  ],
  [
    'an MPI library for one thread',
    '1',
    '<library>: built without threads, which charrnn has; use another MPI library',
  ],
  [
    'a launcher of another MPI library',
    '1',
    "<library>: finds <number> of the <number> ranks that the launcher started; set CHARRNN_MPI to the path of the launcher's own library",
  ],
  ['thousands of ranks', '1', 'more than <number> messages under way; start fewer ranks'],
  [
    'more ranks than streams',
    '2',
    '--batch <number>: fewer streams than the <number> ranks that share them; give at least <number>, or start fewer',
  ],
  [
    'a rank with another text, version, backend, checkpoint or option',
    '1',
    '<rank>: has another <thing> (<value>) than <first rank> (<value>); all ranks need the same',
  ],
  [
    '`score` with another text on a rank',
    '1',
    'rank <number> (<machine>): has other lines; all ranks need the same text',
  ],
  ['an error on one rank', '1', 'rank <number> (<machine>): <error>'],
  [
    'a rank that has died or hangs',
    '1',
    'no answer from rank <number> (<machine>) for <number> seconds; the run ends, its last checkpoint is whole',
  ],
  [
    'a run resumed by another number of ranks',
    'note',
    'trained by <number> ranks so far, by <number> ranks from here on: the carried states are shared out anew, and sums have another order',
  ],
  [
    'a run of more than a minute where another backend is faster',
    'note',
    '--backend <name> is faster on this machine, with different last digits',
  ],
  [
    'an ARM or old processor, Windows, or no koffi',
    '1',
    '--backend fused: needs an x86-64 processor with AVX2 and FMA, Linux or macOS, and the optional package koffi; leave it out',
  ],
  ['`CHARRNN_SIMD=none`', '1', '--backend fused: CHARRNN_SIMD none turns machine code off; unset it'],
  [
    '`compress` without `--output` in a terminal',
    '2',
    'standard output is a terminal; give --output, or send it elsewhere',
  ],
  ['`compress` of more than 256 MiB', '1', '<file>: <size>, at most <size> can be compressed; split it'],
  ['`import` of a file that changes meanwhile', '1', '<file>: <tensor>: the file has become shorter; try again'],
  ['`import` of a file larger than memory', '1', '<file>: <tensor> needs <size> of memory; free some'],
  ['another value of `CHARRNN_SIMD`', '2', 'CHARRNN_SIMD <value>: must be none, avx2 or avx512'],
  [
    '`translate` with a model that cannot end a line',
    '2',
    'the model knows no line feed, which ends an answer; use another checkpoint',
  ],
  [
    '`sample` from a model of vectors that is given none',
    '2',
    'the model describes vectors; give --given and a file with vectors of <number> numbers',
  ],
  [
    '`--given` with vectors of another width',
    '2',
    '--given: vectors of <number> numbers, but the model needs vectors of <number> numbers',
  ],
  ['`--unique` or `--novel` with vectors', '2', '--unique: cannot be combined with vectors of --given; leave it out'],
  [
    "a text given to the library's `sample` for a model of vectors",
    '2',
    'given <text>: the model describes vectors; give vectors of <number> numbers',
  ],
  [
    "a model of text given to the library's `evaluateExamples`",
    '1',
    'the model is one of text, without a task; measure it on a text',
  ],
  [
    '`eval` with a model of vectors that is given none',
    '2',
    'the model describes vectors; give --vectors with one for each text',
  ],
  ['`--vectors` with another model', '2', '--vectors: only for a model that describes vectors; leave it out'],
  [
    '`eval` with vectors of another width',
    '1',
    '<path>: vectors of <number> numbers, the model reads <number>; give vectors of that width',
  ],
  ["a line given to the library's `score` or `label`", '2', 'line <number>: contains a line feed; split it'],
  ["a number given to the library's `train` for a group of options", '2', '<group> <value>: must be an object'],
  ['a bug in charrnn, after its stack trace', '1', 'this is a bug in charrnn; please report it with the lines above'],
];

/** Writes the files that the inputs name into the working folder. @param charrnn runs a command line */
export async function makeFiles(charrnn) {
  const text = 'the cat sat on the mat. '.repeat(40);
  const texts = {
    another: `${text.slice(0, -2)}..`,
    corpus: text,
    letter: `${text}z`,
    letters: `${text}zebra`,
    longer: `${text}.`,
  };
  for (const [name, own] of Object.entries(texts)) writeFileSync(`${name}.txt`, own);
  const examples = {
    labels: 'early\tab\nlate\tcad\nearly\tabba\n'.repeat(8),
    other: 'never\tab\n',
    letters: 'early\tzebra\n',
    films: 'early\tthree.csv\nlate\ttwo.csv\n',
  };
  for (const [name, own] of Object.entries(examples)) writeFileSync(`${name}.tsv`, own);
  writeFileSync('latin.tsv', 'early\tcaf\xe9\n', 'latin1');
  writeFileSync('three.csv', '1,2,3\n');
  writeFileSync('two.csv', '1,2\n');
  writeFileSync('two.csv.list', 'two.csv\n');
  writeFileSync('blank.list', 'three.csv\n\n');
  writeFileSync('windows-1252.txt', 'caf\xe9', 'latin1');
  writeFileSync('utf-16.txt', '\ufeffhello', 'utf16le');
  for (const folder of ['empty', 'pictures', 'text-and-picture', 'text-and-pictures', 'text-and-model'])
    mkdirSync(folder);
  for (const picture of [
    'pictures/a',
    'pictures/b',
    'text-and-picture/a',
    'text-and-pictures/a',
    'text-and-pictures/b',
  ]) {
    writeFileSync(`${picture}.png`, '\x89PNG\0', 'latin1');
  }
  for (const folder of ['text-and-picture', 'text-and-pictures', 'text-and-model'])
    copyFileSync('corpus.txt', `${folder}/text.txt`);
  const configs = { list: [], hiden: { hiden: 9 }, bird: { bird: 9 }, quoted: { hidden: '9' }, stop: { stop: '.' } };
  for (const [name, config] of Object.entries(configs)) writeFileSync(`${name}.json`, JSON.stringify(config));
  const networks = {
    net: {},
    four: { input: [4, 3, 5, 4] },
    free: { input: ['N', 3, 'H', 'W'] },
    two: { moreInputs: ['ids'] },
    words: { input: ['N', 77] },
    bytes: { type: 2 },
  };
  for (const [name, parts] of Object.entries(networks))
    writeFileSync(`${name}.onnx`, onnxNetwork({ ...smallNetwork, ...parts }));
  symlinkSync('loop.txt', 'loop.txt');
  symlinkSync('nowhere', 'dangling');
  execFileSync('mkfifo', ['pipe']);

  const train = 'charrnn train corpus.txt --layers 1 --hidden 4 --batch 4 --sequence 5 --threads 1 --quiet';
  await charrnn(`${train} --steps 3 -o model.json`);
  await charrnn(`${train} --steps 3 -o all.json --validation 0`);
  await charrnn('charrnn train labels.tsv --task label --hidden 4 --threads 1 --quiet --steps 3 -o labels.json');
  await charrnn(`${train} --steps 3 -o sgd.json --optimizer sgd`);
  await charrnn(`${train} --minutes 0.001 -o minute.json`);
  copyFileSync('model.json', 'text-and-model/m.json');
  const { training, ...weights } = await loadCheckpoint('model.json');
  await saveCheckpoint('weights.json', weights);
  const flat = training.moments.map(({ name, shape, values }) => ({ name, shape, values: values.map(() => 0) }));
  await saveCheckpoint('steep.json', { ...weights, training: { ...training, moments: flat } });
  const huge = weights.parameters.map(({ name, shape, values }) => ({
    ...{ name, shape },
    values: name === 'decoder.W' ? values.map((_, i) => (i % 2 ? 3e38 : -3e38)) : values,
  }));
  await saveCheckpoint('huge.json', { ...weights, parameters: huge });
  const zeros = weights.parameters.map(({ name, shape, values }) => ({ name, shape, values: values.map(() => 0) }));
  await saveCheckpoint('zeros.json', { ...weights, parameters: zeros });
  await charrnn(`${train} --steps 2 -o logged.json --log run.jsonl --log-every 1`);
  const log = readFileSync('run.jsonl', 'utf8');
  writeFileSync('broken.jsonl', `${log}the cat\n`);
  writeFileSync('lossless.jsonl', log.replace(/"loss":[^,]+,/, ''));
  writeFileSync('wordy.jsonl', log.replace(/"epoch":[^,]+,/, '"epoch":"first",'));

  writeFileSync('sum.txt', '1+1\n');
  writeFileSync('sums.tsv', Array.from({ length: 20 }, (_, i) => `${i}+${i}\t${2 * i}\n`).join(''));
  writeFileSync('names.tsv', 'Irish\tKelly\nItalian\tRossi\nIrish\tBurke\nItalian\tRicci\n'.repeat(5));
  writeFileSync('long.txt', `1+1\n${'1'.repeat(20_000)}\n`);
  const task = 'charrnn train --layers 1 --hidden 4 --batch 4 --threads 1 --quiet --steps 3';
  await charrnn(`${task} sums.tsv --task translate -o sums.json`);
  await charrnn(`${task} names.tsv --task describe -o describe.json`);
  writeFileSync('pairs.tsv', 'cat\tthe cat sat\nmat\ton the mat\ncat\ta cat\nmat\ta mat\n'.repeat(5));
  writeFileSync('unseen.tsv', 'cat\ta cat\ndog\ta dog\nfox\ta fox\n');
  const pairs = 'charrnn train pairs.tsv --layers 1 --hidden 4 --steps 3 --threads 1 --quiet';
  await charrnn(`${pairs} --task label -o labels.json`);
  await charrnn(`${pairs} --task label -o all-labels.json --validation 0`);
  for (const task of ['describe', 'translate']) await charrnn(`${pairs} --task ${task} -o ${task}.json`);
  const { training: _, ...labels } = await loadCheckpoint('labels.json');
  const infinite = labels.parameters.map(({ name, shape, values }) => ({
    ...{ name, shape },
    values: name === 'decoder.W' ? values.map((_, i) => (i % 2 ? 3e38 : -3e38)) : values.map(() => 1e3),
  }));
  await saveCheckpoint('huge-labels.json', { ...labels, parameters: infinite });
  const model = { ...labels.model, task: { ...labels.model.task, features: 3 } };
  const ofVectors = labels.parameters.map((array) =>
    array.name === 'layer0.Wx' ? { ...array, shape: [3, 16], values: new Float32Array(48) } : array,
  );
  await saveCheckpoint('vector-labels.json', { ...labels, model, parameters: ofVectors });

  await charrnn('charrnn compress model.json corpus.txt -o corpus.crnn --quiet');
  const compressed = readFileSync('corpus.crnn');
  writeFileSync('cut.crnn', compressed.subarray(0, 60));
  writeFileSync('newer.crnn', Buffer.concat([compressed.subarray(0, 8), Buffer.of(2), compressed.subarray(9)]));

  await charrnn('charrnn export model.json -o model.safetensors --quiet');
  const exported = readFileSync('model.safetensors');
  const headerEnd = 8 + Number(exported.readBigUInt64LE());
  const { __metadata__: _metadata, ...own } = JSON.parse(exported.toString('utf8', 8, headerEnd));
  writeFileSync('nameless.safetensors', safetensors(own, exported.subarray(headerEnd)));
  const { 'decoder.bias': decoderBias } = own;
  const eight = Buffer.alloc(4 * decoderBias.shape[0]);
  writeFileSync('alone.safetensors', safetensors({ a: { ...decoderBias, data_offsets: [0, eight.length] } }, eight));
  writeFileSync('few.json', '["a"]');
  writeFileSync('number.json', '3');
  const rows = own['decoder.weight'].shape[0];
  const letters = Array.from({ length: rows }, (_, i) => String.fromCharCode(97 + i));
  writeFileSync('twice.json', JSON.stringify(['b', ...letters.slice(1)]));
  writeFileSync('words.json', JSON.stringify(['<s>', '</s>', ...letters.slice(2)]));
  writeFileSync('rows.json', JSON.stringify({ a: 0, b: 0 }));
  for (const [name, change, bytes = 8] of hostile) {
    const tensor = { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };
    const header = typeof change === 'function' ? change(tensor.a) : change;
    const data = Buffer.alloc(bytes);
    writeFileSync(`${name}.safetensors`, name === 'short' ? Buffer.alloc(3) : safetensors(header, data));
  }
  const one = (...shape) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b)) });
  const gru = {
    'rnn.weight_ih_l0': one(9, 4),
    'rnn.weight_hh_l0': one(9, 3),
    'decoder.weight': one(4, 3),
    'decoder.bias': one(4),
  };
  const { 'decoder.weight': _matrix, 'decoder.bias': _bias, ...headless } = gru;
  const { 'rnn.weight_hh_l0': _hh, ...halved } = gru;
  const strange = {
    'two-networks': { ...gru, 'other.weight_ih_l0': one(9, 4) },
    'half-a-layer': halved,
    'odd-gates': { ...gru, 'rnn.weight_ih_l0': one(7, 4) },
    'odd-bias': { ...gru, 'rnn.bias_ih_l0': one(8) },
    reversed: { ...gru, 'rnn.weight_ih_l0_reverse': one(9, 4) },
    headless,
    'two-heads': { ...gru, 'fc.weight': one(4, 3), 'fc.bias': one(4) },
    'no-embedding': { ...gru, 'rnn.weight_ih_l0': one(9, 2) },
    integers: gru,
    'not-finite': gru,
  };
  for (const [name, tensors] of Object.entries(strange)) {
    let end = 0;
    const header = {};
    for (const [key, { shape, values }] of Object.entries(tensors)) {
      header[key] = {
        dtype: name === 'integers' ? 'I32' : 'F32',
        shape,
        data_offsets: [end, end + 4 * values.length],
      };
      end += 4 * values.length;
    }
    writeFileSync(
      `${name}.safetensors`,
      safetensors(
        { __metadata__: { vocabulary: '["a","b","c","d"]' }, ...header },
        Buffer.alloc(end, name === 'not-finite' ? 0xff : 0),
      ),
    );
  }

  const holder = { id: '0'.repeat(36), ...(await thisProcess()), since: '2024-05-31T14:03:22Z' };
  writeFileSync('.held.json.lock', JSON.stringify(holder));
  writeFileSync('.elsewhere.json.lock', JSON.stringify({ ...holder, host: `not-${hostname()}` }));
}
