// Writes docs/options.md from the tables in src/options.ts. Needs a build. With --check it only says whether the page
// is up to date: exit 1 if not.
import { readFileSync, writeFileSync } from 'node:fs';
import { allowedText, shownValue } from '../build/src/commands/options.js';
import * as tables from '../build/src/options.js';

const page = new URL('../docs/options.md', import.meta.url);

const commands = [
  {
    title: 'charrnn train <corpus..>',
    table: {
      ...tables.beginningOptions,
      ...tables.trainingOptions,
      ...tables.corpusOptions,
      ...tables.engineOptions,
      ...tables.trainOutputOptions,
    },
  },
  { title: 'charrnn sample <checkpoint>', table: tables.samplingOptions },
  { title: 'charrnn gradcheck [checkpoint]', table: tables.gradcheckOptions },
];

function row([name, option]) {
  const names = [`\`--${name}\``, ...(option.alias ? [`\`-${option.alias}\``] : [])].join(', ');
  const isShown = option.default !== undefined && option.type !== 'flag';
  const allowed = allowedText(option) || (option.type === 'flag' ? '' : 'text');
  return `| ${names} | ${allowed} | ${isShown ? `\`${shownValue(option.default)}\`` : ''} | ${option.description} |`;
}

function section({ title, table }) {
  const groups = [...new Set(Object.values(table).map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rows = Object.entries(table).filter(([, option]) => option.group === group);
    const heading = `### ${group.replace(/:$/, '')}`;
    return [heading, '', '| option | allowed | default | |', '| --- | --- | --- | --- |', ...rows.map(row), ''].join(
      '\n',
    );
  });
  return [`## \`${title}\``, '', ...parts].join('\n');
}

const text = [
  '# Options',
  '',
  'Every option of every command. This page is written by `node .dev/options.js` from `src/options.ts`; change that.',
  'Both ends of a range are allowed; anything outside is refused.',
  '',
  ...commands.map(section),
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('docs/options.md is out of date; run `node .dev/options.js`');
  process.exitCode = 1;
}
