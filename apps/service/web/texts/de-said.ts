import type { Facts, Said, SaidTexts } from './said.ts';

/** ` in /srv/backup`, or nothing where the place is not known. */
const inPlace = ({ place }: Facts): string => (place === undefined ? '' : ` ${place}`);

/** Words for the two paths of the settings. */
const pathWords = ({ key }: Facts): string =>
  key === 'second_path' ? 'Der zweite Sicherungspfad' : 'Der Sicherungspfad';

const plain = (text: string, todo?: string) => (): Said => (todo === undefined ? { text } : { text, todo });

/** What the service says, in German. */
export const deSaid: SaidTexts = {
  'backup done': ({ archive, bytes, components, copiedTo }, formats) =>
    archive === undefined || bytes === undefined
      ? { text: 'Das Archiv ist geschrieben und geprüft.' }
      : {
          text: `${archive} ist geschrieben und geprüft: ${formats.bytes(Number(bytes))}, ${components} Bestandteile${copiedTo === undefined ? '' : `, kopiert nach ${copiedTo}`}.`,
          whole: true,
        },
  'backup skipped': ({ archive, number }) =>
    archive === undefined || number === undefined
      ? { text: 'Seit der letzten guten Sicherung hat sich nichts geändert.' }
      : { text: `Seit ${archive} (Nummer ${number}) hat sich nichts geändert.`, whole: true },
  'backup incomplete': ({ archive, bytes }, formats) => ({
    text:
      archive === undefined || bytes === undefined
        ? 'Das Archiv enthält nur, was gelesen werden konnte.'
        : `${archive} enthält, was gelesen werden konnte (${formats.bytes(Number(bytes))}).`,
    todo: 'Beheben Sie, was fehlt, und sichern Sie noch einmal. Kein gutes Archiv wurde entfernt.',
  }),
  'copy-missing': ({ place }) => ({
    text: `Das Archiv ist gut. Seine Kopie${place === undefined ? ' am zweiten Ort' : ` in ${place}`} fehlt.`,
    todo: 'Sehen Sie nach dem zweiten Medium. Die nächste Sicherung holt die Kopie nach.',
  }),
  'verify done': ({ archive, items }) =>
    archive === undefined || items === undefined
      ? { text: 'Das Archiv ist heil.' }
      : { text: `${archive} ist heil: ${items} Teile, jede Prüfsumme stimmt.`, whole: true },
  'archive-damaged': ({ archive, problems, items }) => ({
    text:
      archive === undefined || problems === undefined
        ? 'Das Archiv ist beschädigt.'
        : `${archive} ist beschädigt: ${problems} von ${items} Teilen weichen ab.`,
    todo: 'Verlassen Sie sich nicht darauf. Sichern Sie jetzt neu und prüfen Sie den Datenträger.',
  }),
  interrupted: plain('Vor dem Ende gestoppt; nichts Halbfertiges bleibt.'),
  incomplete: plain('Etwas fehlt.'),
  internal: plain(
    'Ein unerwarteter Fehler, ein Mangel von Lifeboat.',
    'Bitte melden Sie ihn mit dem Journal. Es ist nicht bekannt, dass etwas verloren ging.',
  ),
  usage: plain('Diese Angaben passen nicht.'),
  'not-found': plain('Das gibt es nicht, oder nicht mehr.'),
  'conf-missing': plain('sysbackup.conf fehlt.', 'Die Datei liegt auf dem Server; legen Sie sie dort an.'),
  'conf-invalid': plain(
    'In sysbackup.conf ist etwas falsch; nichts wurde geändert.',
    'Die Datei liegt auf dem Server; berichtigen Sie sie dort.',
  ),
  'system-locked': plain(
    'Es läuft schon etwas für dieses System; nichts wurde geändert.',
    'Warten Sie, bis es zu Ende ist, und versuchen Sie es noch einmal.',
  ),
  'state-unusable': plain(
    'Der Zustandsordner ist nicht zu gebrauchen.',
    'Prüfen Sie auf dem Server Rechte und Platz dort.',
  ),
  'command-failed': plain('Ein Befehl ist fehlgeschlagen.'),
  'secret-unreadable': plain(
    'Ein Passwort oder eine Adresse kann nicht gelesen werden.',
    'Prüfen Sie die Datei oder Umgebungsvariable, die sysbackup.conf dafür nennt.',
  ),
  'hook-refused': plain('Das Programm vor der Sicherung hat sie abgelehnt.'),
  'hook-failed': plain('Das Programm vor der Sicherung ist fehlgeschlagen.'),
  'notify-failed': plain('Die Benachrichtigung ist nicht angekommen.'),
  'backup-too-old': plain('Die letzte gute Sicherung ist zu alt.'),
  'destination-missing': (facts) => ({
    text: `${pathWords(facts)}${inPlace(facts)} existiert nicht.`,
    todo: 'Hängen Sie den Datenträger ein, legen Sie den Ordner an oder berichtigen Sie den Pfad. Lifeboat legt ihn nicht an.',
    whole: facts['place'] !== undefined,
  }),
  'destination-not-a-folder': (facts) => ({
    text: `${pathWords(facts)}${inPlace(facts)} ist eine Datei, kein Ordner.`,
    todo: 'Nennen Sie einen Ordner, den es gibt.',
    whole: facts['place'] !== undefined,
  }),
  'destination-not-writable': (facts) => ({
    text: `In ${facts['place'] ?? 'den Sicherungspfad'} kann nicht geschrieben werden.`,
    todo: 'Geben Sie dem Benutzer, unter dem Lifeboat läuft, das Recht dazu, oder wählen Sie einen anderen Ordner.',
  }),
  'space-low': ({ place, needed, free }, formats) =>
    place === undefined || needed === undefined || free === undefined
      ? {
          text: 'Der Platz reicht nicht.',
          todo: 'Schaffen Sie dort Platz, oder wählen Sie einen anderen Ort.',
        }
      : {
          text: `In ${place} reicht der Platz nicht: ${formats.bytes(Number(needed))} sind nötig, ${formats.bytes(Number(free))} frei.`,
          todo: 'Schaffen Sie dort Platz, bewahren Sie weniger Archive auf oder wählen Sie einen anderen Ort.',
          whole: true,
        },
  'write-failed': plain('Eine Datei kann nicht geschrieben werden.', 'Prüfen Sie den Datenträger.'),
  'read-failed': plain('Eine Datei kann nicht gelesen werden.', 'Prüfen Sie Rechte und Datenträger.'),
  'database-unreachable': plain(
    'Die Datenbank ist nicht erreichbar.',
    'Prüfen Sie, ob der Server läuft und ob Adresse und Port stimmen.',
  ),
  'database-login-refused': plain(
    'Die Datenbank hat die Anmeldung abgelehnt.',
    'Prüfen Sie Benutzer und Passwort, und ob das Konto sich von dieser Maschine anmelden darf.',
  ),
  'database-right-missing': plain(
    'Dem Konto der Datenbank fehlt ein Recht.',
    '„lifeboat check“ auf dem Server nennt jedes fehlende Recht.',
  ),
  'database-missing': plain('Eine Datenbank gibt es nicht.', 'Prüfen Sie ihren Namen in sysbackup.conf.'),
  'database-unsupported': plain('Dieser Datenbankserver wird nicht unterstützt.'),
  'database-tls-failed': plain('Die verschlüsselte Verbindung zur Datenbank ist fehlgeschlagen.'),
  'database-failed': plain('Die Datenbank hat einen Fehler gemeldet.'),
  'database-changed': plain(
    'Tabellen wurden geändert, während sie gelesen wurden.',
    'Sichern Sie zu einer Zeit, in der sich ihr Aufbau nicht ändert.',
  ),
  'database-busy': plain('Die Datenbank ist zu beschäftigt.', 'Versuchen Sie es später noch einmal.'),
  'staging-unusable': plain('Der gemeinsame Ordner mit dem SQL Server ist nicht zu gebrauchen.'),
  'source-missing': plain('Etwas, das gesichert werden soll, ist nicht da.'),
  'archive-missing': plain('Dieses Archiv gibt es nicht, oder nicht mehr.'),
  'archive-cut': plain('Das Archiv ist abgeschnitten.', 'Verlassen Sie sich nicht darauf; sichern Sie neu.'),
  'archive-foreign': plain('Diese Datei ist kein Archiv von Lifeboat.'),
  'archive-too-new': plain('Das Archiv ist von einer neueren Version von Lifeboat.'),
  'archive-hostile': plain('Diese Datei ist nicht so aufgebaut, wie ein Archiv es sein muss.'),
  'archive-other-system': plain('Das Archiv gehört einem anderen System.'),
  'archive-incomplete': plain('Das Archiv ist unvollständig.'),
  'archive-last-good': plain(
    'Das ist das letzte gute Archiv dieses Systems; nichts wurde gelöscht.',
    'Machen Sie erst eine neue Sicherung.',
  ),
  'version-unknown': plain(
    'Die Version des Systems kann nicht gelesen werden.',
    'Prüfen Sie „version“ in sysbackup.conf.',
  ),
  'migration-failed': plain('Das Archiv einer älteren Version konnte nicht umgestellt werden.'),
  'drill-failed': plain(
    'Die Wiederherstellungsprobe ist fehlgeschlagen.',
    'Verlassen Sie sich nicht auf dieses Archiv, bis die Ursache gefunden ist. Machen Sie eine neue Sicherung.',
  ),
  'restore-open': plain(
    'Eine Wiederherstellung ist noch nicht abgeschlossen.',
    '„lifeboat-restore recover“ auf dem Server bringt sie zu Ende oder zurück.',
  ),
  'place-exposed': plain(
    'Andere als SYSTEM und Administratoren dürfen in Ordner der Sicherung hinein.',
    'Unter „Risiko“ steht zu jedem Ordner, wer es darf, und die Zeile, die ihn schließt.',
  ),
  'restore-log-damaged': plain('Die Aufzeichnung einer Wiederherstellung ist beschädigt.'),
  'undo-impossible': plain('Der Stand vor der Wiederherstellung kann nicht zurückgeholt werden.'),
  'not-confirmed': plain('Das wurde nicht bestätigt; nichts wurde geändert.'),
  'automatic-stopped': plain(
    'Die automatische Sicherung hat nach Fehlschlägen in Folge aufgehört.',
    'Beheben Sie die Ursache und sichern Sie einmal von Hand; dann geht es von selbst weiter.',
  ),
  'service-lost': plain('Der Dienst ist währenddessen beendet worden.'),
  'sign-in-refused': plain('Die Anmeldung wurde abgelehnt.'),
  'not-allowed': plain('Das dürfen Sie mit Ihrer Rolle nicht.'),
  'too-many-tries': plain('Zu viele Versuche.', 'Warten Sie ein wenig vor dem nächsten.'),
};
