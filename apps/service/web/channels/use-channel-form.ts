import { useState } from 'preact/hooks';
import type { ChannelDetails } from '../api/answers.ts';
import type { ApiFailure } from '../api/api-failure.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { fieldErrors } from '../settings/field-errors.ts';
import { useTexts } from '../texts/use-texts.ts';
import { channelBody, channelDraft } from './channel-draft.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { channelPath } from './channel-path.ts';

export interface ChannelForm {
  fields: ChannelFieldsProps;
  busy: boolean;
  failure: ApiFailure | undefined;
  /** Tells the service; `saved` with the channel's name once it is in the conf. */
  save(): void;
}

/** A channel as it is to be, and what the service says of it; undefined: a new one. */
export function useChannelForm(
  known: ChannelDetails | undefined,
  saved: (name: string) => Promise<void>,
): ChannelForm {
  const reader = useTexts();
  const { api } = useApi();
  const { busy, failure, run } = useAction();
  const [draft, setDraft] = useState(() => channelDraft(known));
  const { kind, name } = draft;
  const { allowed } = reader.t.channels;
  const secret = allowed[kind === 'mail' ? 'password' : 'address'];
  const save = () =>
    void run(async () => {
      const body = channelBody(draft, known);
      if (known !== undefined) await api.send('PATCH', channelPath(known), body);
      else await api.send('POST', 'api/channels', { kind, name, ...body });
      await saved(name.trim());
    });
  const fields: ChannelFieldsProps = {
    draft,
    isKnown: known !== undefined,
    errors: fieldErrors(failure, reader, { ...allowed, secret }),
    change: (part) => setDraft((before) => ({ ...before, ...part })),
  };
  return { fields, busy, failure, save };
}
