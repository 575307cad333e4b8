// Writes docs/options.md from the tables in src/options.ts. Needs a build. With --check it only says whether the page
// is up to date: exit 1 if not.
import { readFileSync, writeFileSync } from 'node:fs';
import { allowedText, shownDefault } from '../build/src/commands/help.js';
import { registry } from '../build/src/commands/declarations.js';
import { declared } from '../build/src/commands/completion-scripts/declared.js';
import { commonOptions } from '../build/src/commands/command.js';

const page = new URL('../docs/options.md', import.meta.url);

function row([name, option]) {
  const names = [`\`--${name}\``, ...(option.alias ? [`\`-${option.alias}\``] : [])].join(', ');
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

function section({ command, options: table }) {
  return [`## \`charrnn ${command}\``, '', ...parts(table)].join('\n');
}

const commands = await declared(registry);
const text = [
  '# Options',
  '',
  'Every option of every command. This page is written by `node scripts/options.js` from `src/options.ts`; change that.',
  'Both ends of a range are allowed; anything outside is refused.',
  '',
  ...commands.filter(({ options }) => Object.keys(options).length > 0).map(section),
  ...['## Every command', '', ...parts(commonOptions)],
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('docs/options.md is out of date; run `node scripts/options.js`');
  process.exitCode = 1;
}
