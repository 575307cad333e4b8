// The sections that are the same for every run: options, cards, samples and maps of characters.

import type { CharacterMap, ModelCard, ReportData, RunData } from '../report-data.js';
import { drawn, element, section, table } from './elements.js';
import { codePointName, nameOf, shownText } from './visible-characters.js';

const count = (value: number): string => value.toLocaleString('en-US');

/** The options of the runs; those that differ come first and are marked. */
export function optionsSection({ options, runs }: ReportData): HTMLElement | null {
  const described = runs.map((_, i) => i).filter((i) => options.some(({ values }) => values[i] !== null));
  if (described.length === 0) return null;
  const isMarked = ({ values }: ReportData['options'][number]): boolean =>
    new Set(described.map((i) => values[i])).size > 1;
  const ordered = [...options.filter(isMarked), ...options.filter((option) => !isMarked(option))];
  const rows = ordered.map((option) => {
    const name = isMarked(option) ? element('strong', { class: 'differs' }, option.name) : option.name;
    return [
      name,
      ...described.map((i) =>
        isMarked(option) ? element('strong', {}, option.values[i] ?? '–') : (option.values[i] ?? '–'),
      ),
    ];
  });
  const differing = options.filter(isMarked).length;
  const note =
    described.length < 2
      ? null
      : element(
          'p',
          {},
          differing === 0 ? 'All options agree.' : `${differing} of ${options.length} options differ; they come first.`,
        );
  const made = table('Options of the runs', ['option', ...described.map((i) => runs[i].name)], rows);
  made.classList.add('options');
  return section('options', 'Options', note, made);
}

export function cardsSection(runs: readonly RunData[]): HTMLElement | null {
  const cards = runs.flatMap(({ name, card }) => (card ? [cardOf(name, card)] : []));
  return cards.length === 0
    ? null
    : section('model', cards.length > 1 ? 'The models' : 'The model', element('div', { class: 'cards' }, ...cards));
}

const fact = (name: string, value: string | HTMLElement): HTMLElement[] => [
  element('dt', {}, name),
  element('dd', {}, value),
];

function cardOf(name: string, card: ModelCard): HTMLElement {
  const { training, characters } = card;
  const losses = training
    ? [
        ...fact(
          'Training',
          `${count(training.step)}${training.totalSteps === null ? '' : ` of ${count(training.totalSteps)}`} steps${training.epoch === null ? '' : `, ${training.epoch.toFixed(2)} epochs`}, seed ${training.seed}`,
        ),
        ...(training.loss === null
          ? []
          : fact(
              'Loss',
              `${training.loss.toFixed(4)} nats, ${(training.loss / Math.LN2).toFixed(4)} bits per character`,
            )),
        ...(training.best === null
          ? []
          : fact(
              'Best validation',
              `${training.best.loss.toFixed(4)} nats, ${(training.best.loss / Math.LN2).toFixed(4)} bits per character, at step ${count(training.best.step)}`,
            )),
        ...fact(
          'Corpus',
          `${count(training.corpusCharacters)} characters, SHA-256 of its symbols ${training.corpusSha256}`,
        ),
        ...fact('Repeat', element('code', { class: 'command' }, shownText(training.command))),
      ]
    : fact('Training', 'no record: made only for sampling');
  return element(
    'article',
    { class: 'card' },
    element('h3', {}, shownText(name)),
    element(
      'dl',
      {},
      ...fact(
        'Network',
        `${card.cell}, ${card.layers} × ${card.hidden}${card.task === null ? '' : `, for the task ${card.task}`}`,
      ),
      ...fact('Parameters', count(card.parameters)),
      ...(card.bytes === null ? [] : fact('File', `${count(card.bytes)} bytes`)),
      ...losses,
      ...fact(
        `Vocabulary`,
        element(
          'div',
          {},
          `${count(characters.length)} characters${card.hasUnknown ? ', and one symbol for all others' : ''}`,
          element(
            'div',
            { class: 'vocabulary' },
            ...characters
              .slice(0, 600)
              .map((character) =>
                element('span', { class: 'glyph', title: codePointName(character) }, nameOf(character)),
              ),
            characters.length > 600 ? `… and ${count(characters.length - 600)} more` : null,
          ),
        ),
      ),
    ),
  );
}

export function samplesSection(runs: readonly RunData[]): HTMLElement | null {
  const withSamples = runs.filter(({ samples }) => samples.length > 0);
  if (withSamples.length === 0) return null;
  const articles = withSamples.flatMap(({ name, samples }) => [
    ...(withSamples.length > 1 ? [element('h3', {}, shownText(name))] : []),
    element(
      'div',
      { class: 'samples' },
      ...samples.map(({ temperature, seed, text }) =>
        element(
          'figure',
          {},
          element('figcaption', {}, `temperature ${temperature}, seed ${seed}`),
          element('pre', { dir: 'auto', tabindex: 0 }, shownText(text)),
        ),
      ),
    ),
  ]);
  return section(
    'samples',
    'What it writes',
    element('p', {}, 'The lower the temperature, the more predictable the text.'),
    ...articles,
  );
}

export function mapsSection(runs: readonly RunData[]): HTMLElement | null {
  const maps = runs.flatMap(({ name, map }) => (map ? [mapOf(name, map)] : []));
  if (maps.length === 0) return null;
  return section(
    'map',
    'The map of characters',
    element(
      'p',
      {},
      'What the first layer makes of each character: its input weights, projected on the two directions in which they differ most. Characters that the model treats alike are near each other.',
    ),
    element('div', { class: 'maps' }, ...maps),
  );
}

const KINDS: readonly (readonly [name: string, kind: RegExp])[] = [
  ['capital', /^\p{Lu}$/u],
  ['letter', /^\p{L}$/u],
  ['digit', /^\p{N}$/u],
  ['blank or control', /^[\p{Z}\p{C}]$/u],
  ['other', /^/u],
];

/** Half the side of a drawing. */
const HALF = 250;

function mapOf(name: string, { characters, x, y, explained, leftOut }: CharacterMap): HTMLElement {
  const labels = characters.map((character, i) => {
    const kind = KINDS.findIndex(([, pattern]) => pattern.test(character));
    const place = { x: (x[i] * HALF * 0.94).toFixed(1), y: (-y[i] * HALF * 0.94).toFixed(1) };
    return drawn(
      'text',
      { ...place, class: `kind-${kind}` },
      drawn('title', {}, `${nameOf(character)} ${codePointName(character)}`),
      nameOf(character),
    );
  });
  const axes = [
    drawn('line', { x1: -HALF, x2: HALF, y1: 0, y2: 0 }),
    drawn('line', { y1: -HALF, y2: HALF, x1: 0, x2: 0 }),
  ];
  const picture = drawn(
    'svg',
    {
      viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`,
      role: 'img',
      'aria-label': `The ${characters.length} characters of ${name} by two principal components`,
    },
    ...axes,
    ...labels,
  );
  const shares = explained.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ');
  const rest = leftOut === 0 ? '' : ` ${count(leftOut)} more characters are left out.`;
  const legend = KINDS.map(([kind], i) => element('span', { class: `kind-${i}` }, kind));
  return element(
    'figure',
    { class: 'map' },
    element(
      'figcaption',
      {},
      element('span', { class: 'chart-title' }, shownText(name)),
      ' ',
      element('span', { class: 'unit' }, `${shares} of the variance.${rest}`),
    ),
    picture,
    element('div', { class: 'kinds' }, ...legend),
  );
}
