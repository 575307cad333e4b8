import { NO_VALUE, type RunData, type TextData, type UnitsData } from '../report-data.js';
import { button, element, section, selection } from './elements.js';
import { bytesOf } from './expectations.js';
import { short } from './plot-parts.js';
import { codePointsOf, TextView } from './text-view.js';
import { nameOf } from './visible-characters.js';

/** Colours on each side of zero. */
const LEVELS = 5;

interface Watched {
  readonly name: string;
  readonly data: UnitsData;
  readonly layers: readonly Int8Array[];
}

/** The values of one unit along the beginning of the text. */
export class UnitsSection {
  readonly box: HTMLElement;
  private readonly watched: readonly Watched[];
  private readonly codePoints: Uint32Array;
  private readonly detail = element('div', { class: 'detail', 'aria-live': 'polite' });
  private readonly choice = element('div', { class: 'controls' });
  private readonly holder = element('div', { class: 'reading' });
  private model: Watched;
  private layer = 0;
  private unit = 0;
  private view: TextView | undefined;
  /** Shows in the controls which unit is chosen. */
  private markChoice: () => void = () => {};

  constructor(text: TextData, runs: readonly RunData[]) {
    this.codePoints = codePointsOf(text.content);
    this.watched = runs.flatMap(({ name, units: data }) => {
      if (!data) return [];
      return [{ name, data, layers: data.values.map((values) => new Int8Array(bytesOf(values).buffer)) }];
    });
    [this.model] = this.watched;
    const names = this.watched.map(({ name }) => name);
    const models = element(
      'div',
      { class: 'controls' },
      names.length > 1 ? selection('Model', names, (index) => this.choose(this.watched[index])) : null,
    );
    this.box = section(
      'units',
      'What a unit remembers',
      element(
        'p',
        {},
        'The value of one unit after each character: blue below zero, orange above, in shares of its largest value. Choose a unit, or one of those that follow something in the text.',
      ),
      models,
      this.choice,
      this.holder,
    );
    this.choose(this.model);
  }

  private choose(model: Watched): void {
    this.model = model;
    const [first] = model.data.found;
    [this.layer, this.unit] = [first?.layer ?? 0, first?.unit ?? 0];
    this.view = new TextView(this.codePoints.subarray(0, model.data.characters), {
      label: 'The text, coloured by the value of the unit. The arrow keys move from character to character.',
      classOf: (index) => this.classOf(index),
      onPlace: (index) => this.tell(index),
    });
    this.holder.replaceChildren(this.view.box, this.detail);
    this.writeChoice();
    this.tell(null);
  }

  /** Makes the controls for a model. They stay while one chooses, since a new one would not have the focus. */
  private writeChoice(): void {
    const { layers, hidden, found } = this.model.data;
    const layerNames = Array.from({ length: layers }, (_, l) => String(l));
    const layer = selection('Layer', layerNames, (index) => this.show(index, this.unit));
    const select = layer.querySelector('select');
    const number = element('input', { type: 'number', min: 0, max: hidden - 1, value: this.unit });
    number.addEventListener('input', () =>
      this.show(this.layer, Math.min(hidden - 1, Math.max(0, Math.trunc(Number(number.value)) || 0))),
    );
    const buttons = found.map(({ layer, unit, follows, score }) =>
      button(`${follows} (${layer}:${unit}, ${score.toFixed(2)})`, () => this.show(layer, unit)),
    );
    this.markChoice = () => {
      if (select) select.selectedIndex = this.layer;
      if (Number(number.value) !== this.unit) number.value = String(this.unit);
      for (const [i, { layer, unit }] of found.entries()) {
        buttons[i].setAttribute('aria-pressed', String(layer === this.layer && unit === this.unit));
      }
    };
    this.markChoice();
    this.choice.replaceChildren(
      layer,
      element('label', { class: 'control' }, 'Unit ', number),
      ...(buttons.length > 0 ? [element('span', { class: 'note' }, 'Found:'), ...buttons] : []),
    );
  }

  private show(layer: number, unit: number): void {
    [this.layer, this.unit] = [layer, unit];
    this.markChoice();
    this.view?.recolour();
  }

  /** The value of the unit, in 127ths of its scale. */
  private valueAt(index: number): number | undefined {
    const value = this.model.layers[this.layer][index * this.model.data.hidden + this.unit];
    return value === NO_VALUE ? undefined : value;
  }

  private classOf(index: number): string {
    const value = this.valueAt(index);
    if (value === undefined) return 'unread';
    const level = Math.min(LEVELS, Math.round((Math.abs(value) / 127) * LEVELS));
    return level === 0 ? 'b0' : `${value < 0 ? 'n' : 'p'}${level}`;
  }

  private tell(index: number | null): void {
    const { state, scales } = this.model.data;
    const scale = scales[this.layer][this.unit];
    const unit = element('p', {}, `Layer ${this.layer}, unit ${this.unit}: ${state} between ±${short(scale)}.`);
    const value = index === null ? undefined : this.valueAt(index);
    if (index === null || value === undefined) {
      this.detail.replaceChildren(unit);
      return;
    }
    const character = nameOf(String.fromCodePoint(this.codePoints[index]));
    this.detail.replaceChildren(
      unit,
      element('p', { class: 'chosen' }, element('b', {}, character), ` ${short((value / 127) * scale)}`),
    );
  }
}
