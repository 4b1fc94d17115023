import { LifeboatError } from '#platform/errors.ts';
import type { AgreementKey, RestorePlan } from './restore-plan.ts';

/** What a person agreed to, by key. `confirmed` is the yes to the plan as a whole (BS-21). */
export interface AgreementsGiven {
  confirmed: boolean;
  keys: ReadonlySet<AgreementKey>;
}

const CODES = {
  'other-machine': 'archive-other-system',
  incomplete: 'archive-incomplete',
  'archive-profile': 'trust-needed',
  'in-place': 'not-confirmed',
} as const;

const HINTS: Record<AgreementKey, string> = {
  'other-machine': 'if this machine is to take that system over, agree with --agree-other-machine',
  incomplete: 'to restore what it holds, agree with --agree-incomplete; components it lacks stay as they are',
  'archive-profile':
    'look at the plan, then agree by typing the system\'s name: --trust-archive "NAME"; --yes alone is not enough',
  'in-place':
    'look at the plan, then agree by typing the system\'s name: --in-place "NAME"; --yes alone is not enough',
};

/** Throws the plan's first refusal, or the first agreement that was not given; nothing was changed by then. */
export function requireAgreement(plan: RestorePlan, given: AgreementsGiven): void {
  const [refusal] = plan.refusals;
  if (refusal !== undefined) {
    const more = plan.refusals.slice(1).map((other) => other.message);
    throw new LifeboatError(
      refusal.code,
      [refusal.message, ...more, 'nothing was changed'].join('; '),
      refusal.hint === undefined ? {} : { hint: refusal.hint },
    );
  }
  for (const { key, message } of plan.agreements) {
    if (given.keys.has(key)) continue;
    throw new LifeboatError(CODES[key], `${message}; nothing was changed`, { hint: HINTS[key] });
  }
  if (!given.confirmed) {
    throw new LifeboatError('not-confirmed', 'the restore was not confirmed; nothing was changed', {
      hint: 'answer yes to the plan, or give --yes',
    });
  }
}
