import type { SwitchRecord } from '#sources/source.ts';
import type { TransactionParts } from './transaction.ts';

/** Where what was live before is kept, a line each. It is told after everything is done: not knowing it fails nothing. */
export async function keptLines(
  records: readonly SwitchRecord[],
  { switching }: Pick<TransactionParts, 'switching'>,
): Promise<string[]> {
  const { signal } = new AbortController();
  const lines: string[] = [];
  for (const record of records) {
    try {
      await using target = await switching.switched(record, signal);
      const kept = await target.kept(signal);
      lines.push(...kept.map((state) => `kept from before, ${state.component}: ${state.place}`));
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      lines.push(`kept from before, ${record.target}: could not be looked at: ${reason}`);
    }
  }
  return lines;
}
