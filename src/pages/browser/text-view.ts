import { element } from './elements.js';
import { signOf } from './visible-characters.js';

/** Characters of a block: it ends at the first line end after so many, or after the second number. */
const BLOCK = 1500;
const LONGEST_BLOCK = 3000;

interface Block {
  readonly from: number;
  readonly to: number;
  readonly box: HTMLElement;
  isColoured: boolean;
}

export interface TextViewSettings {
  readonly label: string;
  /** The class of a character, which gives it its colour. */
  readonly classOf: (index: number) => string;
  /** Called with the character under the pointer or the cursor; null where there is none. */
  readonly onPlace: (index: number | null) => void;
}

/**
 * A long text whose characters are coloured. All of it is in the page, in blocks that the browser skips while they are
 * out of sight, so that it can search in the text; only the blocks in sight have an element for each character.
 */
export class TextView {
  readonly box: HTMLElement;
  private readonly blocks: readonly Block[];
  private readonly places = new WeakMap<Element, number>();
  private cursor: number | null = null;
  private marked: Element | undefined;

  constructor(
    private readonly text: Uint32Array,
    private readonly settings: TextViewSettings,
  ) {
    this.box = element('div', { class: 'text-view', tabindex: 0, role: 'group', 'aria-label': settings.label });
    this.blocks = this.divided();
    this.box.append(...this.blocks.map(({ box }) => box));
    const found = new Map(this.blocks.map((block) => [block.box as Element, block]));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const block = found.get(target);
          if (block) isIntersecting ? this.colour(block) : this.fade(block);
        }
      },
      { root: this.box, rootMargin: '400px 0px' },
    );
    for (const { box } of this.blocks) observer.observe(box);
    this.box.addEventListener('pointermove', (event) => this.onPointer(event));
    this.box.addEventListener('pointerleave', () => settings.onPlace(this.cursor));
    this.box.addEventListener('click', (event) => {
      const index = this.placeOf(event.target);
      if (index !== undefined) this.moveTo(index);
    });
    this.box.addEventListener('keydown', (event) => this.onKey(event));
    addEventListener('beforeprint', () => {
      for (const block of this.blocks.slice(0, 2)) this.colour(block);
    });
  }

  /** Colours the text anew. */
  recolour(): void {
    for (const block of this.blocks) {
      if (!block.isColoured) continue;
      block.isColoured = false;
      this.colour(block);
    }
    this.mark();
    this.settings.onPlace(this.cursor);
  }

  /** Moves the cursor to a character, and shows it. */
  moveTo(index: number): void {
    this.cursor = Math.min(this.text.length - 1, Math.max(0, index));
    this.mark();
    this.marked?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.settings.onPlace(this.cursor);
  }

  /** The character at the cursor; −1 where there is no cursor. */
  get place(): number {
    return this.cursor ?? -1;
  }

  private mark(): void {
    this.marked?.classList.remove('here');
    this.marked = undefined;
    if (this.cursor === null) return;
    const { cursor } = this;
    const block = this.blocks.find(({ to }) => cursor < to);
    if (!block) return;
    this.colour(block);
    this.marked = block.box.children[cursor - block.from];
    this.marked?.classList.add('here');
  }

  private divided(): Block[] {
    const blocks: Block[] = [];
    const { text } = this;
    for (let from = 0; from < text.length; ) {
      let to = Math.min(text.length, from + BLOCK);
      while (to < text.length && to - from < LONGEST_BLOCK && text[to - 1] !== 0x0a) to++;
      const block = { from, to, box: element('div', { class: 'block', dir: 'auto' }), isColoured: true };
      this.fade(block);
      blocks.push(block);
      from = to;
    }
    return blocks;
  }

  private colour(block: Block): void {
    if (block.isColoured) return;
    block.isColoured = true;
    const characters: Element[] = [];
    for (let i = block.from; i < block.to; i++) {
      const character = document.createElement('span');
      character.className = this.settings.classOf(i);
      character.textContent = signOf(this.text[i]);
      if (this.text[i] === 0x0a) character.classList.add('end');
      this.places.set(character, i);
      characters.push(character);
    }
    block.box.replaceChildren(...characters);
    if (this.cursor !== null && this.cursor >= block.from && this.cursor < block.to) this.mark();
  }

  /** Turns a block into plain text of the same size. */
  private fade(block: Block): void {
    if (!block.isColoured) return;
    block.isColoured = false;
    let plain = '';
    for (let i = block.from; i < block.to; i++) plain += signOf(this.text[i]);
    block.box.textContent = plain;
  }

  private placeOf(target: EventTarget | null): number | undefined {
    return target instanceof Element ? this.places.get(target) : undefined;
  }

  private onPointer({ target }: PointerEvent): void {
    const index = this.placeOf(target);
    if (index !== undefined) this.settings.onPlace(index);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.cursor ?? -1;
    const keys: Readonly<Record<string, () => number | null>> = {
      ArrowLeft: () => at - 1,
      ArrowRight: () => at + 1,
      ArrowUp: () => this.inLineBefore(at),
      ArrowDown: () => this.inLineAfter(at),
      Home: () => this.lineStart(at),
      End: () => this.lineEnd(at),
      Escape: () => null,
    };
    const next = keys[event.key]?.();
    if (next === undefined) return;
    event.preventDefault();
    if (next !== null) {
      this.moveTo(next);
      return;
    }
    this.cursor = null;
    this.mark();
    this.settings.onPlace(null);
  }

  private lineStart(at: number): number {
    return this.text.lastIndexOf(0x0a, at - 1) + 1 || 0;
  }

  /** The line end of a line, or its last character at the end of the text. */
  private lineEnd(at: number): number {
    const end = this.text.indexOf(0x0a, Math.max(0, at));
    return end < 0 ? this.text.length - 1 : end;
  }

  private inLineBefore(at: number): number {
    const start = at <= 0 ? 0 : this.lineStart(at);
    if (start === 0) return 0;
    const before = start === 1 ? 0 : this.lineStart(start - 1);
    return Math.min(before + at - start, start - 1);
  }

  private inLineAfter(at: number): number {
    const start = at <= 0 ? 0 : this.lineStart(at);
    const next = this.lineEnd(at) + 1;
    return next >= this.text.length
      ? this.text.length - 1
      : Math.min(next + Math.max(0, at) - start, this.lineEnd(next));
  }
}

/** The code points of a text. */
export function codePointsOf(text: string): Uint32Array {
  const codePoints = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) ?? 0;
    if (codePoint > 0xffff) i++;
    codePoints[length++] = codePoint;
  }
  return codePoints.subarray(0, length);
}
