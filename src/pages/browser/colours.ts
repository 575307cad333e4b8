// Colours come from the style sheet, which has one set for light and one for dark; drawings ask for them when they draw.

const dark = matchMedia('(prefers-color-scheme: dark)');
const printing = matchMedia('print');

/** The value of a custom property of the page: `--ink`. */
export const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Colours of runs that are distinct for every kind of colour vision; a ninth run begins again. */
const RUNS = 8;

/** The colour of a run, by its number. */
export const runColour = (run: number): string => colourOf(`--run-${run % RUNS}`);

/** Calls a function whenever the colours change: another scheme, or paper. */
export function onColours(draw: () => void): void {
  dark.addEventListener('change', draw);
  printing.addEventListener('change', draw);
}
