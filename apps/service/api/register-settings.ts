import * as z from 'zod';
import { backupValues } from '#settings/backup-values.ts';
import { changeSettings } from '../settings/change-settings.ts';
import { confirmSettings } from '../settings/confirm-settings.ts';
import type { ApiServer, SystemOf } from './api-server.ts';

/** The keys of `[backup]`, shown and changed all at once or not at all; and who is notified. */
export function registerSettings(server: ApiServer, systemOf: SystemOf, signal: AbortSignal): void {
  server.get(
    '/api/settings',
    { config: { role: 'viewer' }, schema: { summary: 'Every setting with its value' } },
    async (request) => {
      const { backup, channels } = (await systemOf(request).compose()).settings;
      return { values: backupValues(backup), channels: channels.map(({ kind, name }) => ({ kind, name })) };
    },
  );
  server.put(
    '/api/settings',
    {
      config: { role: 'administrator' },
      schema: {
        summary: 'Change settings; null takes one back to its default. A wrong one refuses all of them',
        body: z.strictObject({
          values: z.record(z.string().regex(/^[a-z_]{1,40}$/), z.string().max(1000).nullable()),
        }),
      },
    },
    async (request) => {
      const served = systemOf(request);
      const changes = Object.entries(request.body.values).map(([key, value]) => ({
        key,
        value: value ?? undefined,
      }));
      const changed = await changeSettings(await served.compose(), changes, signal);
      served.settingsChanged();
      return { changed };
    },
  );
  server.post(
    '/api/settings/confirm',
    {
      config: { role: 'administrator' },
      schema: {
        summary: 'The settings that a restore brought back are wanted: archives may be removed by them',
      },
    },
    async (request) => ({ lines: await confirmSettings(await systemOf(request).compose()) }),
  );
}
