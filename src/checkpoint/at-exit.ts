const due = new Set<() => void>();

/**
 * Has something done when the process ends: by itself or behind an error that nobody caught. Only a signal that kills
 * leaves no time.
 * @param work synchronous, and throws nothing
 * @returns a function that takes it back
 */
export function atExit(work: () => void): () => void {
  if (due.size === 0) process.on('exit', doAll);
  due.add(work);
  return () => {
    due.delete(work);
    if (due.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const work of due) work();
}
