import * as z from 'zod';
import { backupValues } from '#settings/backup-values.ts';
import { changeSettings } from '../../settings/change-settings.ts';
import type { ApiServer } from '../api-server.ts';
import type { ServedSystem } from '../served-system.ts';
import { systemOf } from '../system-of.ts';
import { changesOf } from './changes-of.ts';
import type { Remark } from './open-remarks.ts';
import { FORM, type PlainParts } from './plain-parts.ts';
import { prefersJson } from './prefers-json.ts';
import { remarkOfError } from './remark-of-error.ts';
import { sendRemark } from './send-remark.ts';
import { textsFor } from './texts-for.ts';

const fields = z.record(z.string().regex(/^[a-z_]{1,40}$/), z.string().max(1000).nullable());

export function registerSave(server: ApiServer, parts: PlainParts): void {
  server.post(
    '/settings/admin/backup/settings',
    {
      config: FORM,
      schema: { summary: 'Save settings: a field each; all of them or none', body: fields },
    },
    async (request, reply) => {
      const { csrf: _, ...sent } = request.body;
      const served = systemOf(request);
      if (prefersJson(request)) return { changed: await save(served, sent, parts.signal) };
      const t = textsFor(request);
      const given = Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, value ?? '']));
      const remark = await save(served, sent, parts.signal).then(
        (lines): Remark => ({ good: true, text: [t.saved, ...lines].join('\n') }),
        (error: unknown): Remark => ({ ...remarkOfError(error), given }),
      );
      return sendRemark(remark, parts.remarks, request, reply);
    },
  );
}

async function save(
  served: ServedSystem,
  sent: Record<string, string | null>,
  signal: AbortSignal,
): Promise<string[]> {
  const system = await served.compose();
  const changes = changesOf(sent, backupValues(system.settings.backup));
  if (changes.length === 0) return [];
  const lines = await changeSettings(system, changes, signal);
  served.settingsChanged();
  return lines;
}
