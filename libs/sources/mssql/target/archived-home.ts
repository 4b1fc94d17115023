import type { ComponentRecord } from '../../source.ts';
import { mssqlDatabaseDetails } from '../format.ts';
import { FILE_KINDS, type FilePlace } from './staging/place-files.ts';

/** Where the files of a database lay on the server that it was saved on. */
export function archivedHome(record: ComponentRecord): FilePlace[] {
  return mssqlDatabaseDetails(record).files.map(({ logicalName, physicalName, type }) => ({
    ...{ logicalName, physicalName },
    type: FILE_KINDS[type],
  }));
}
