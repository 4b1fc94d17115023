/** A program that enters twenty backups of a system in the history: FOLDER STATE SYSTEM-ID */
import { folderDestination } from '#destinations/folder-destination.ts';
import { openHistory } from '#journal/history.ts';
import { systemClock } from '#platform/clock.ts';
import { backupOutcome } from './history-run.ts';

const [folder, stateFolder, id] = process.argv.slice(2) as [string, string, string];
const clock = systemClock();
const history = openHistory(folderDestination(folder), {
  system: { id, name: id },
  keep: 100,
  clock,
  stateFolder,
});
for (let i = 0; i < 20; i += 1) {
  await history.add(history.entryOf(backupOutcome(clock.now().toString()), undefined));
}
