import type { Reason } from './read-reason.ts';

/** Texts about the archives, in English. */
export const enArchives = {
  title: 'Archives',
  none: 'There are no archives yet.',
  number: 'No.',
  time: 'Time',
  version: 'Version',
  size: 'Size',
  state: 'State',
  name: 'File',
  actions: 'Actions',
  good: 'good',
  incomplete: 'incomplete',
  unreadable: 'unreadable',
  foreign: 'of another system',
  verified: (time: string) => `verified ${time}`,
  notVerified: 'not verified',
  pinned: 'kept for an update',
  lastGood: 'last good one',
  verify: 'Verify',
  download: 'Download',
  pin: 'Keep',
  release: 'Release',
  delete: 'Delete',
  actionFor: (action: string, archive: string) => `${action}: ${archive}`,
  renamed: 'renamed',
  alsoIn: (place: string) => `copy in ${place}`,
  onlyIn: (place: string) => `only in ${place}`,
  deleteCopy: (place: string) => `Its copy in ${place} stays.`,
  reason: ({ kind, id, what, required }: Reason): string => {
    const name = required ? `${id} (required)` : id;
    const words = {
      missing: `${name} is missing: ${what}`,
      unreadable: `${name} cannot be read: ${what}`,
      'missing inside': `missing in ${name}: ${what}`,
      'unreadable inside': `cannot be read in ${name}: ${what}`,
      'in part': `${name} could only be read in part`,
    };
    return words[kind];
  },
  verifyEnded: {
    done: 'The archive is good: it was read in full and every hash is equal',
    incomplete: 'The archive is good, but what it holds is incomplete',
    failed: 'The archive did not pass',
    interrupted: 'The verification was stopped',
    skipped: 'Nothing was verified',
  },
  pinTitle: 'Keep for an update',
  pinText:
    'It is then never removed by itself and does not count as one of those kept, until it is released.',
  pinnedNow: (archive: string) => `${archive} is kept until it is released.`,
  releasedNow: (archive: string) => `${archive} is released.`,
  deleteTitle: 'Delete this archive?',
  deleteText: (archive: string, time: string) => `${archive} of ${time} will be gone for good.`,
  deleteLastGood: 'This is the last good archive. Without it nothing could be restored.',
  deleteLastGoodAgree: 'Delete it although it is the last good one',
  deletedNow: (archive: string) => `${archive} was deleted.`,
};
