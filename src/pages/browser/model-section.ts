import type { PlayData } from '../play-data.js';
import { button, element, section } from './elements.js';
import { shownText } from './visible-characters.js';

const count = (value: number): string => value.toLocaleString('en');
const loss = (nats: number): string => `${nats.toFixed(3)} nats (${(nats / Math.LN2).toFixed(3)} bits) a character`;

/** What the model is, how good, and the command that makes it again. */
export function modelSection({ name, card, precision, cost }: PlayData): HTMLElement {
  const { training } = card;
  const best = training?.best?.loss;
  const facts: [string, string][] = [
    ['Model', `${shownText(name)}: ${card.cell.toUpperCase()}, ${card.layers} × ${card.hidden}`],
    ['Size', `${count(card.parameters)} weights, ${precision === 'half' ? 'rounded to half precision' : 'float32'}`],
  ];
  if (training) {
    const epochs = training.epoch === null ? '' : `, read ${training.epoch.toFixed(1)} times`;
    facts.push(['Trained on', `${count(training.corpusCharacters)} characters${epochs}`]);
    if (best !== undefined) facts.push(['Loss', `${loss(best)} on text held out`]);
    else if (training.loss !== null) facts.push(['Loss', `${loss(training.loss)} while training`]);
  }
  if (cost) {
    const change = cost.half - cost.single;
    const by = `${change < 0 ? '−' : '+'}${Math.abs(change).toExponential(1)} nats`;
    facts.push(['Rounding', `${by} a character, measured on ${shownText(cost.text)}`]);
  }
  const alphabet = card.characters.map((character) => shownText(character)).join('');
  facts.push(['Knows', `${count(card.characters.length)} characters`]);
  const box = section(
    'model',
    'About the model',
    element('dl', {}, ...facts.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)])),
    element('p', { class: 'alphabet', dir: 'auto' }, alphabet.trim()),
  );
  if (training) {
    const code = element('code', {}, shownText(training.command));
    const copy = button('Copy', () => {
      navigator.clipboard?.writeText(training.command).then(
        () => {
          copy.textContent = 'Copied';
        },
        () => getSelection()?.selectAllChildren(code),
      );
    });
    box.append(
      element('p', { class: 'note' }, 'The command that trains it:'),
      element('div', { class: 'command' }, code, copy),
    );
  }
  return box;
}
