import type { Facts } from '../texts/said.ts';

/** What a field takes. */
export type Rule =
  | { name: 'whole-number'; from: number; to: number }
  | { name: 'choice'; options: readonly string[] };

/** Why a request came to nothing: what the service said of it, or that it said nothing. */
export class ApiFailure extends Error {
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  /** What the message names. */
  readonly facts: Facts | undefined;
  /** Which rule a field breaks, where it is one with a name. */
  readonly rules: Record<string, Rule>;
  /** What is wrong with which field of a form. */
  readonly fields: Record<string, string>;
  /** Nobody is signed in, and there is no account yet. */
  readonly firstRun: boolean;

  constructor(status: number, said: Record<string, unknown> = {}) {
    super(typeof said['message'] === 'string' ? said['message'] : `HTTP ${status}`);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = typeof said['code'] === 'string' ? said['code'] : status === 0 ? 'unreachable' : 'internal';
    this.hint = typeof said['hint'] === 'string' ? said['hint'] : undefined;
    this.facts = said['facts'] as Facts | undefined;
    this.rules = (said['rules'] ?? {}) as Record<string, Rule>;
    this.fields = (said['fields'] ?? {}) as Record<string, string>;
    this.firstRun = said['firstRun'] === true;
  }
}
