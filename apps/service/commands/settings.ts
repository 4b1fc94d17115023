import { LifeboatError } from '#platform/errors.ts';
import { backupValues } from '#settings/backup-values.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { askService } from '../service/ask-service.ts';
import { serviceOf } from '../service/service-of.ts';
import { changeSettings, type SettingChange } from '../settings/change-settings.ts';

/**
 * `lifeboat settings [KEY=VALUE ...]`: shows the settings of `[backup]`, or changes some of them all at once and
 * tells a running service. An empty value takes a key out.
 */
export async function settings(context: CommandContext, words: readonly string[]): Promise<number> {
  const changes = words.map(parseChange);
  const system = await composeSystem(context);
  const { stdout, json } = context;
  if (changes.length === 0) {
    const values = backupValues(system.settings.backup);
    stdout.write(json ? `${JSON.stringify(values)}\n` : valueLines(values));
    return 0;
  }
  const lines = await changeSettings(system, changes, context.signal);
  const answer = await askService(serviceOf(system), {
    path: '/api/settings/changed',
    body: {},
  });
  answer?.resume();
  if (json) stdout.write(`${JSON.stringify({ changed: lines, serviceTold: answer !== undefined })}\n`);
  else stdout.write(`${lines.length === 0 ? 'nothing changed: these are the settings' : lines.join('\n')}\n`);
  return 0;
}

function parseChange(word: string): SettingChange {
  const [, key, value] = /^([a-z_]+)=(.*)$/s.exec(word) ?? [];
  if (key === undefined) {
    throw new LifeboatError('usage', `"${word}" is not KEY=VALUE, as in keep=14`, {
      hint: 'without arguments "lifeboat settings" shows every key with its value',
    });
  }
  return { key, value: value === '' ? undefined : value };
}

function valueLines(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}
