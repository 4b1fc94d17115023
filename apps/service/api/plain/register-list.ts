import * as z from 'zod';
import type { ApiServer } from '../api-server.ts';
import { systemOf } from '../system-of.ts';
import type { PlainParts } from './plain-parts.ts';
import { FORM } from './plain-parts.ts';
import { prefersJson } from './prefers-json.ts';
import { readBackups } from './read-backups.ts';
import { renderBackups } from './render-backups.ts';
import { sendPage } from './send-page.ts';
import { textsFor } from './texts-for.ts';
import { whoReads } from './who-reads.ts';

export function registerList(server: ApiServer, parts: PlainParts): void {
  server.get(
    '/settings/admin/backup',
    {
      config: { role: FORM.role },
      schema: {
        summary: 'List and settings, as a page with forms; as JSON if Accept prefers that',
        querystring: z.object({ said: z.string().max(64).optional().describe('how the form before ended') }),
      },
    },
    async (request, reply) => {
      const { person, query } = request;
      const backups = await readBackups(systemOf(request), parts);
      const csrf = person?.session?.csrf ?? null;
      if (prefersJson(request)) return { ...backups, problem: backups.problem ?? null, csrf };
      const remark = parts.remarks.find(query.said, whoReads(request));
      const shown = { backups, csrf: csrf ?? '', remark, zone: parts.clock.zone() };
      return sendPage(reply, renderBackups(textsFor(request), shown));
    },
  );
}
