import type { Mistake } from './mistakes.ts';

/** The cause of a `conf-invalid`: what is wrong, mistake by mistake, for whoever shows each beside its key. */
export class ConfMistakes extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ text }) => text).join('\n'));
    this.name = 'ConfMistakes';
    this.mistakes = mistakes;
  }
}
