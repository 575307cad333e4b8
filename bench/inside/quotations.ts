// Made-up prose with quotation marks, for `charrnn neurons`: paragraphs of sentences of random words, some of them spoken,
// in lines of at most 72 characters. What is told is in the past and what is spoken in the present, so that a model has to
// know where it is at every verb.
//   node build/bench/inside/quotations.js [--paragraphs 3000] [--seed 1] > quotations.txt

import { parseArgs } from 'node:util';
import { Draws } from '../tasks/draws.js';

const LINE = 72;
const names = ['Anna', 'Bela', 'Carl', 'Dora', 'Emil', 'Fanny'];
const spoken = ['said', 'asked', 'answered', 'cried'];
const nouns = [
  'river',
  'house',
  'road',
  'lamp',
  'garden',
  'letter',
  'horse',
  'window',
  'winter',
  'stone',
  'bread',
  'door',
];
const qualities = ['old', 'green', 'narrow', 'quiet', 'heavy', 'broken', 'little', 'strange', 'warm', 'long'];
/** The same verbs in the past, in which the story is told, and in the present, in which its people speak. */
const past = ['saw', 'found', 'kept', 'opened', 'left', 'forgot', 'painted', 'carried', 'sold', 'mended'];
const present = ['sees', 'finds', 'keeps', 'opens', 'leaves', 'forgets', 'paints', 'carries', 'sells', 'mends'];

/** A clause without its first capital and without its end: `the old river found a lamp`. */
function clause(d: Draws, verbs: readonly string[]): string {
  const thing = (): string => {
    const quality = d.chance(1 / 2) ? `${d.pick(qualities)} ` : '';
    return `${d.pick(['the', 'a'])} ${quality}${d.pick(nouns)}`;
  };
  const rest = d.chance(1 / 3) ? ` and ${d.pick(verbs)} ${thing()}` : '';
  return `${d.chance(1 / 3) ? d.pick(names) : thing()} ${d.pick(verbs)} ${thing()}${rest}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Some sentences, all but the last of them with their ends. */
const sentences = (d: Draws, count: number, verbs: readonly string[]): string =>
  Array.from({ length: count }, () => capital(clause(d, verbs))).join('. ');

function paragraph(d: Draws): string {
  const parts = Array.from({ length: 1 + d.below(4) }, () => {
    if (d.chance(1 / 2)) return `${sentences(d, 1 + d.below(3), past)}.`;
    const speech = sentences(d, 1 + d.below(4), present);
    const speaker = `${d.pick(spoken)} ${d.pick(names)}`;
    return d.chance(1 / 3) ? `${capital(speaker)}: "${speech}."` : `"${speech}," ${speaker}.`;
  });
  return wrapped(parts.join(' '));
}

/** Breaks text at words into lines. */
function wrapped(text: string): string {
  let column = 0;
  return text
    .split(' ')
    .map((word, i) => {
      const fits = column + 1 + word.length <= LINE;
      const space = i === 0 ? '' : fits ? ' ' : '\n';
      column = i > 0 && fits ? column + 1 + word.length : word.length;
      return space + word;
    })
    .join('');
}

const { values } = parseArgs({
  options: { paragraphs: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
});
const draws = new Draws(Number(values.seed), 'quotations');
for (let i = 0; i < Number(values.paragraphs); i++) process.stdout.write(`${paragraph(draws)}\n\n`);
