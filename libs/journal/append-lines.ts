import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EOL } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import { ownerForNew } from '#platform/owner-for-new.ts';
import { syncFolder } from '#platform/sync-folder.ts';

/** Stands at the end of a line whose writer was killed or had no space left in the middle of it. */
const CUT_OFF = '  [cut off]';

/**
 * Not blocking: opening or filling a pipe that somebody put there would hold the run up for ever. Not through a link:
 * root writes here too, and the service's user could have it make a file anywhere and get it.
 */
const FOUND = constants.O_RDWR | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const FLAGS = FOUND | constants.O_APPEND | constants.O_CREAT;

/**
 * Appends whole lines to a text file in one write, so that programs that write at the same time never mix within
 * a line. The file is private from its creation. A last line that was torn is ended first, so that no line ever
 * begins in the middle of another. With `sync` the lines are on the disk when it resolves.
 */
export async function appendLines(
  path: string,
  lines: readonly string[],
  options: { sync?: boolean } = {},
): Promise<void> {
  await using file = await open(path, FLAGS, 0o600);
  const facts = await file.stat();
  if (!facts.isFile()) throw new LifeboatError('write-failed', `${path} is not a plain file`);
  const owner = facts.size === 0 ? ownerForNew(dirname(path)) : undefined;
  if (owner) await file.chown(owner.uid, owner.gid);
  const torn = await endsTorn(file, path);
  const text = lines.map((line) => line + EOL).join('');
  await writeAtOnce(file, Buffer.from(torn ? CUT_OFF + EOL + text : text));
  if (!options.sync) return;
  await file.datasync();
  await syncFolder(dirname(path));
}

/** Only a full disk cuts here; appendFile would cut at 512 KiB, where another program's line could come between. */
async function writeAtOnce(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

const PATIENCE = { rounds: 20, ms: 25 };

/**
 * True if the last line has no end and nobody is writing it. A line that another program is just writing looks
 * torn too, but does not stay so.
 */
async function endsTorn(file: FileHandle, path: string): Promise<boolean> {
  let before = -1;
  for (let round = 0; round < PATIENCE.rounds; round += 1) {
    const { size } = await file.stat();
    if (size === 0 || (await bytesAt(file, size - 1, 1))[0] === 0x0a) return false;
    if (size === before) break;
    before = size;
    await sleep(PATIENCE.ms);
  }
  await mendEnd(file, path, before);
  return true;
}

/**
 * Half a character at the end would make editors take the whole file for one in another encoding, and the zeros that
 * some file systems leave there after a power cut for one that is no text: question marks take their place.
 */
async function mendEnd(file: FileHandle, path: string, size: number): Promise<void> {
  const at = Math.max(0, size - 64 * 1024);
  const tail = await bytesAt(file, at, size - at);
  const broken = trailingZeros(tail) || halfCharacter(tail);
  if (broken === 0) return;
  // A file that was opened to append writes at its end wherever it is told to.
  await using again = await open(path, FOUND);
  await again.write(Buffer.alloc(broken, '?'), 0, broken, size - broken);
}

function trailingZeros(tail: Buffer): number {
  return tail.length - (tail.findLastIndex((byte) => byte !== 0) + 1);
}

/** How many bytes at the end begin a character of UTF-8 and do not end it. */
function halfCharacter(tail: Buffer): number {
  for (let back = 1; back <= Math.min(3, tail.length); back += 1) {
    const byte = tail.at(-back) as number;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
