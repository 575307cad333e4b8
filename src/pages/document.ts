import { createHash } from 'node:crypto';

/** A page in one file: it loads nothing, and runs nothing but its own program. */
export interface PageDocument {
  /** Any text. */
  readonly title: string;
  /** Markup of the body, from this program alone: no text of a user may be part of it. */
  readonly body: string;
  readonly styles: string;
  /** A classic script. It finds the data with `document.getElementById('data')`. */
  readonly program: string;
  /** What the program shows: anything that JSON can hold, with any text in it. */
  readonly data: object;
  /** Where the program may send requests; nowhere if not given. */
  readonly connections?: "'self'" | undefined;
  /** Whether the program compiles WebAssembly. */
  readonly hasKernels?: boolean | undefined;
  /** What the page does with its program: `draws its charts`. */
  readonly purpose: string;
}

/** The id of the element that holds the data as JSON. */
export const DATA_ID = 'data';

/** Escapes any text for the content or a quoted attribute of an element. */
export const escapedHtml = (text: string): string =>
  text.replace(/[<>&"'\0\ud800-\udfff]/gu, (c) => (c > '~' || c === '\0' ? '\ufffd' : `&#${c.charCodeAt(0)};`));

/**
 * Serialises a value so that nothing in it can end a script element or begin another one, or end a line of JavaScript.
 * `JSON.parse` returns the same value: the escaped characters occur only inside strings.
 */
export const safeJson = (value: object): string =>
  JSON.stringify(value).replace(
    /[<>&\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * The content security policy of a page: it may run the one program and use the one style sheet whose hashes it names,
 * and neither load nor send anything. No text can become markup that runs, nor can the program create such markup.
 */
export function contentPolicy({ program, styles, connections, hasKernels }: Omit<PageDocument, 'data'>): string {
  const rules = [
    "default-src 'none'",
    `script-src '${hashOf(program)}'${hasKernels ? " 'wasm-unsafe-eval'" : ''}`,
    `style-src '${hashOf(styles)}'`,
    'img-src data:',
    ...(connections ? [`connect-src ${connections}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return rules.join('; ');
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** A small curve that falls, as the icon of the page: without one, a browser asks the server for it. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 2c2 9 5 11 12 12" fill="none" stroke="#0072b2" stroke-width="2.5" stroke-linecap="round"/></svg>',
)}`;

/**
 * Yields a page in pieces.
 * @throws RangeError if its program or styles contain what would end their element
 */
export function* pageDocument(page: PageDocument): Generator<string> {
  const { title, body, styles, program, data, purpose } = page;
  if (/<\/script|<!--/i.test(program)) throw new RangeError('the program would end its element');
  if (/<\/style/i.test(styles)) throw new RangeError('the styles would end their element');
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(page)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapedHtml(title)}</title>
<link rel="icon" href="${ICON}">
<style>${styles}</style>
</head>
<body>
${body}
<noscript><p>This page ${purpose} with a program of its own, and needs JavaScript. It loads nothing.</p></noscript>
<script type="application/json" id="${DATA_ID}">`;
  yield safeJson(data);
  yield `</script>
<script>${program}</script>
</body>
</html>
`;
}
