/** Whether drawings may go beyond ASCII: a locale says so, or there is none to say otherwise. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = env;
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8';
  return /utf-?8/i.test(locale) && TERM !== 'linux' && TERM !== 'dumb';
}
