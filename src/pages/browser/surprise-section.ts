import type { RunData, SurpriseData, TextData } from '../report-data.js';
import { colourOf } from './colours.js';
import { button, element, section, selection, table } from './elements.js';
import { Expectations } from './expectations.js';
import { short } from './plot-parts.js';
import { Plot } from './plots.js';
import { codePointsOf, TextView } from './text-view.js';
import { codePointName, nameOf } from './visible-characters.js';

/** Colours of surprise: none below half a bit, then one for each bit up to ten and more. */
const LEVELS = 10;
const levelOf = (bits: number): number => Math.min(LEVELS, Math.round(bits));

/** Bits that are worth stopping at. */
const STRANGE = 6;

/** Rows of the tables. */
const ROWS = 25;

interface Reader {
  readonly name: string;
  readonly data: SurpriseData;
  readonly expected: Expectations;
}

/** The text, each character coloured by its surprise, and what costs most in it. */
export class SurpriseSection {
  readonly box: HTMLElement;
  private readonly view: TextView;
  private readonly codePoints: Uint32Array;
  private readonly detail = element('div', { class: 'detail', 'aria-live': 'polite' });
  private readonly statistics = element('div', { class: 'statistics' });
  private readonly summary = element('p', {});
  private readonly positions = new Plot({
    title: 'Surprise by position in the line',
    x: 'characters before it in the line',
    y: 'mean bits',
    fromZero: true,
    height: 240,
  });
  private readonly readers: readonly Reader[];
  private reader: Reader;

  constructor(text: TextData, runs: readonly RunData[]) {
    this.codePoints = codePointsOf(text.content);
    this.readers = runs.flatMap(({ name, surprise }) =>
      surprise ? [{ name, data: surprise, expected: new Expectations(surprise) }] : [],
    );
    [this.reader] = this.readers;
    this.view = new TextView(this.codePoints, {
      label: 'The text. The arrow keys move from character to character.',
      classOf: (index) => this.classOf(index),
      onPlace: (index) => this.tell(index),
    });
    const models = this.readers.map(({ name }) => name);
    const controls = element(
      'div',
      { class: 'controls' },
      models.length > 1 ? selection('Read by', models, (index) => this.choose(this.readers[index])) : null,
      button('Next surprise', () => this.next(1)),
      button('Previous', () => this.next(-1)),
      scale(),
    );
    this.box = section(
      'text',
      'The text and its surprises',
      element(
        'p',
        {},
        `${text.origin} Each character is coloured by how much it surprised the model that had read everything before it. Point at a character, tap it, or move with the arrow keys to see what the model expected.`,
      ),
      this.summary,
      controls,
      element('div', { class: 'reading' }, this.view.box, this.detail),
      this.statistics,
    );
  }

  /** Draws what needs a size; call it once the section is in the page. */
  draw(): void {
    this.choose(this.reader);
  }

  private choose(reader: Reader): void {
    this.reader = reader;
    const { meanBits, predictions, unread } = reader.data;
    const skipped =
      unread === 0
        ? ''
        : ` ${unread.toLocaleString('en-US')} characters are not in its vocabulary; it skipped them (struck through).`;
    this.summary.textContent = `${reader.name}: ${meanBits.toFixed(4)} bits per character over ${predictions.toLocaleString('en-US')} predictions.${skipped}`;
    this.view.recolour();
    if (this.view.place < 0) this.tell(this.firstStrange());
    this.writeStatistics();
  }

  private classOf(index: number): string {
    const { expected } = this.reader;
    const bits = expected.surpriseAt(index);
    if (bits !== undefined) return `b${levelOf(bits)}`;
    return expected.isUnread(index) ? 'unread' : 'b0';
  }

  /** A character to begin with: the first that is worth stopping at. */
  private firstStrange(): number {
    const { expected } = this.reader;
    const found = this.codePoints.subarray(0, 2000).findIndex((_, i) => (expected.surpriseAt(i) ?? 0) >= STRANGE);
    return Math.max(0, found);
  }

