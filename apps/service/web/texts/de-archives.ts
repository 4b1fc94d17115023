import type { Texts } from './en.ts';

/** Texts about the archives, in German. */
export const deArchives: Texts['archives'] = {
  title: 'Archive',
  none: 'Es gibt noch keine Archive.',
  number: 'Nr.',
  time: 'Zeit',
  version: 'Version',
  size: 'Größe',
  state: 'Zustand',
  name: 'Datei',
  actions: 'Aktionen',
  good: 'gut',
  incomplete: 'unvollständig',
  unreadable: 'unlesbar',
  foreign: 'von einem anderen System',
  verified: (time) => `geprüft ${time}`,
  notVerified: 'nicht geprüft',
  pinned: 'für ein Update aufbewahrt',
  lastGood: 'letztes gutes',
  verify: 'Prüfen',
  download: 'Herunterladen',
  pin: 'Aufbewahren',
  release: 'Freigeben',
  delete: 'Löschen',
  actionFor: (action, archive) => `${action}: ${archive}`,
  renamed: 'umbenannt',
  alsoIn: (place) => `Kopie in ${place}`,
  onlyIn: (place) => `nur in ${place}`,
  deleteCopy: (place) => `Die Kopie in ${place} bleibt.`,
  reason: ({ kind, id, what, required }) => {
    const name = required ? `${id} (erforderlich)` : id;
    const words = {
      missing: `${name} fehlt: ${what}`,
      unreadable: `${name} kann nicht gelesen werden: ${what}`,
      'missing inside': `In ${name} fehlt: ${what}`,
      'unreadable inside': `In ${name} kann nicht gelesen werden: ${what}`,
      'in part': `${name} konnte nur zum Teil gelesen werden`,
    };
    return words[kind];
  },
  verifyEnded: {
    done: 'Das Archiv ist gut: Es wurde ganz gelesen, alle Prüfsummen sind gleich',
    incomplete: 'Das Archiv ist gut, aber was es enthält, ist unvollständig',
    failed: 'Das Archiv hat nicht bestanden',
    interrupted: 'Die Prüfung wurde gestoppt',
    skipped: 'Nichts wurde geprüft',
  },
  pinTitle: 'Für ein Update aufbewahren',
  pinText: 'Es wird dann nie von selbst entfernt und zählt nicht mit, bis es freigegeben wird.',
  pinnedNow: (archive) => `${archive} wird aufbewahrt, bis es freigegeben wird.`,
  releasedNow: (archive) => `${archive} ist freigegeben.`,
  deleteTitle: 'Dieses Archiv löschen?',
  deleteText: (archive, time) => `${archive} vom ${time} ist dann endgültig weg.`,
  deleteLastGood: 'Dies ist das letzte gute Archiv. Ohne es könnte nichts wiederhergestellt werden.',
  deleteLastGoodAgree: 'Löschen, obwohl es das letzte gute ist',
  deletedNow: (archive) => `${archive} wurde gelöscht.`,
};
