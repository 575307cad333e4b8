// First names of three invented languages. Two of them share their letters, syllables and, for the most part, endings;
// what separates them is vowel harmony. Two vowels that show it are at least three characters apart, because two
// consonants or the neutral vowel i are between them, so 3-grams of characters see none of it.

import { type Draws, labelled } from './draws.js';

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

const onsets = ['k', 't', 'm', 's', 'l', 'r', 'v', 'n', 'h', 'd'];
const codas = ['n', 'r', 'l', 's', 'm', 'k'];
const front = ['e', 'ö'];
const back = ['a', 'u'];

/**
 * Syllables onset, vowel, coda; a syllable without a coda has the neutral vowel i. `sides` says for each of the vowels
 * that take part whether it is a front vowel.
 */
function harmonic(draws: Draws, sides: readonly boolean[], endings: readonly string[]): string {
  let name = '';
  sides.forEach((isFront, i) => {
    const vowel = draws.pick(isFront ? front : back);
    name += draws.pick(onsets) + vowel + draws.pick(codas);
    if (i + 1 < sides.length && draws.chance(0.25)) name += `${draws.pick(onsets)}i`;
  });
  return capital(name + draws.pick(endings));
}

/** All vowels that take part are on one side. */
function aru(draws: Draws): string {
  const side = draws.chance(0.5);
  return harmonic(draws, new Array(draws.between(2, 3)).fill(side), ['', '', 'i', 'il', 'tis', 'kin']);
}

/** At least one vowel is on the other side. */
function belk(draws: Draws): string {
  const sides = Array.from({ length: draws.between(2, 3) }, () => draws.chance(0.5));
  if (sides.every((side) => side === sides[0])) sides[draws.below(sides.length)] = !sides[0];
  return harmonic(draws, sides, ['', 'is', 'i', 'ild', 'tin', 'vik']);
}

/** Open syllables, some with a cluster, one letter in common with the others now and then at the end. */
function cimo(draws: Draws): string {
  const syllable = (): string =>
    draws.pick([...onsets, 'b', 'p', 'tr', 'kl', 'st']) + draws.pick(['a', 'e', 'i', 'o', 'u', 'ia', 'a', 'e']);
  const name = Array.from({ length: draws.between(2, 3) }, syllable).join('');
  return capital(name + draws.pick(['', '', 'n', 's', 'ra', 'lo']));
}

/** `label⇥name`: three languages, equally frequent, no name twice. */
export function names(count: number, draws: Draws): string[] {
  return labelled(
    count,
    draws,
    new Map([
      ['aru', aru],
      ['belk', belk],
      ['cimo', cimo],
    ]),
  );
}
