/** A version that is made of numbers and dots alone (`2.9.11.1000`); others have no order that could be relied on. */
export type Version = readonly number[];

const NUMBER = /^(0|[1-9]\d{0,14})$/;
/** More parts than any product's version has. */
const MOST_PARTS = 8;

/** Undefined for a text that is anything else: a word in it, a leading zero, an empty part. */
export function parseVersion(text: string): Version | undefined {
  const parts = text.split('.');
  if (parts.length > MOST_PARTS || !parts.every((part) => NUMBER.test(part))) return undefined;
  return parts.map(Number);
}
