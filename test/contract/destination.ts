import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Destination, Draft, FinalName } from '#destinations/destination.ts';
import { LifeboatError } from '#platform/errors.ts';

const NEVER = new AbortController().signal;
const OWNER = '0190-door';

export interface DestinationUnderTest extends AsyncDisposable {
  destination: Destination;
  /** Puts a file that lifeboat did not write among the archives. */
  putForeign(name: string, bytes: Uint8Array): Promise<void>;
  /** A destination on the same place as another program sees it. */
  again(): Destination;
}

/** What every kind of destination must do; each driver's test file calls it with a way to make an empty one. */
export function destinationContract(kind: string, make: () => Promise<DestinationUnderTest>): void {
  describe(`${kind} as a destination`, () => {
    drafts(make);
    claims(make);
    severalNames(make);
    sweeping(make);
    reading(make);
    notes(make);
    checking(make);
  });
}

function drafts(make: () => Promise<DestinationUnderTest>): void {
  test('a draft is not listed before it is published, and then whole', async () => {
    await using place = await make();
    const { destination } = place;
    await using draft = await destination.draft('a.zip', OWNER);
    await writeFile(draft.path, 'content of a', { mode: 0o600 });
    expect(await destination.list(NEVER)).toEqual([]);
    await draft.publish();
    expect(await namesIn(destination)).toEqual(['a.zip']);
    expect(await contentOf(place.again(), 'a.zip')).toBe('content of a');
  });

  test('a draft that was not published is gone when it is disposed, whether it was written or not', async () => {
    await using place = await make();
    const { destination } = place;
    {
      await using _unwritten = await destination.draft('a.zip', OWNER);
      await using written = await destination.draft('b.zip', OWNER);
      await writeFile(written.path, 'half');
    }
    expect(await namesIn(destination)).toEqual([]);
    expect(await destination.sweep(OWNER)).toEqual([]);
  });

  test('publish never replaces a name that exists, also one that came later', async () => {
    await using place = await make();
    const { destination } = place;
    await using early = await destination.draft('a.zip', OWNER);
    await writeFile(early.path, 'new');
    await publish(destination, 'b.zip', 'b stays');
    await place.putForeign('a.zip', Buffer.from('somebody else put it here'));
    await expect(early.publish()).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('a.zip'),
    });
    expect(await contentOf(destination, 'a.zip')).toBe('somebody else put it here');
    expect(await contentOf(destination, 'b.zip')).toBe('b stays');
  });

  test('of several drafts that are published under one name at the same time one wins, whole', async () => {
    await using place = await make();
    const contents = ['first', 'second', 'third', 'fourth'];
    const drafts: Draft[] = [];
    for (const content of contents) {
      const draft = await place.again().draft('same.zip', `owner-${content}`);
      await writeFile(draft.path, content);
      drafts.push(draft);
    }
    const ends = await Promise.allSettled(drafts.map((draft) => draft.publish()));
    for (const draft of drafts) await draft[Symbol.asyncDispose]();
    const winners = contents.filter((_, i) => ends[i]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await contentOf(place.destination, 'same.zip')).toBe(winners[0]);
  });
}

