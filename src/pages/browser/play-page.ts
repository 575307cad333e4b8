// The program of a page that writes: a model, a text that grows, and settings that are in the address, too.

import { prepareKernels } from '../../kernels/browser-host.js';
import { Vocabulary } from '../../text/vocabulary.js';
import type { PlayData } from '../play-data.js';
import { button, element } from './elements.js';
import { modelSection } from './model-section.js';
import { unpackedModel } from './packed-model.js';
import { newSeed, PlayControls } from './play-controls.js';
import { fragmentOf, settingsIn } from './play-fragment.js';
import { nameOf, shownText } from './visible-characters.js';
import { Writer } from './writer.js';
import { surpriseKey, WrittenText } from './written-text.js';

/** Unknown characters that the page names. */
const NAMED = 5;

class PlayPage {
  private readonly text = new WrittenText();
  private readonly key = surpriseKey();
  private readonly status = element('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  private readonly rate = element('span', { class: 'rate' });
  private readonly warning = element('p', { class: 'warning', id: 'unknown', role: 'status' });
  private readonly controls: PlayControls;
  private readonly main = button('Write', () => this.toggle());
  private readonly writer: Writer;
  private readonly vocabulary: Vocabulary;

  constructor(private readonly data: PlayData) {
    const checkpoint = unpackedModel(data);
    this.vocabulary = new Vocabulary(checkpoint.vocabulary);
    this.key.hidden = true;
    this.warning.hidden = true;
    this.controls = new PlayControls({
      onChange: () => this.write(),
      onColours: (isColoured) => {
        this.key.hidden = !isColoured;
        this.text.colour(isColoured);
      },
    });
    this.writer = new Writer(checkpoint, {
      onText: (text, probabilities) => this.add(text, probabilities),
      onEnd: (isStopped, rate) => this.end(isStopped, rate),
      onError: (error) => this.fail(error),
    });
  }

  build(main: HTMLElement): void {
    const { prime } = this.controls;
    this.main.className = 'primary';
    this.main.id = 'write';
    const another = button('Another', () => this.another());
    another.title = 'The same settings with a new seed';
    const copy = button('Copy', () => void this.copy(this.text.content, 'The text is copied.'));
    const link = button('Copy link', () => void this.copy(location.href, 'The address of this text is copied.'));
    prime.addEventListener('input', () => this.warn());
    prime.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.write();
    });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.writer.stop();
    });
    addEventListener('hashchange', () => this.begin());
    main.replaceChildren(
      element(
        'header',
        {},
        element('p', { class: 'kicker' }, 'A neural network that writes'),
        element('h1', { dir: 'auto' }, shownText(this.data.title)),
      ),
      element(
        'div',
        { class: 'desk' },
        element(
          'div',
          { class: 'paper' },
          element('label', { for: 'prime', class: 'lead' }, 'Begin the text, or leave this empty'),
          prime,
          this.warning,
          element('div', { class: 'actions' }, this.main, another, element('span', { class: 'gap' }), copy, link),
          this.text.box,
          this.key,
          element('div', { class: 'foot' }, this.status, this.rate),
        ),
        this.controls.box,
      ),
      modelSection(this.data),
      element('footer', {}, 'Everything happens in this file: nothing is loaded, and nothing you type leaves it.'),
    );
    prime.setAttribute('aria-describedby', 'unknown');
    this.begin();
  }

  /** Writes the text that the address asks for. */
  private begin(): void {
    this.controls.values = settingsIn(location.hash, this.data.settings);
    this.write();
  }

  private toggle(): void {
    if (this.writer.isWriting) this.writer.stop();
    else this.write();
  }

  private another(): void {
    this.controls.values = { ...this.controls.values, seed: newSeed() };
    this.write();
  }

  private write(): void {
    const settings = this.controls.values;
    history.replaceState(null, '', fragmentOf(settings));
    this.warn();
    this.text.begin(settings.prime);
    this.text.box.setAttribute('aria-busy', 'true');
    this.status.textContent = '';
    this.rate.textContent = '';
    this.main.textContent = 'Stop';
    this.writer.write(settings, this.controls.pace);
  }

  private add(text: string, probabilities: readonly number[]): void {
    const { box } = this.text;
    // At full speed one reads from the start; otherwise the page follows, unless its reader looks at something else.
    const isAtEnd = Number.isFinite(this.controls.pace) && box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    this.text.add(text, probabilities);
    if (isAtEnd) box.scrollTop = box.scrollHeight;
  }

  private end(isStopped: boolean, rate: number): void {
    const count = [...this.text.content].length - [...this.controls.prime.value].length;
    this.text.box.setAttribute('aria-busy', 'false');
    this.main.textContent = 'Write';
    this.status.textContent = `${isStopped ? 'Stopped after' : 'Done:'} ${Math.max(0, count).toLocaleString('en')} characters.`;
    this.rate.dataset.rate = String(Math.round(rate));
    this.rate.textContent = `${Number(rate.toPrecision(2)).toLocaleString('en')} characters a second on this device`;
  }

  private fail(error: unknown): void {
    this.text.box.setAttribute('aria-busy', 'false');
    this.main.textContent = 'Write';
    this.status.textContent = `It cannot write: ${error instanceof Error ? error.message : String(error)}`;
  }

  /** Tells which characters of the beginning the model does not know. */
  private warn(): void {
    const unknown = new Set(
      [...this.controls.prime.value].filter((character) => this.vocabulary.indexOf(character.codePointAt(0) ?? 0) < 0),
    );
    this.warning.hidden = unknown.size === 0;
    if (unknown.size === 0) return;
    const named = [...unknown].slice(0, NAMED).map(nameOf).join(' ');
    const more = unknown.size > NAMED ? ` and ${unknown.size - NAMED} more` : '';
    const told = `The model has never seen ${named}${more}. It reads the rest.`;
    // What a screen reader has said once, it need not say at each key.
    if (this.warning.textContent !== told) this.warning.textContent = told;
  }

  private async copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.status.textContent = done;
    } catch {
      this.status.textContent = 'The browser does not allow copying here; select the text and copy it.';
    }
  }
}

async function start(): Promise<void> {
  const holder = document.getElementById('data');
  const main = document.getElementById('play');
  if (!holder || !main) return;
  try {
    await prepareKernels();
    new PlayPage(JSON.parse(holder.textContent ?? '{}')).build(main);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    main.replaceChildren(element('p', { role: 'alert' }, `This browser cannot run the model: ${fault}`));
  }
}

void start();
