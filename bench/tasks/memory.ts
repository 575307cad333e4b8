// Tasks that need a memory over a distance: the first symbol of a text, brackets, and two marked digits.

import { type Draws, distinct, labelled } from './draws.js';

const symbols = 'abcdefgh';

const repeated = (length: number, make: () => string): string => Array.from({ length }, make).join('');

/**
 * `label⇥text`: the label is the first of 1 + distance characters, the others say nothing. With `same` they are drawn
 * from the label's eight letters, so only the place tells the first one apart; otherwise from ten digits.
 */
export function copy(count: number, draws: Draws, distance = 10, same = false): string[] {
  const others = same ? symbols : '0123456789';
  return labelled(
    count,
    draws,
    new Map(
      Array.from(symbols, (symbol) => [symbol, () => symbol + repeated(distance, () => draws.pick<string>(others))]),
    ),
  );
}

/** The place of every bracket's partner. */
function partners(brackets: string): number[] {
  const open: number[] = [];
  const result: number[] = [];
  for (let i = 0; i < brackets.length; i++) {
    if ('(['.includes(brackets[i])) open.push(i);
    else {
      const j = open.pop() ?? 0;
      result[i] = j;
      result[j] = i;
    }
  }
  return result;
}

/** A balanced text of 2 · pairs brackets of two kinds. */
function balanced(draws: Draws, pairs: number): string {
  const open: string[] = [];
  let text = '';
  for (let left = pairs; left > 0 || open.length > 0; ) {
    // The chance that makes all balanced sequences of one kind equally frequent (Arnold and Sleep, 1980).
    const total = 2 * left + open.length;
    const up = (left * (open.length + 2)) / (total * (open.length + 1));
    if (left > 0 && (open.length === 0 || draws.chance(up))) {
      const square = draws.chance(0.5);
      open.push(square ? ']' : ')');
      text += square ? '[' : '(';
      left--;
    } else text += open.pop();
  }
  return text;
}

/** A balanced text with the closing brackets of a round and of a square pair exchanged, so that counting does not help. */
function unbalanced(draws: Draws, pairs: number): string {
  for (;;) {
    const text = balanced(draws, pairs);
    const partner = partners(text);
    // Pairs around others, where there are some, because two neighbours that do not match are easy to see.
    const closing = (kind: string): number[] => {
      const all = Array.from(text, (_, i) => i).filter((i) => text[i] === kind);
      const wide = all.filter((i) => i - partner[i] > 1);
      return wide.length > 0 ? wide : all;
    };
    const [round, square] = [closing(')'), closing(']')];
    if (round.length === 0 || square.length === 0) continue;
    const characters = Array.from(text);
    characters[draws.pick(round)] = ']';
    characters[draws.pick(square)] = ')';
    return characters.join('');
  }
}

/**
 * `label⇥text`: whether the brackets of two kinds in a text of `distance` characters, at least 4, are balanced: yes or no.
 * A half to all of the characters are brackets, at least two pairs; letters between them change nothing.
 */
export function brackets(count: number, draws: Draws, distance = 10): string[] {
  const mixed = (make: typeof balanced): string => {
    const most = Math.floor(distance / 2);
    const text = make(draws, draws.between(Math.max(2, Math.ceil(most / 2)), Math.max(2, most)));
    const isBracket = draws.shuffled(Array.from({ length: distance }, (_, i) => i < text.length));
    let at = 0;
    return isBracket.map((is) => (is ? text[at++] : draws.pick<string>(symbols))).join('');
  };
  return labelled(
    count,
    draws,
    new Map([
      ['yes', () => mixed(balanced)],
      ['no', () => mixed(unbalanced)],
    ]),
  );
}

const DEEPEST = 4;

/** `label⇥text`: how many brackets are open, 0 to 4, at the end of `distance` characters; letters count for nothing. */
export function depth(count: number, draws: Draws, distance = 10): string[] {
  const walk = (): { text: string; at: number } => {
    let at = 0;
    const text = repeated(distance, () => {
      const steps = ['', ...(at < DEEPEST ? ['('] : []), ...(at > 0 ? [')'] : [])];
      const step = draws.pick(steps);
      at += step === '(' ? 1 : step === ')' ? -1 : 0;
      return step || draws.pick<string>(symbols);
    });
    return { text, at };
  };
  const ending = (wanted: number): string => {
    for (;;) {
      const { text, at } = walk();
      if (at === wanted) return text;
    }
  };
  const depths = Array.from({ length: Math.min(DEEPEST, distance) + 1 }, (_, i) => i);
  return labelled(count, draws, new Map(depths.map((wanted) => [String(wanted), () => ending(wanted)])));
}

/**
 * `source⇥target`: `distance` digits, one in each half after a star, and the sum of these two. The adding problem of
 * Hochreiter and Schmidhuber (1997) in characters.
 */
export function marked(count: number, draws: Draws, distance = 10): string[] {
  return distinct(count, () => {
    const digits = Array.from({ length: distance }, () => draws.below(10));
    const half = Math.floor(distance / 2);
    const places = [draws.below(half), half + draws.below(distance - half)];
    const text = digits.map((digit, i) => (places.includes(i) ? `*${digit}` : String(digit))).join('');
    return [text, `${text}\t${digits[places[0]] + digits[places[1]]}`];
  });
}
