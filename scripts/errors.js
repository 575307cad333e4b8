// Writes docs/errors.md: runs the program on bad inputs in a temporary folder and records what it says. Needs a build
// and Linux. With --check it only reports whether the page is up to date: exit code 1 if not.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const page = new URL('../docs/errors.md', import.meta.url);
const cli = new URL('../build/src/cli.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'charrnn-errors-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.chdir(folder);
Object.assign(process.env, { TMPDIR: folder, TZ: 'UTC', NO_COLOR: '1' });
delete process.env.FORCE_COLOR;
process.stderr.isTTY = false;
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);
// Loaded once the environment is set.
const { damagedDocuments, damagedTexts, inputs, makeFiles, systemCodes, unmet, vectorFiles } = await import(
  './bad-inputs.js'
);
const { readFault, userError } = await import('../build/src/files/system-errors.js');
const { readVectors } = await import('../build/src/text/vector-files.js');

/** Runs a command line. @returns its exit code and what it writes to standard error */
async function charrnn(commandLine) {
  const [, escaped = '', command, output] = /^(?:printf '(.*)' \| )?charrnn (.*?)(?: > (\S+))?$/.exec(commandLine);
  const stdin = escaped.replace(/\\(.)/g, (_, letter) => ({ t: '\t', n: '\n' })[letter] ?? letter);
  const words = [...command.matchAll(/'(.*?)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
  return output === undefined ? runHere(words, stdin) : runInProcess(words, output);
}

let runs = 0;
/** Runs it in this process, which takes milliseconds: `cli.js` is loaded again, but not what it imports. */
async function runHere(words, stdin) {
  let said = '';
  const own = { argv: process.argv, out: process.stdout.write, error: process.stderr.write };
  const input = Object.getOwnPropertyDescriptor(process, 'stdin');
  process.argv = [process.execPath, fileURLToPath(cli), ...words];
  process.stdout.write = (_, done) => {
    done?.();
    return true;
  };
  process.stderr.write = (text) => {
    said += text;
    return true;
  };
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(stdin)]), configurable: true });
  try {
    await import(`${cli}?${runs++}`);
    return { code: process.exitCode, said };
  } finally {
    process.exitCode = 0;
    process.argv = own.argv;
    process.stdout.write = own.out;
    process.stderr.write = own.error;
    Object.defineProperty(process, 'stdin', input);
  }
}

function runInProcess(words, output) {
  const stdout = openSync(output, 'w');
  const program = spawnSync(process.execPath, [fileURLToPath(cli), ...words], {
    stdio: ['ignore', stdout, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(stdout);
  return { code: program.status, said: program.stderr };
}

/** A line without the parts that differ between machines and runs. */
const steady = (line) =>
  line
    .replaceAll(`${folder}/`, '/tmp/')
    .replace(new RegExp(`(process |charrnn-)${process.pid}\\b`), (_, before) => `${before}4711`)
    .replace(`not-${hostname()}`, 'elsewhere')
    .replace(/(JavaScript offers) [\d.]+ \w+/, '$1 <size>')
    .replace(/not JSON \([^)]+ is not valid JSON\)/, 'not JSON (<reason>)');

/** The errors of a run, or the notes and warnings of one that succeeds. */
function linesOf({ code, said }) {
  const lines = said.split('\n');
  const errors = lines.filter((line) => line.startsWith('charrnn: ')).map((line) => line.replace('charrnn: ', ''));
  const found = code > 0 ? errors : lines.filter((line) => /^(note|warning): |texts found/.test(line));
  if (found.length === 0) throw new Error(`exit code ${code}, but no message: ${said}`);
  return found.map(steady);
}

const code = (text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text.replaceAll('|', '\\|')}\``);
const row = (...cells) => `| ${cells.join(' | ')} |`;
const heading = (...cells) => [row(...cells), row(...cells.map(() => '---'))];

async function rowOf(input, commandLine) {
  const ended = await charrnn(commandLine);
  return row(input, ended.code, linesOf(ended).map(code).join('<br>'));
}

async function commandLines(title, all) {
  const rows = [];
  for (const line of all) rows.push(await rowOf(code(line), line));
  return [`## ${title}`, '', ...heading('input', 'exit code', 'line'), ...rows, ''];
}

/** A row for each way to damage a checkpoint. */
async function damagedCheckpoints() {
  const whole = readFileSync('model.json', 'utf8');
  const texts = Object.entries(damagedTexts).map(([what, damage]) => [what, damage(whole)]);
  const documents = Object.entries(damagedDocuments).map(([what, damage]) => {
    const document = JSON.parse(whole);
    damage(document);
    return [what, JSON.stringify(document)];
  });
  const rows = [];
  for (const [what, text] of [...texts, ...documents]) {
    writeFileSync('damaged.json', text);
    rows.push(await rowOf(what, 'charrnn train corpus.txt --resume damaged.json -o new.json'));
  }
  return rows;
}

/** A row for each file of vectors. */
async function refusedVectors() {
  const rows = [];
  for (const [what, [path, content]] of Object.entries(vectorFiles)) {
    writeFileSync(path, content);
    const error = await readVectors(path).catch((error) => error);
    rows.push(row(what, code(error.message)));
  }
  return rows;
}

function systemErrors() {
  return systemCodes.map((name) => {
    const error = Object.assign(new Error(), { code: name });
    return row(name, code(readFault('corpus.txt', error).message), code(userError('model.json', error).message));
  });
}

await makeFiles(charrnn);
const sections = [];
for (const [title, all] of Object.entries(inputs)) sections.push(...(await commandLines(title, all)));
const text = [
  '# Errors',
  '',
  'What charrnn says about inputs that it cannot use. `node scripts/errors.js` generates this page: it runs every command line',
  'below in a folder of small files. `corpus.txt` has 960 characters, `model.json` is a model trained on it for 3 steps.',
  '',
  'An error is one line on standard error, after `charrnn: `; with exit code 2, a second line names the help. Notes and',
  'warnings do not end the program. Words in angle brackets are placeholders.',
  '',
  ...sections,
  '## Damaged checkpoint',
  '',
  'What `charrnn train corpus.txt --resume damaged.json -o new.json` says.',
  '',
  ...heading('damage', 'exit code', 'line'),
  ...(await damagedCheckpoints()),
  '',
  '## Files of vectors',
  '',
  'Exit code 1.',
  '',
  ...heading('file', 'line'),
  ...(await refusedVectors()),
  '',
  '## System errors',
  '',
  'Exit code 1. When a write fails for lack of room, the line also says how much is needed.',
  '',
  ...heading('error', 'of a corpus', 'of any other file'),
  ...systemErrors(),
  '',
  '## Lines that no short run produces',
  '',
  'A test compares these lines with the source.',
  '',
  ...heading('cause', 'exit code', 'line'),
  ...unmet.map(([cause, exitCode, line]) => row(cause, exitCode, code(line))),
  '',
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/errors.md is out of date; run `node scripts/errors.js`');
  process.exitCode = 1;
}
