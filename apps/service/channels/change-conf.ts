import { tellJournal } from '#journal/tell-journal.ts';
import type { ConfEdit } from '#settings/edit-conf.ts';
import { readConfText, settingsOf } from '#settings/read-settings.ts';
import { saveSettings } from '#settings/save-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { typedSecrets } from '#settings/typed-secrets.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { sayUnchanged } from '../settings/say-unchanged.ts';
import { turnToSave } from '../settings/turn-to-save.ts';

/** The conf as it is when the turn has come. */
export interface ConfOfNow {
  text: string;
  settings: Settings;
  /** Where a secret that was typed will be. */
  place: string;
}

export interface PlannedChange {
  edits: ConfEdit[];
  /** What they change, a line each and without secrets. */
  lines: string[];
  /** Undefined: none was typed. */
  secret?: string | undefined;
}

/**
 * Changes the conf of a system by a plan made of what stands there now, whole or not at all: a plan that throws, and a
 * conf that would have mistakes (`conf-invalid`), change nothing. Resolves with the plan's lines, which are journaled,
 * and with what went wrong beside. Programs that save at the same time take turns.
 */
export async function changeConf(
  { settings: { file }, state, id, journal }: ComposedSystem,
  plan: (conf: ConfOfNow) => Promise<PlannedChange> | PlannedChange,
  signal: AbortSignal,
): Promise<string[]> {
  using _turn = await turnToSave(state, id, signal);
  try {
    const text = await readConfText(file, signal);
    const secrets = typedSecrets(state, id);
    const place = secrets.newPlace();
    const { edits, lines, secret } = await plan({ text, settings: settingsOf(text, file), place });
    const saved = await saveSettings(file, edits, signal, async () => {
      // First the secret, then the conf that names it: what a crash leaves between them nobody names.
      if (secret !== undefined) await secrets.keep(place, secret);
    });
    const teller = tellJournal(journal);
    if (lines.length > 0) await teller.tell(lines.map((line) => `settings: ${line}`));
    return [...lines, ...teller.troubles(), ...(await secrets.forgetOthers(saved))];
  } catch (error) {
    throw sayUnchanged(error);
  }
}
