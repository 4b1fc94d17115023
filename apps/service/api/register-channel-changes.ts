import * as z from 'zod';
import { CHANNEL_KINDS } from '#settings/channel-keys.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import { removeChannel } from '../channels/remove-channel.ts';
import { saveChannel } from '../channels/save-channel.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { changeServed } from './change-served.ts';
import { changedLines, channelParams, channelSecret, channelValues } from './channel-schemas.ts';
import { nothingHere } from './nothing-here.ts';

/** Channels made, changed and removed; what is wrong is named by its key, and nothing is saved then. */
export function registerChannelChanges(server: ApiServer, systemOf: SystemOf, signal: AbortSignal): void {
  const config = { role: 'administrator', where: 'service' } as const;
  const response = changedLines;
  server.post(
    '/api/channels',
    { config, schema: { summary: 'Add a channel', body: newChannel, response } },
    async (request) => {
      const { name, ...body } = request.body;
      const wanted = { ...body, name: name.trim().replace(/\s+/g, ' '), isNew: true };
      return await changeServed(systemOf(request), (system) => saveChannel(system, wanted, signal));
    },
  );
  server.patch(
    '/api/channels/:name',
    {
      config,
      schema: { summary: 'Change a channel', params: channelParams, body: changedChannel, response },
    },
    async (request) => {
      const { values = {}, secret } = request.body;
      const wanted = { ...readName(request.params.name), isNew: false, values, secret };
      return await changeServed(systemOf(request), (system) => saveChannel(system, wanted, signal));
    },
  );
  server.delete(
    '/api/channels/:name',
    {
      config,
      schema: { summary: 'Remove a channel, and what was typed for it', params: channelParams, response },
    },
    async (request) =>
      await changeServed(systemOf(request), (system) => removeChannel(system, request.params.name, signal)),
  );
}

const newChannel = z.strictObject({
  kind: z.enum(CHANNEL_KINDS),
  name: z.string().max(400),
  values: channelValues,
  secret: channelSecret.optional(),
});

const changedChannel = z
  .strictObject({ values: channelValues.optional(), secret: channelSecret.nullable().optional() })
  .describe('what is not named stays as it is; secret null: no password any more');

function readName(text: string): { kind: ChannelSettings['kind']; name: string } {
  const [word = '', ...rest] = text.split(' ');
  const kind = CHANNEL_KINDS.find((known) => known === word);
  if (kind === undefined) throw nothingHere();
  return { kind, name: rest.join(' ') };
}
