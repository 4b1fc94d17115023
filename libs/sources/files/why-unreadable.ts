/** What a system's code says of a file that cannot be read, where it says more on one system than elsewhere. */
export function whyUnreadable(code: string): string {
  return process.platform === 'win32' && code === 'EBUSY'
    ? 'EBUSY: another program has it open and shares it with nobody'
    : code;
}
