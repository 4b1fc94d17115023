import { type ByteWriter, byteWriter } from './bytes.ts';
import { type Column, type Value, writeColumnType } from './column-types.ts';
import type { Version } from './prelogin.ts';
import { writeValue } from './write-value.ts';

/** Bits of a DONE token's status (MS-TDS 2.2.7.6). */
export const DONE = { more: 0x1, error: 0x2, count: 0x10, attention: 0x20 } as const;

/** What an ENVCHANGE token is about. */
export const CHANGED = { database: 1, language: 2, packetSize: 4, collation: 7, reset: 18 } as const;

export interface ServerMessage {
  number: number;
  /** 0 to 10 is INFO, above is ERROR. */
  severity: number;
  state: number;
  text: string;
}

export function writeMessage(to: ByteWriter, message: ServerMessage, server: string): void {
  const body = byteWriter()
    .u32(message.number)
    .u8(message.state)
    .u8(message.severity)
    .text16(message.text)
    .text8(server)
    .text8('')
    .u32(1)
    .take();
  to.u8(message.severity > 10 ? 0xaa : 0xab)
    .u16(body.length)
    .raw(body);
}

export function writeChanged(
  to: ByteWriter,
  what: number,
  now: string | Buffer,
  before: string | Buffer,
): void {
  const body = byteWriter().u8(what);
  for (const side of [now, before]) {
    if (typeof side === 'string') body.text8(side);
    else body.u8(side.length).raw(side);
  }
  const bytes = body.take();
  to.u8(0xe3).u16(bytes.length).raw(bytes);
}

export function writeLoginAck(to: ByteWriter, tdsVersion: number, version: Version): void {
  const body = byteWriter()
    .u8(1)
    .u32be(tdsVersion)
    .text8('Microsoft SQL Server')
    .u8(version[0])
    .u8(version[1])
    .u8(version[2] >> 8)
    .u8(version[2])
    .take();
  to.u8(0xad).u16(body.length).raw(body);
}

export function writeSspi(to: ByteWriter, bytes: Buffer): void {
  to.u8(0xed).u16(bytes.length).raw(bytes);
}

export function writeColumns(to: ByteWriter, columns: readonly Column[]): void {
  const NULLABLE = 0x01;
  const READ_ONLY = 0x08;
  to.u8(0x81).u16(columns.length);
  for (const column of columns) {
    to.u32(0).u16(NULLABLE | READ_ONLY);
    writeColumnType(to, column.type);
    to.text8(column.name);
  }
}

export function writeRow(to: ByteWriter, columns: readonly Column[], values: readonly Value[]): void {
  to.u8(0xd1);
  for (const [index, column] of columns.entries()) writeValue(to, column.type, values[index] ?? null);
}

export function writeReturnStatus(to: ByteWriter, status: number): void {
  to.u8(0x79).i32(status);
}

/** `batch` ends a statement of a batch, `inside` one of a procedure, `procedure` the procedure itself. */
export type DoneKind = 'batch' | 'procedure' | 'inside';

export function writeDone(
  to: ByteWriter,
  kind: DoneKind,
  end: { status: number; command: number; count: bigint },
): void {
  const token = { batch: 0xfd, procedure: 0xfe, inside: 0xff }[kind];
  to.u8(token).u16(end.status).u16(end.command).u64(end.count);
}
