/** What a person answered for a server holds when the plan is made again: a question is asked once. */
export function oncePerServer<Server extends { address: unknown }, Answer>(
  ask: (server: Server, signal: AbortSignal) => Promise<Answer>,
  /** What tells the servers of a conf apart. */
  keyOf: (server: Server) => unknown = ({ address }) => address,
): (server: Server, signal: AbortSignal) => Promise<Answer> {
  const answers = new Map<string, Answer>();
  return async (server, signal) => {
    const key = JSON.stringify(keyOf(server));
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask(server, signal);
    answers.set(key, answer);
    return answer;
  };
}