/** Two systems of one name that begin in the same second. */
function claims(make: () => Promise<DestinationUnderTest>): void {
  test('a name that is claimed is not to be had for another system until it is given back, nor one that is there', async () => {
    await using place = await make();
    const { destination } = place;
    {
      await using claim = await destination.claim('a.zip', OWNER);
      expect(claim).toBeDefined();
      expect(await place.again().claim('a.zip', 'other')).toBeUndefined();
      expect(await destination.list(NEVER)).toEqual([]);
    }
    const next = await place.again().claim('a.zip', 'other');
    expect(next).toBeDefined();
    await next?.[Symbol.asyncDispose]();
    await publish(destination, 'a.zip', 'whole');
    expect(await place.again().claim('a.zip', 'other')).toBeUndefined();
  });

  test('of many that claim a name at the same time one has it', async () => {
    await using place = await make();
    const owners = Array.from({ length: 20 }, (_, number) => `owner-${number}`);
    const claimed = await Promise.all(owners.map((owner) => place.again().claim('a.zip', owner)));
    expect(claimed.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  test("a claim that a killed run left is its own system's again, and goes with the sweep of that system only", async () => {
    await using place = await make();
    await place.destination.claim('a.zip', OWNER);
    await place.again().sweep('other');
    expect(await place.again().claim('a.zip', 'other')).toBeUndefined();
    expect(await place.again().claim('a.zip', OWNER)).toBeDefined();
    await place.again().sweep(OWNER);
    expect(await place.again().claim('a.zip', 'other')).toBeDefined();
  });
}

/** A file under several names, each of which may have been another file's. */
export function severalNames(make: () => Promise<DestinationUnderTest>): void {
  const over = (...names: string[]) => names.map((name) => ({ name, replace: true }));

  test('[BT-03] names that are to be replaced lead to the new file, all others stay as they are', async () => {
    await using place = await make();
    const { destination } = place;
    for (const name of ['day.zip', 'month.zip', 'other.zip']) await publish(destination, name, `old ${name}`);
    await publishAs(destination, 'new', over('day.zip', 'month.zip', 'year.zip'));
    expect(await namesIn(place.again())).toEqual(['day.zip', 'month.zip', 'other.zip', 'year.zip']);
    for (const name of ['day.zip', 'month.zip', 'year.zip']) {
      expect(await contentOf(place.again(), name)).toBe('new');
    }
    expect(await contentOf(place.again(), 'other.zip')).toBe('old other.zip');
    expect(await place.again().sweep(OWNER)).toEqual([]);
  });

  test('[BT-03] the note of a file that is replaced goes with it', async () => {
    await using place = await make();
    const { destination } = place;
    for (const name of ['day.zip', 'other.zip']) {
      await publish(destination, name, 'old');
      await destination.writeNote(name, `about the old ${name}`);
    }
    await publishAs(destination, 'new', over('day.zip'));
    expect(await destination.listNotes()).toEqual(['other.zip']);
  });

  test('[BT-03] names change one by one: a file that goes away with one name stays under its others', async () => {
    await using place = await make();
    const { destination } = place;
    await publishAs(destination, 'April', over('day.zip', 'month.zip'));
    await publishAs(destination, 'May', over('day.zip'));
    expect(await contentOf(place.again(), 'month.zip')).toBe('April');
    await destination.remove('month.zip');
    expect(await contentOf(place.again(), 'day.zip')).toBe('May');
  });

  test('a name that is not to be replaced and exists: nothing changes', async () => {
    await using place = await make();
    const { destination } = place;
    await publish(destination, 'day.zip', 'old');
    await publish(destination, 'own.zip', 'somebody else');
    const names = [...over('day.zip'), { name: 'own.zip', replace: false }];
    await expect(publishAs(destination, 'new', names)).rejects.toMatchObject({ code: 'write-failed' });
    expect(await contentOf(destination, 'day.zip')).toBe('old');
    expect(await contentOf(destination, 'own.zip')).toBe('somebody else');
    expect(await place.again().sweep(OWNER)).toEqual([]);
  });

  test('stop before the first name changes: nothing changes', async () => {
    await using place = await make();
    const { destination } = place;
    await publish(destination, 'day.zip', 'old');
    const stopped = AbortSignal.abort(new LifeboatError('interrupted', 'somebody said stop'));
    const end = publishAs(destination, 'new', over('day.zip', 'month.zip'), stopped);
    await expect(end).rejects.toThrow('somebody said stop');
    expect(await contentOf(destination, 'day.zip')).toBe('old');
    expect(await namesIn(destination)).toEqual(['day.zip']);
  });
}

function sweeping(make: () => Promise<DestinationUnderTest>): void {
  test('what a killed run left is not listed, and the next sweep removes it and nothing else', async () => {
    await using place = await make();
    const { destination } = place;
    await publish(destination, 'good.zip', 'good');
    await destination.writeNote('good.zip', '{}');
    // Never disposed: its program was killed.
    const left = await destination.draft('killed.zip', OWNER);
    await writeFile(left.path, 'half');
    expect(await namesIn(place.again())).toEqual(['good.zip']);
    expect(await place.again().sweep(OWNER)).toEqual([expect.stringContaining('killed.zip')]);
    expect(await place.again().sweep(OWNER)).toEqual([]);
    expect(await contentOf(destination, 'good.zip')).toBe('good');
    expect(await destination.readNote('good.zip')).toBe('{}');
  });

  test('the sweep of one system leaves alone what another is writing to the same place', async () => {
    await using place = await make();
    await using draft = await place.destination.draft('other.zip', 'another-system');
    await writeFile(draft.path, 'being written');
    expect(await place.again().sweep(OWNER)).toEqual([]);
    await draft.publish();
    expect(await contentOf(place.destination, 'other.zip')).toBe('being written');
  });
}

function reading(make: () => Promise<DestinationUnderTest>): void {
  test('list names every archive with its size, also foreign ones, and no other files', async () => {
    await using place = await make();
    const { destination } = place;
    await publish(destination, 'Größe (1).zip', 'twelve bytes');
    await place.putForeign('FOREIGN.ZIP', Buffer.alloc(5));
    await place.putForeign('readme.txt', Buffer.alloc(5));
    await destination.writeNote('Größe (1).zip', '{}');
    const files = await destination.list(NEVER);
    expect(files.map(({ name, bytes }) => ({ name, bytes })).sort((a, b) => a.bytes - b.bytes)).toEqual([
      { name: 'FOREIGN.ZIP', bytes: 5 },
      { name: 'Größe (1).zip', bytes: 12 },
    ]);
    expect(files.every(({ modified }) => modified instanceof Temporal.Instant)).toBe(true);
  });

  test('an archive can be read anywhere, and not beyond its end', async () => {
    await using place = await make();
    await publish(place.destination, 'a.zip', '0123456789');
    await using access = await place.destination.open('a.zip');
    expect(access.size).toBe(10);
    expect(Buffer.from(await access.read(7, 3)).toString()).toBe('789');
    expect(Buffer.from(await access.read(0, 2)).toString()).toBe('01');
    await expect(access.read(8, 3)).rejects.toMatchObject({ code: 'archive-cut' });
  });

  test('an archive that is not there is named', async () => {
    await using place = await make();
    await expect(place.destination.open('absent.zip')).rejects.toMatchObject({
      code: 'archive-missing',
      message: expect.stringContaining('absent.zip'),
    });
  });

  test('remove takes one archive away and leaves the others', async () => {
    await using place = await make();
    await publish(place.destination, 'a.zip', 'a');
    await publish(place.destination, 'b.zip', 'b');
    await place.destination.remove('a.zip');
    expect(await namesIn(place.again())).toEqual(['b.zip']);
    await expect(place.destination.remove('a.zip')).rejects.toThrow();
  });

  test('stop ends list and check', async () => {
    await using place = await make();
    await publish(place.destination, 'a.zip', 'a');
    const stopped = AbortSignal.abort(new LifeboatError('interrupted', 'somebody said stop'));
    await expect(place.destination.list(stopped)).rejects.toThrow('somebody said stop');
    await expect(place.destination.check(0, stopped)).rejects.toThrow('somebody said stop');
  });
}

function notes(make: () => Promise<DestinationUnderTest>): void {
  test('notes are kept by name, replaced whole, listed, and removed', async () => {
    await using place = await make();
    const { destination } = place;
    expect(await destination.listNotes()).toEqual([]);
    expect(await destination.readNote('a.zip')).toBeUndefined();
    await destination.writeNote('a.zip', 'a first and longer text');
    await destination.writeNote('a.zip', 'second');
    await destination.writeNote('Größe (1).zip', '{}');
    expect(await place.again().readNote('a.zip')).toBe('second');
    expect((await destination.listNotes()).sort()).toEqual(['Größe (1).zip', 'a.zip']);
    await destination.removeNote('a.zip');
    await destination.removeNote('a.zip');
    expect(await destination.readNote('a.zip')).toBeUndefined();
    expect(await destination.listNotes()).toEqual(['Größe (1).zip']);
  });
}

function checking(make: () => Promise<DestinationUnderTest>): void {
  test('check tells free and used space and leaves nothing behind', async () => {
    await using place = await make();
    await publish(place.destination, 'a.zip', '0123456789');
    const before = await place.destination.listNotes();
    const space = await place.destination.check(1, NEVER);
    expect(space.used).toBe(10);
    expect(space.free).toBeGreaterThan(1);
    expect(await place.destination.listNotes()).toEqual(before);
    expect(await namesIn(place.destination)).toEqual(['a.zip']);
  });
}

async function publishAs(
  destination: Destination,
  content: string,
  names: readonly FinalName[],
  signal = NEVER,
): Promise<void> {
  await using draft = await destination.draft('draft.zip', OWNER);
  await writeFile(draft.path, content, { mode: 0o600 });
  await draft.publishAs(names, { prove: async () => undefined, signal });
}

async function publish(destination: Destination, name: string, content: string): Promise<void> {
  await using draft = await destination.draft(name, OWNER);
  await writeFile(draft.path, content, { mode: 0o600 });
  await draft.publish();
}

async function namesIn(destination: Destination): Promise<string[]> {
  return (await destination.list(NEVER)).map(({ name }) => name).sort();
}

async function contentOf(destination: Destination, name: string): Promise<string> {
  await using access = await destination.open(name);
  return Buffer.from(await access.read(0, access.size)).toString();
}
