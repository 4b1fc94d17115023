import { parseProfile } from '#settings/parse/parse-profile.ts';
import { mistaken, readConfText } from '#settings/read-settings.ts';
import { scheduleOf } from '#settings/scheduler-settings.ts';

/** What is the same for all tenants, without mistakes. */
export interface Profile {
  file: string;
  text: string;
  /** The second place of all (TN-12), in which each has a folder of its own. */
  second: string | undefined;
  /** Whether drills run by themselves. */
  drills: boolean;
}

/** Throws `conf-missing`, `read-failed`; `conf-invalid` with a line for each mistake. */
export async function readProfile(file: string): Promise<Profile> {
  const text = await readConfText(file);
  const parsed = parseProfile(text, { file });
  if (!parsed.ok) throw mistaken(file, parsed.mistakes);
  const { backup, drill } = parsed.settings;
  return { file, text, second: backup.second?.path, drills: scheduleOf(drill).frequency !== 'Not Use' };
}