  private next(direction: 1 | -1): void {
    const { expected } = this.reader;
    const { length } = this.codePoints;
    for (let i = this.view.place + direction; i >= 0 && i < length; i += direction) {
      if ((expected.surpriseAt(i) ?? 0) < STRANGE) continue;
      this.view.moveTo(i);
      this.view.box.focus({ preventScroll: true });
      return;
    }
  }

  private tell(index: number | null): void {
    if (index === null) {
      this.detail.replaceChildren(element('p', { class: 'note' }, 'No character chosen.'));
      return;
    }
    const { expected } = this.reader;
    const character = String.fromCodePoint(this.codePoints[index]);
    const bits = expected.surpriseAt(index);
    const what = element(
      'p',
      { class: 'chosen' },
      element('b', {}, nameOf(character)),
      ' ',
      element(
        'span',
        { class: 'note' },
        `${codePointName(character)}, character ${(index + 1).toLocaleString('en-US')}`,
      ),
    );
    if (bits === undefined) {
      const why = expected.isUnread(index)
        ? 'Not in the vocabulary of the model, which skipped it.'
        : 'The first character: nothing predicts it.';
      this.detail.replaceChildren(what, element('p', {}, why));
      return;
    }
    const probability = 2 ** -bits;
    this.detail.replaceChildren(
      what,
      element(
        'p',
        {},
        `${bits.toFixed(1)} bits: probability ${probability < 0.001 ? short(probability) : percent(probability)}. Expected:`,
      ),
      element(
        'ul',
        { class: 'bars' },
        ...expected
          .alternativesAt(index)
          .map((alternative) =>
            bar(alternative.character, alternative.probability, alternative.character === character),
          ),
      ),
    );
  }

  private writeStatistics(): void {
    const { byPosition, byCharacter, confusions } = this.reader.data;
    const characters = byCharacter
      .slice(0, ROWS)
      .map(({ character, bits, count }) => [
        glyph(character),
        count.toLocaleString('en-US'),
        bits.toFixed(2),
        Math.round(bits * count).toLocaleString('en-US'),
      ]);
    const pairs = confusions
      .slice(0, ROWS)
      .map(({ written, expected, count, bits }) => [
        glyph(written),
        glyph(expected),
        count.toLocaleString('en-US'),
        (bits / count).toFixed(2),
        Math.round(bits).toLocaleString('en-US'),
      ]);
    const hasLines = byPosition.length > 1;
    this.statistics.replaceChildren(
      ...(hasLines ? [this.positions.box] : []),
      table('The characters that cost most', ['character', 'count', 'mean bits', 'all bits'], characters),
      table('The confusions that cost most', ['written', 'expected', 'count', 'mean bits', 'all bits'], pairs),
    );
    if (!hasLines) return;
    const x = byPosition.map((_, i) => i);
    this.positions.show(x, [
      {
        name: this.reader.name,
        values: byPosition.map(({ bits }) => bits),
        colour: () => colourOf('--run-0'),
        kind: 'bars',
      },
    ]);
  }
}

const glyph = (character: string): HTMLElement =>
  element('span', { class: 'glyph', title: codePointName(character) }, nameOf(character));

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function bar(character: string, probability: number, isRight: boolean): HTMLElement {
  const fill = element('span', { class: 'fill' });
  fill.style.inlineSize = `${100 * probability}%`;
  return element(
    'li',
    { class: isRight ? 'right' : undefined },
    glyph(character),
    element('span', { class: 'track' }, fill),
    element('span', { class: 'value' }, percent(probability)),
  );
}

/** What the colours mean. */
function scale(): HTMLElement {
  const steps = Array.from({ length: LEVELS + 1 }, (_, level) =>
    element('span', { class: `b${level}` }, level === LEVELS ? '10+' : level),
  );
  return element(
    'div',
    { class: 'scale', role: 'img', 'aria-label': 'Colours from 0 to 10 bits of surprise and more' },
    'bits ',
    ...steps,
  );
}
