/**
 * Whether a text is new beside another one: a text of one line if that has no such line, a longer one if it does not stand
 * in it anywhere; blanks around either are of no account. Nothing but blanks is never new.
 */
export function noveltyOf(corpus: string): (text: string) => boolean {
  const lines = new Set(corpus.split(/\r\n|\r|\n/).map((line) => line.trim()));
  return (text) => {
    const own = text.trim();
    if (own === '') return false;
    return /[\r\n]/.test(own) ? !corpus.includes(own) : !lines.has(own);
  };
}
