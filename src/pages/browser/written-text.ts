import { element } from './elements.js';
import { signOf } from './visible-characters.js';

/** Controls and overrides of the text direction would move what is around them; line ends and tabs stay. */
const MOVING = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Surprises are coloured in so many steps, each of so many bits. */
const LEVELS = 8;
const BITS = 1;

const levelOf = (probability: number): number =>
  Math.min(LEVELS - 1, Math.floor(-Math.log2(Math.max(probability, 1e-30)) / BITS));

/** The text that grows: the beginning that was given, and what the model adds, coloured by its surprise on request. */
export class WrittenText {
  readonly box = element('div', { class: 'written', id: 'written', tabindex: 0, role: 'region', dir: 'auto' });
  private readonly given = element('span', { class: 'given' });
  private readonly added = element('span', { class: 'added' });
  private prime = '';
  private text = '';
  private readonly levels: number[] = [];
  private isColoured = false;

  constructor() {
    this.box.setAttribute('aria-label', 'Text');
    this.box.append(this.given, this.added);
  }

  /** Everything, as it would be copied. */
  get content(): string {
    return this.prime + this.text;
  }

  begin(prime: string): void {
    this.prime = prime;
    this.text = '';
    this.levels.length = 0;
    this.given.textContent = shown(prime);
    this.added.replaceChildren();
  }

  add(text: string, probabilities: readonly number[]): void {
    this.text += text;
    const levels = probabilities.map(levelOf);
    this.levels.push(...levels);
    this.append(text, levels);
  }

  colour(isColoured: boolean): void {
    this.isColoured = isColoured;
    this.added.replaceChildren();
    this.append(this.text, this.levels);
  }

  /** Appends text; with colours, as one element for each run of characters of the same level. */
  private append(text: string, levels: readonly number[]): void {
    if (!this.isColoured) {
      const last = this.added.lastChild;
      // One text node, so that marks and joined letters are shaped together with what is before them.
      if (last instanceof Text) last.appendData(shown(text));
      else this.added.append(shown(text));
      return;
    }
    let run = '';
    let level = -1;
    const flush = (): void => {
      if (run !== '') this.added.append(element('span', { class: `s${level}` }, shown(run)));
      run = '';
    };
    [...text].forEach((character, i) => {
      // A mark belongs to the character before it.
      if (levels[i] !== level && !/^\p{M}/u.test(character)) {
        flush();
        level = levels[i];
      }
      run += character;
    });
    flush();
  }
}

const shown = (text: string): string => text.replace(MOVING, (character) => signOf(character.codePointAt(0) ?? 0));

/** What the colours mean. */
export function surpriseKey(): HTMLElement {
  const steps = Array.from({ length: LEVELS }, (_, level) => element('i', { class: `s${level}` }));
  return element('p', { class: 'key' }, 'expected ', ...steps, ` ${LEVELS - 1} bits of surprise or more`);
}
