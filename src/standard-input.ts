/** Whether an argument names standard input. */
export const isStandardInput = (path: string | undefined): boolean => path === '-' || path === '/dev/stdin';
