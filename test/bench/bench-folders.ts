import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { benchSystem } from './bench-system.ts';
import { measuredRun } from './measured-run.ts';
import { megabytes, printTable, seconds, timesAsFast } from './print-table.ts';

interface FolderCase {
  name: string;
  fill(folder: string): Promise<void> | void;
}

/**
 * Backup and restore of a folder of very many small files, of one file that nothing can compress, and of one
 * file of text, each beside `tar | zstd -1` and its unpacking: neither checks anything, `sync` puts both on
 * the disk as ours is.
 */
export async function benchFolders(o: { files: number; fileMb: number; signal: AbortSignal }): Promise<void> {
  const cases: FolderCase[] = [
    { name: `${o.files.toLocaleString('en')} small files`, fill: (folder) => fillSmall(folder, o.files) },
    { name: `one file of ${o.fileMb} MiB, random`, fill: (folder) => fillOne(folder, o.fileMb, randomBlock) },
    { name: `one file of ${o.fileMb} MiB, text`, fill: (folder) => fillOne(folder, o.fileMb, textBlock) },
  ];
  const rows: string[][] = [];
  for (const one of cases) rows.push(await measureFolder(one, o.signal));
  console.log('\n## Folders and files');
  printTable(
    [
      'folder',
      'backup',
      'as fast as tar \\| zstd -1',
      'peak memory',
      'archive',
      'restore',
      'as fast as zstd -d \\| tar -x',
      'peak memory',
    ],
    rows,
  );
}

async function measureFolder({ name, fill }: FolderCase, signal: AbortSignal): Promise<string[]> {
  await using system = await benchSystem({ sections: { 'folder data': ['path = data'] }, signal });
  const folder = join(system.root, 'data');
  await mkdir(folder);
  await fill(folder);
  const tarPath = system.file('data.tar.zst');
  const shell = (command: string, ...args: string[]) =>
    measuredRun('bash', ['-o', 'pipefail', '-c', command, 'bash', ...args], signal);

  const packed = await shell('tar -C "$1" -cf - data | zstd -1 -qf -o "$2" && sync', system.root, tarPath);
  const backup = await system.backup();
  await mkdir(system.file('unpacked'));
  const unpacked = await shell(
    'zstd -dqc "$1" | tar -xf - -C "$2" && sync',
    tarPath,
    system.file('unpacked'),
  );
  const { size } = await stat(tarPath);
  await rm(system.file('unpacked'), { recursive: true });
  const restore = await system.restore(backup.archive);
  return [
    name,
    seconds(backup.seconds),
    timesAsFast(packed.seconds / backup.seconds),
    megabytes(backup.peakMemory),
    `${megabytes(backup.bytes)} beside ${megabytes(size)}`,
    seconds(restore.seconds),
    timesAsFast(unpacked.seconds / restore.seconds),
    megabytes(restore.peakMemory),
  ];
}

const FILES_IN_A_FOLDER = 500;

/** Of 200 to 6,200 bytes, half of them text, as thumbnails and logs of a door system are. */
export function fillSmall(folder: string, files: number): void {
  const random = randomBlock(0);
  const text = textBlock(0);
  for (let number = 0; number < files; number += 1) {
    const inside = join(folder, `day ${Math.floor(number / FILES_IN_A_FOLDER)}`);
    if (number % FILES_IN_A_FOLDER === 0) mkdirSync(inside);
    const from = (number * 997) % 2 ** 19;
    const block = number % 2 === 0 ? random : text;
    writeFileSync(
      join(inside, `person ${number}.dat`),
      block.subarray(from, from + 200 + ((number * 7919) % 6_000)),
    );
  }
}

export async function fillOne(
  folder: string,
  mebibytes: number,
  block: (number: number) => Buffer,
): Promise<void> {
  await using file = await open(join(folder, 'large.dat'), 'w');
  for (let number = 0; number < mebibytes; number += 1) await file.write(block(number));
}

const BLOCK = 2 ** 20;

export function randomBlock(_number: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(BLOCK));
}

function textBlock(number: number): Buffer {
  const lines: string[] = [];
  for (let line = 0, bytes = 0; bytes < BLOCK; line += 1) {
    const text = `2026-01-01 08:${String(line % 60).padStart(2, '0')} door ${(line * 7919) % 977} opened by person ${(line * number) % 5003}\n`;
    lines.push(text);
    bytes += text.length;
  }
  return Buffer.from(lines.join('')).subarray(0, BLOCK);
}
