/** Whether a request can be sent there: one with a user and a password before the host is refused by fetch. */
export function isHttpAddress(text: string): boolean {
  if (!/^https?:\/\/./i.test(text)) return false;
  const address = URL.parse(text);
  return address !== null && address.username === '' && address.password === '';
}
