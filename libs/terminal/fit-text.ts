/**
 * A text in at most `width` characters, for rows of a table. What is cut out is shown by `…`: at the end, or
 * in the middle of names, whose ends tell them apart. Control characters must be gone already (oneLine).
 */
export function fitText(text: string, width: number, cut: 'end' | 'middle' = 'end'): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const kept = Math.max(0, width - 1);
  const tail = cut === 'end' ? 0 : Math.floor(kept / 2);
  return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
