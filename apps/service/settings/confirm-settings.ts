import { tellJournal } from '#journal/tell-journal.ts';
import { restoredSettings } from '#settings/restored-settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/**
 * A person has looked at the backup settings that a restore brought back: archives are removed by them again.
 * Resolves with what to tell that person; journals it.
 */
export async function confirmSettings({
  state,
  id,
  journal,
  unconfirmed,
}: Pick<ComposedSystem, 'state' | 'id' | 'journal' | 'unconfirmed'>): Promise<string[]> {
  if (!(await restoredSettings(state, id).confirm())) return ['there is nothing to confirm'];
  const lines = (unconfirmed?.changes ?? []).map((change) => `confirmed: ${change}`);
  const teller = tellJournal(journal);
  await teller.tell(lines.map((line) => `settings: ${line}`));
  return [
    ...lines,
    'from the next backup on older archives are removed by these settings',
    ...teller.troubles(),
  ];
}
