// Writes man/charrnn.1 from the declarations of the commands. Needs a build. With --check it only says whether the page
// is up to date: exit 1 if not.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { commonOptions, usageOf } from '../build/src/commands/command.js';
import { declarations } from '../build/src/commands/declarations.js';
import { allowedText, shownDefault } from '../build/src/commands/help.js';
import { spellings } from '../build/src/commands/spelling.js';
import { exitCodesLine } from '../build/src/exit-codes.js';

const page = new URL('../man/charrnn.1', import.meta.url);
const { version, description } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Text as troff takes it: hyphens that can be typed, and no line that looks like a request. */
const troff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

/** An option: its spellings, then what it does, what it allows and what it is if not given. */
function option(entry) {
  const [, { type, description }] = entry;
  const names = spellings(entry).map((name) => `\\fB${troff(name)}\\fR`);
  const value = type === 'flag' ? '' : ` \\fI${type === 'texts' ? 'text' : type}\\fR`;
  const allowed = allowedText(entry[1]);
  const shown = shownDefault(entry[1]);
  const rest = [allowed, shown === undefined ? '' : `default ${shown}`].filter(Boolean).join(' ');
  return ['.TP', names.join(', ') + value, troff(`${description}${rest && `  ${rest}`}`)];
}

function command(declaration) {
  const { describe, options, arguments: args, examples } = declaration;
  return [
    `.SS charrnn ${troff(usageOf(declaration))}`,
    troff(`${describe}.`),
    ...args.flatMap(({ name, describe }) => ['.TP', `\\fI${name}\\fR`, troff(describe)]),
    ...Object.entries(options).flatMap(option),
    ...examples.flatMap(([line, what]) => ['.TP', `\\fC${troff(line)}\\fR`, troff(what)]),
  ];
}

const text = [
  '.\\" Written by scripts/man.js from the declarations in src/; change those.',
  `.TH CHARRNN 1 "" "charrnn ${version}" "User Commands"`,
  ...['.SH NAME', `charrnn \\- ${troff(description.charAt(0).toLowerCase() + description.slice(1))}`],
  ...[
    '.SH SYNOPSIS',
    ...declarations.flatMap((own) => [
      `.B charrnn ${own.name}`,
      troff(`${usageOf(own).slice(own.name.length + 1)} [options]`),
      '.br',
    ]),
  ],
  ...['.SH COMMANDS', ...declarations.flatMap(command)],
  ...['.SH OPTIONS', 'Every command takes these besides its own.', ...Object.entries(commonOptions).flatMap(option)],
  ...['.TP', '\\fB\\-\\-help\\fR, \\fB\\-h\\fR', 'what a command takes; the same as \\fBcharrnn help\\fR and its name'],
  ...['.TP', '\\fB\\-\\-version\\fR, \\fB\\-v\\fR', 'in place of a command: the version of the program'],
  '.SH EXIT STATUS',
  `${exitCodesLine.replace('Exit codes: ', '')} A reader that goes away is a success.`,
  '.SH ENVIRONMENT',
  '.TP',
  '\\fBNO_COLOR\\fR, \\fBFORCE_COLOR\\fR',
  'no colours, or colours also where there is no terminal.',
  '.SH FILES',
  'Checkpoints are JSON; what is written appears whole or not at all. A lone \\- is standard input or output.',
  '',
].join('\n');

if (!process.argv.includes('--check')) {
  mkdirSync(new URL('./', page), { recursive: true });
  writeFileSync(page, text);
} else if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('man/charrnn.1 is out of date; run `node scripts/man.js`');
  process.exitCode = 1;
}
