import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` to `most`; `otherwise` is what is said of any other. */
export function wholeNumber(least: number, most: number, otherwise: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(otherwise);
  };
}
