// Writes docs/options.md from the declarations of the commands. Needs a build. With --check it only reports whether the
// page is up to date: exit code 1 if not.
import { readFileSync, writeFileSync } from 'node:fs';
import { commonOptions, usageOf } from '../build/src/commands/command.js';
import { declarations } from '../build/src/commands/declarations.js';
import { allowedText, shownDefault } from '../build/src/commands/help.js';
import { spellings } from '../build/src/commands/spelling.js';

const page = new URL('../docs/options.md', import.meta.url);

function row(entry) {
  const [, option] = entry;
  const names = spellings(entry)
    .map((spelling) => `\`${spelling}\``)
    .join(', ');
  const shown = shownDefault(option);
  const allowed = (option.type === 'texts' ? 'texts' : allowedText(option)) || (option.type === 'flag' ? '' : 'text');
  return `| ${names} | ${allowed} | ${shown === undefined ? '' : `\`${shown}\``} | ${option.description} |`;
}

function parts(table) {
  const groups = [...new Set(Object.values(table).map(({ group }) => group))];
  return groups.map((group) => {
    const rows = Object.entries(table).filter(([, option]) => option.group === group);
    const heading = `### ${group.replace(/:$/, '')}`;
    return [heading, '', '| option | allowed | default | |', '| --- | --- | --- | --- |', ...rows.map(row), ''].join(
      '\n',
    );
  });
}

function section(declaration) {
  return [`## \`charrnn ${usageOf(declaration)}\``, '', ...parts(declaration.options)].join('\n');
}

const text = [
  '# Options',
  '',
  'Every option of every command. `node scripts/options.js` generates this page from the tables in `src/options/`; edit those instead.',
  'Ranges include both ends; anything outside is refused.',
  '',
  ...declarations.filter(({ options }) => Object.keys(options).length > 0).map(section),
  ...['## Every command', '', ...parts(commonOptions)],
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('docs/options.md is out of date; run `node scripts/options.js`');
  process.exitCode = 1;
}
