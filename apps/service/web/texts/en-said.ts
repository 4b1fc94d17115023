import type { SaidTexts } from './said.ts';

/** English: the service's own words are kept but where it tells figures, which are put in the reader's way. */
export const enSaid: SaidTexts = {
  'backup done': ({ archive, bytes, components, copiedTo }, formats) =>
    archive === undefined || bytes === undefined
      ? { text: 'The archive was written and verified.' }
      : {
          text: `${archive} was written and verified: ${formats.bytes(Number(bytes))}, ${components} components${copiedTo === undefined ? '' : `, copied to ${copiedTo}`}.`,
          whole: true,
        },
  'space-low': ({ place, needed, free }, formats) =>
    place === undefined || needed === undefined || free === undefined
      ? { text: 'There is too little space.', todo: 'Make room there, or choose another place.' }
      : {
          text: `${place} has too little space: ${formats.bytes(Number(needed))} are needed, ${formats.bytes(Number(free))} are free.`,
          todo: 'Make room there, lower the number of archives to keep, or choose another place.',
          whole: true,
        },
};
