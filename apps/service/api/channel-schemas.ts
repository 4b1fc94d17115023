import * as z from 'zod';
import { CHANNEL_KEYS } from '#settings/channel-keys.ts';

export const channelParams = z.object({
  name: z.string().min(1).max(255).describe('as in the conf: mail admins'),
});

/** What was changed, a line each. */
export const changedLines = { 200: z.object({ changed: z.array(z.string()) }) };

export const channelValue = z.string().max(4000).nullable();

export const channelValues = z
  .partialRecord(z.enum([...new Set(Object.values(CHANNEL_KEYS).flat())]), channelValue)
  .describe('its keys as docs/sysbackup-conf.md has them; null: the default');

export const channelSecret = z
  .string()
  .max(2000)
  .describe('the address of a webhook or ping, the password of a mail account: kept as a private file');
