import type { PlaySettings } from '../play-data.js';
import { element } from './elements.js';
import { HOTTEST, LARGEST_SEED, LONGEST } from './play-fragment.js';

/** Characters per second, as fast as one reads, quicker, and as fast as the model is. */
const PACES: readonly (readonly [name: string, rate: number])[] = [
  ['as one reads', 40],
  ['brisk', 300],
  ['full speed', Number.POSITIVE_INFINITY],
];
const FASTEST = PACES.length - 1;

export interface ControlEvents {
  /** Another setting was chosen: the text is not the one of the settings any more. */
  readonly onChange: () => void;
  readonly onColours: (isColoured: boolean) => void;
}

/** The fields for the settings. */
export class PlayControls {
  readonly prime = element('textarea', { id: 'prime', rows: 2, spellcheck: 'false', dir: 'auto' });
  readonly box: HTMLElement;
  private readonly temperature = slider('temperature', HOTTEST, 0.05);
  private readonly topP = slider('top-p', 1, 0.01);
  private readonly length = numeric('length', 1, LONGEST);
  private readonly seed = numeric('seed', 0, LARGEST_SEED);
  private readonly paces = element('select', { id: 'pace' }, ...PACES.map(([name]) => element('option', {}, name)));

  constructor({ onChange, onColours }: ControlEvents) {
    const colours = element('input', { type: 'checkbox', id: 'colours' });
    colours.addEventListener('change', () => onColours(colours.checked));
    this.prime.autocapitalize = 'off';
    this.paces.selectedIndex = matchMedia('(prefers-reduced-motion: reduce)').matches ? FASTEST : 1;
    for (const field of [this.temperature.input, this.topP.input, this.length, this.seed]) {
      field.addEventListener('change', onChange);
    }
    this.box = element(
      'fieldset',
      { class: 'settings' },
      element('legend', {}, 'Settings'),
      this.temperature.row('Temperature', 'Low is predictable, high is adventurous.'),
      this.topP.row('Top-p', 'Below 1, unlikely characters are never chosen.'),
      row('Seed', this.seed, 'The same seed and settings give the same text.'),
      row('Characters', this.length),
      row('Pace', this.paces),
      element('label', { class: 'control' }, colours, ' Colour what surprised the model'),
    );
  }

  /** Characters per second. */
  get pace(): number {
    return PACES[this.paces.selectedIndex]?.[1] ?? Number.POSITIVE_INFINITY;
  }

  /** What the fields say; what is out of range is put right, in the field, too. */
  get values(): PlaySettings {
    const settings = {
      prime: this.prime.value,
      temperature: Number(this.temperature.input.value),
      topP: Number(this.topP.input.value),
      length: integerOf(this.length),
      seed: integerOf(this.seed),
    };
    this.length.value = String(settings.length);
    this.seed.value = String(settings.seed);
    return settings;
  }

  set values({ prime, temperature, topP, length, seed = newSeed() }: PlaySettings) {
    this.prime.value = prime;
    this.temperature.set(temperature);
    this.topP.set(topP);
    this.length.value = String(length);
    this.seed.value = String(seed);
  }
}

/** Another seed, short enough to tell somebody. */
export const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000;

function integerOf({ value, min, max }: HTMLInputElement): number {
  const number = Math.floor(Number(value));
  return Number.isFinite(number) ? Math.min(Number(max), Math.max(Number(min), number)) : Number(min);
}

const numeric = (id: string, min: number, max: number): HTMLInputElement =>
  element('input', { type: 'number', id, min, max, step: 1, inputmode: 'numeric' });

function row(label: string, field: HTMLInputElement | HTMLSelectElement, note = ''): HTMLElement {
  return element(
    'div',
    { class: 'row' },
    element('label', { for: field.id }, label),
    field,
    note === '' ? null : element('p', { class: 'note' }, note),
  );
}

/** A slider with its value. Its value in the address may lie between two of its steps. */
function slider(id: string, most: number, step: number) {
  const input = element('input', { type: 'range', id, min: 0, max: most, step });
  const output = element('output', { for: id });
  const show = (): void => {
    output.textContent = Number(input.value).toFixed(2);
  };
  input.addEventListener('input', () => {
    input.step = String(step);
    show();
  });
  return {
    input,
    set: (value: number): void => {
      const isOnStep = Math.abs(value / step - Math.round(value / step)) < 1e-9;
      input.step = isOnStep ? String(step) : 'any';
      input.value = String(value);
      show();
    },
    row: (label: string, note: string): HTMLElement =>
      element(
        'div',
        { class: 'row slider' },
        element('label', { for: id }, label),
        output,
        input,
        element('p', { class: 'note' }, note),
      ),
  };
}
