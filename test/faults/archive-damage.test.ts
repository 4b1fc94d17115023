import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleArchive } from '../fakes/archive-set.ts';
import { bufferAccess } from '../fakes/buffer-access.ts';
import { judgeArchive } from '../fakes/judge-archive.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

describe('an archive that a disk or a copy damaged', () => {
  let folder: TemporaryFolder;
  let whole: Buffer;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const path = folder.file('sample.zip');
    await writeSampleArchive(path, {
      'folder/cert/list.ndjson': { deflate: Buffer.from('{"path":"."}\n'.repeat(40)) },
      'folder/cert/data/key': Buffer.from('secret'),
      'folder/cert/data/streamed': async function* () {
        yield Buffer.from('first ');
        yield Buffer.from('second');
      },
      'folder/cert/data/empty': Buffer.alloc(0),
    });
    whole = await readFile(path);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('[LB-04] is told from the whole one, which is good', async () => {
    expect(await judgeArchive(bufferAccess(whole))).toBe('good');
  });

  it('is called cut wherever it is cut', async () => {
    for (let length = 0; length < whole.length; length += 1) {
      const verdict = await judgeArchive(bufferAccess(whole.subarray(0, length)));
      expect(verdict, `cut to ${length} of ${whole.length} bytes`).toBe('archive-cut');
    }
  });

  it.each(['ff', '01', '80'])(
    '[LB-04] is found out whichever single byte is flipped by 0x%s',
    async (flip) => {
      const missed: number[] = [];
      for (let at = 0; at < whole.length; at += 1) {
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(whole.readUInt8(at) ^ Number.parseInt(flip, 16), at);
        const verdict = await judgeArchive(bufferAccess(flipped));
        expect(verdict, `byte ${at} of ${whole.length}`).not.toBe('archive-cut');
        if (verdict === 'good') missed.push(at);
      }
      // Deflate ends within a byte; the bits after its end mean nothing to anyone.
      const unusedBits = whole.indexOf('PK\x07\x08') - 1;
      expect(missed).toEqual(flip === '80' ? [unusedBits] : []);
    },
  );

  it('is found out when bytes were added, lost or exchanged', async () => {
    for (let at = 0; at < whole.length; at += 1) {
      const more = Buffer.concat([whole.subarray(0, at), Buffer.from('x'), whole.subarray(at)]);
      const less = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
      expect(await judgeArchive(bufferAccess(more)), `one more at ${at}`).not.toBe('good');
      expect(await judgeArchive(bufferAccess(less)), `one less at ${at}`).not.toBe('good');
    }
  });

  it('is called damaged, not foreign, when something was appended', async () => {
    const longer = Buffer.concat([whole, Buffer.from('x')]);
    expect(await judgeArchive(bufferAccess(longer))).toBe('archive-damaged');
  });
});
