// Elements of the page. Text becomes text nodes and attributes become attributes: no string is ever read as markup.

export type Child = Node | string | number | null;

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Creates an element. An attribute that is true is empty, one that is false or undefined is absent. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(made: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(
    ...children.filter((child) => child !== null).map((child) => (typeof child === 'number' ? String(child) : child)),
  );
  return made;
}

/** A labelled choice. @param onChange receives the index of the option */
export function selection(
  label: string,
  options: readonly string[],
  onChange: (index: number) => void,
): HTMLLabelElement {
  const select = element('select', {}, ...options.map((text, i) => element('option', { value: i }, text)));
  select.addEventListener('change', () => onChange(select.selectedIndex));
  return element('label', { class: 'control' }, label, ' ', select);
}

export function checkbox(label: string, onChange: (isChecked: boolean) => void): HTMLLabelElement {
  const input = element('input', { type: 'checkbox' });
  input.addEventListener('change', () => onChange(input.checked));
  return element('label', { class: 'control' }, input, ' ', label);
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** A section of the page with its heading, and an anchor for the list of contents. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

/** A table that scrolls sideways in its own box. Numbers are aligned to the right. */
export function table(
  caption: string,
  heading: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLDivElement {
  const cells = (tag: 'th' | 'td', row: readonly Child[]): HTMLTableRowElement =>
    element(
      'tr',
      {},
      ...row.map((cell, i) =>
        element(tag, { class: isNumeric(rows, i) ? 'number' : undefined, ...(tag === 'th' && { scope: 'col' }) }, cell),
      ),
    );
  const made = element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, cells('th', heading)),
    element('tbody', {}, ...rows.map((row) => cells('td', row))),
  );
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, made);
}

const isNumeric = (rows: readonly (readonly Child[])[], column: number): boolean =>
  rows.length > 0 &&
  rows.every((row) => typeof row[column] === 'number' || /^[-+]?[\d.,]+( ?%)?$/.test(String(row[column])));
