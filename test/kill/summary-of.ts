import { OPERATIONS } from './operation.ts';
import type { RoundRecord } from './round-record.ts';
import { STEPS } from './step-of.ts';

/** Tables in Markdown: of each operation how its kills ended, and in which steps they fell. */
export function summaryOf(rounds: readonly RoundRecord[]): string {
  const operations = OPERATIONS.map((operation) => ({
    operation,
    of: rounds.filter((round) => round.operation === operation),
  })).filter(({ of }) => of.length > 0);
  const ended = operations.map(({ operation, of }) => [operation, ...endsOf(of)]);
  const steps = STEPS.map((step) => [
    step,
    ...operations.map(({ of }) => {
      const here = of.filter((round) => round.step === step && round.ended !== 'missed');
      const count = (how: RoundRecord['ended']): number => here.filter((round) => round.ended === how).length;
      if (here.length === 0) return '';
      return `${here.length} (${count('before')} / ${count('after')}${count('wrong') > 0 ? ` / ${count('wrong')} WRONG` : ''})`;
    }),
  ]);
  return [
    table(
      [
        'killed',
        'kills',
        'ended in the state before',
        'in the state after',
        'wrong',
        'not killed in time',
        'longest recover',
      ],
      ended,
    ),
    'In which step the kill fell (before / after):',
    table(['step', ...operations.map(({ operation }) => operation)], steps),
  ].join('\n\n');
}

function endsOf(rounds: readonly RoundRecord[]): string[] {
  const count = (how: RoundRecord['ended']): number => rounds.filter(({ ended }) => ended === how).length;
  const longest = Math.max(...rounds.map(({ recoverMs }) => recoverMs));
  return [
    String(rounds.length - count('missed')),
    String(count('before')),
    String(count('after')),
    String(count('wrong')),
    String(count('missed')),
    `${(longest / 1000).toFixed(1)} s`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
