// Lines `source⇥target` whose target follows from the source: sums and dates.

import { type Draws, distinct } from './draws.js';

/**
 * `535+61⇥596`: every unordered pair of numbers once, in a random order. A number is uniform below 10^digits; with
 * `byLength` its number of digits is uniform, as in the addition example of Keras, so short numbers are more frequent.
 */
export function sums(count: number, draws: Draws, digits = 3, byLength = false): string[] {
  const number = (): number => draws.below(10 ** (byLength ? draws.between(1, digits) : digits));
  return distinct(count, () => {
    const a = number();
    const b = number();
    return [`${Math.min(a, b)}+${Math.max(a, b)}`, `${a}+${b}\t${a + b}`];
  });
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const romans = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];
const ones = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
const teens = [
  ...['tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth'],
  ...['fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth'],
];
const ordinalWords = [
  ...[...ones, ...teens, 'twentieth'],
  ...[...ones.map((one) => `twenty-${one}`), 'thirtieth', 'thirty-first'],
];

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
function ordinal(day: number): string {
  const ending = day >= 11 && day <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

interface Day {
  /** Year, month and day with four, two and two digits. */
  readonly y: string;
  readonly m: string;
  readonly d: string;
  readonly day: number;
  readonly month: string;
  readonly weekday: string;
}

const short = (name: string): string => name.slice(0, 3);

/** Formats that only one date can mean. */
const formats: readonly ((day: Day) => string)[] = [
  ({ day, month, y }) => `${day} ${month} ${y}`,
  ({ day, month, y }) => `${short(month)} ${day}, ${y}`,
  ({ day, month, y }) => `${month} ${ordinal(day)}, ${y}`,
  ({ day, month, y, weekday }) => `${weekday}, ${ordinal(day)} of ${month} ${y}`,
  ({ day, month, y, weekday }) => `${short(weekday)} ${day} ${short(month)} ${y}`,
  ({ d, month, y }) => `${d}-${short(month).toUpperCase()}-${y}`,
  ({ y, m, d }) => `${y}/${m}/${d}`,
  ({ y, m, d }) => `${y}${m}${d}`,
  ({ y, month, day }) => `${y}, ${month.toLowerCase()} ${day}`,
  ({ day, m, y }) => `${day}.${romans[Number(m) - 1]}.${y}`,
  ({ day, month, y }) => `the ${ordinalWords[day - 1]} of ${month} ${y}`,
  ({ day, month, y, weekday }) => `${weekday.toLowerCase()} ${month.toLowerCase()} ${day} ${y}`,
  ({ y, m, d }) => `y${y} m${m} d${d}`,
];

const DAY = 86_400_000; // milliseconds
const FIRST = Date.UTC(1900, 0, 1);
const DAYS = (Date.UTC(2100, 0, 1) - FIRST) / DAY;

/** `Wednesday, 3rd of March 2021⇥2021-03-03`: days of 1900 to 2099 in a dozen formats, every source once. */
export function dates(count: number, draws: Draws): string[] {
  return distinct(count, () => {
    const date = new Date(FIRST + draws.below(DAYS) * DAY);
    const iso = date.toISOString().slice(0, 10);
    const [y, m, d] = iso.split('-');
    const month = months[date.getUTCMonth()];
    const source = draws.pick(formats)({ y, m, d, day: Number(d), month, weekday: weekdays[date.getUTCDay()] });
    return [source, `${source}\t${iso}`];
  });
}
