import type { MssqlDatabaseFile } from '../../format.ts';
import type { LiveFile } from '../read-live.ts';

export interface PlacedFile {
  logicalName: string;
  /** As the server sees it; a folder for FILESTREAM and memory-optimized data. */
  physicalName: string;
  bytes: number;
}

/** Where a file of a database lies, as the server sees it. */
export type FilePlace = Pick<LiveFile, 'logicalName' | 'physicalName' | 'type'>;

export interface FilePlaces {
  database: string;
  /** Makes the names unique: files of an earlier restore still lie there as long as the old state is kept. */
  run: string;
  /** Files of the live database, or of the one that was there; none if there is no such database. */
  live: readonly FilePlace[];
  /** The instance's own folders. */
  data: string;
  log: string;
}

type Placed = Pick<MssqlDatabaseFile, 'logicalName' | 'type' | 'fileId' | 'bytes'>;

/**
 * Where each file of a backup is put: into the folder in which the live database has the file of that name, or
 * its files of that kind; else into the instance's own folder. No two get the same name.
 */
export function placeFiles(files: readonly Placed[], places: FilePlaces): PlacedFile[] {
  return files.map((file, index) => {
    const name = `${fileName(places.database)}_${places.run}_${index + 1}${extension(file)}`;
    return {
      logicalName: file.logicalName,
      physicalName: joined(folderFor(file, places), name),
      bytes: file.bytes,
    };
  });
}

/** The letters of a backup, and what sys.master_files calls them. */
export const FILE_KINDS = { D: 'ROWS', L: 'LOG', S: 'FILESTREAM', F: 'FULLTEXT' } as const;

function folderFor({ logicalName, type }: Placed, places: FilePlaces): string {
  const same = places.live.filter((file) => file.type === FILE_KINDS[type]);
  const like = same.find((file) => file.logicalName === logicalName) ?? same[0];
  if (like !== undefined) return folderOf(like.physicalName);
  if (type === 'L') return places.log;
  const rows = places.live.find((file) => file.type === FILE_KINDS.D);
  return rows === undefined ? places.data : folderOf(rows.physicalName);
}

function extension({ type, fileId }: Placed): string {
  if (type === 'L') return '.ldf';
  if (type === 'D') return fileId === 1 ? '.mdf' : '.ndf';
  return '';
}

/** Leaves room for run and extension in the 255 bytes that a file system allows. */
const LONGEST_NAME = 60;

/** Letters that Windows does not take in a file's name become `_`; a server on Linux may be moved there. */
function fileName(database: string): string {
  const safe = database.replace(/[\p{Cc}\\/:*?"<>|]/gu, '_');
  return (
    [...safe]
      .slice(0, LONGEST_NAME)
      .join('')
      .replace(/^[. ]+|[. ]+$/g, '') || 'database'
  );
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The server's own kind of path, whatever the one of this machine is. */
function joined(folder: string, name: string): string {
  if (/[\\/]$/.test(folder)) return `${folder}${name}`;
  return `${folder}${folder.includes('\\') ? '\\' : '/'}${name}`;
}
