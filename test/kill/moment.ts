/** When a program is killed: at a record of its restore log, or so far into one of its stages, as it tells them. */
export type Moment =
  | { at: 'record'; how: (typeof HOWS)[number]; record: number }
  | { at: 'stage'; stage: string; share: number };

export const HOWS = ['after', 'torn', 'before'] as const;

/** What a clean run of the same operation was seen to do. */
export interface Seen {
  /** Records of its log. */
  records: number;
  /** In their order, from the start of the program (`start`) to its end. */
  stages: readonly { stage: string; ms: number }[];
}

/** As it is printed and given with --moment: `torn:12`, `staging:0.43`. */
export function momentText(moment: Moment): string {
  if (moment.at === 'record') return `${moment.how}:${moment.record}`;
  return `${moment.stage}:${moment.share.toFixed(3)}`;
}

export function parseMoment(text: string): Moment {
  const [, name = '', number = ''] = /^(.+):([\d.]+)$/.exec(text) ?? [];
  if (name === '') throw new Error(`"${text}" is no moment: torn:12 or staging:0.43 are`);
  const how = HOWS.find((one) => one === name);
  if (how !== undefined) return { at: 'record', how, record: Number(number) };
  return { at: 'stage', stage: name, share: Number(number) };
}
