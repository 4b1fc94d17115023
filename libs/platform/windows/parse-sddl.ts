/** Owner, group and access rights of a file or folder, from the text in which Windows writes them down. */
export interface SecurityDescriptor {
  /** Accounts by SID (`S-1-5-18`) or by SDDL's two letters (`SY`). */
  owner?: string;
  group?: string;
  /** In their order; undefined: there is no list, and everybody may do everything. */
  entries: AccessEntry[] | undefined;
}

export interface AccessEntry {
  allows: boolean;
  /** `OI`, `CI`, `IO`, `ID` ... */
  flags: string[];
  /** Bits of a Windows access mask. */
  rights: number;
  account: string;
}

const ACCOUNT = '[A-Z]{2}|S-1-(?:\\d+|0x[0-9A-Fa-f]+)(?:-\\d+)+';
const DESCRIPTOR = new RegExp(
  `^(?:O:(?<owner>${ACCOUNT}))?(?:G:(?<group>${ACCOUNT}))?(?:D:(?<flags>NO_ACCESS_CONTROL|(?:P|AR|AI)*)(?<entries>\\(.*\\))?)?$`,
  's',
);
const NO_LIST = 'NO_ACCESS_CONTROL';

/** Strict: undefined for whatever is not SDDL of an owner, a group and access rights, with nothing behind it. Pure. */
export function parseSddl(text: string): SecurityDescriptor | undefined {
  const parts = DESCRIPTOR.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { owner, group, flags, entries: listed = '' } = parts;
  const accounts = { ...(owner === undefined ? {} : { owner }), ...(group === undefined ? {} : { group }) };
  if (flags === undefined || flags === NO_LIST) {
    return listed === '' ? { ...accounts, entries: undefined } : undefined;
  }
  const entries = splitEntries(listed)?.map(parseEntry);
  if (entries === undefined || !entries.every((entry) => entry !== undefined)) return undefined;
  return { ...accounts, entries };
}

/** The texts between outer parentheses; a condition has parentheses of its own, and texts in which none counts. */
function splitEntries(text: string): string[] | undefined {
  const entries: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"' && depth > 0) quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(' && ++depth === 1) start = at + 1;
    else if (letter === ')' && --depth === 0) entries.push(text.slice(start, at));
    else if (depth <= 0) return undefined;
  }
  return depth === 0 && !quoted ? entries : undefined;
}

/** Allowed and denied, without and with a condition or a kind of object. */
const TYPES: Record<string, boolean> = {
  A: true,
  XA: true,
  OA: true,
  ZA: true,
  D: false,
  XD: false,
  OD: false,
};
const GUID = '(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})?';
const ENTRY = new RegExp(
  `^(?<type>[A-Z]{1,2});(?<flags>(?:OI|CI|NP|IO|ID|SA|FA|TP|CR)*);(?<rights>[0-9A-Za-z]*);${GUID};${GUID};(?<account>${ACCOUNT})(?:;\\(.*\\))?$`,
  's',
);

function parseEntry(text: string): AccessEntry | undefined {
  const parts = ENTRY.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { type = '', flags = '', rights: named = '', account = '' } = parts;
  const allows = TYPES[type];
  const rights = parseRights(named);
  if (allows === undefined || rights === undefined) return undefined;
  return { allows, flags: flags.match(/../g) ?? [], rights, account };
}

const RIGHTS: Record<string, number> = {
  GA: 0x1000_0000,
  GR: 0x8000_0000,
  GW: 0x4000_0000,
  GX: 0x2000_0000,
  RC: 0x2_0000,
  SD: 0x1_0000,
  WD: 0x4_0000,
  WO: 0x8_0000,
  FA: 0x1f_01ff,
  FR: 0x12_0089,
  FW: 0x12_0116,
  FX: 0x12_00a0,
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  SW: 0x8,
  RP: 0x10,
  WP: 0x20,
  DT: 0x40,
  LO: 0x80,
  CR: 0x100,
};

/** A number, or letters of two: Windows writes whichever is shorter to say. */
function parseRights(text: string): number | undefined {
  if (/^(0x[0-9A-Fa-f]{1,8}|[1-9]\d{0,9}|0)$/.test(text)) return Number(text);
  let all = 0;
  for (const name of text.match(/..?/g) ?? []) {
    const right = RIGHTS[name];
    if (right === undefined) return undefined;
    all |= right;
  }
  return all >>> 0;
}
