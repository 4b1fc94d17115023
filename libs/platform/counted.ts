/** `1 file`, `2 files`, `3,000 rows`: a number with its noun, in English as all texts so far are. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
