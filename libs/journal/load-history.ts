import { randomUUID } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import { messageOf } from '#platform/message-of.ts';
import { HISTORY_NAME, type HistoryFile, LARGEST_READ, parseHistory } from './history-file.ts';
import type { HistoryPlace } from './history-place.ts';

/** The history as it stands. Whatever is there under its name and is none is set aside. */
export async function loadHistory(
  place: HistoryPlace,
  clock: Clock,
): Promise<{ history: HistoryFile | undefined; lines: string[] }> {
  const parsed = await readFrom(place);
  if (parsed === undefined || !('wrong' in parsed)) return { history: parsed, lines: [] };
  const stamp = clock.now().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  const aside = `backupHistory-${stamp}-${randomUUID().slice(0, 8)}.json`;
  await place.setAside(HISTORY_NAME, aside);
  const line = `${HISTORY_NAME} ${parsed.wrong}: it is now called ${aside}, and a new one is begun`;
  return { history: undefined, lines: [line] };
}

async function readFrom(place: HistoryPlace): Promise<HistoryFile | { wrong: string } | undefined> {
  try {
    const text = await place.readText(HISTORY_NAME, LARGEST_READ);
    return text === undefined ? undefined : parseHistory(text);
  } catch (error) {
    return { wrong: `cannot be read (${messageOf(error)})` };
  }
}
