import type { Outcome } from './answers.ts';
import { ApiFailure } from './api-failure.ts';

export function isFailure(how: Outcome | ApiFailure): how is ApiFailure {
  return how instanceof ApiFailure;
}
