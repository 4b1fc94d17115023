/** Numbers of all messages of a failed statement, the cause first, as the driver hands them over. */
export async function messagesOf(statement: Promise<unknown>): Promise<number[]> {
  const error: unknown = await statement.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('the statement did not fail');
  const preceding = 'precedingErrors' in error ? (error.precedingErrors as { number?: number }[]) : [];
  return [...preceding, error as { number?: number }].map(({ number }) => number ?? -1);
}
