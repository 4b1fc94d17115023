import type { MariadbServer } from '#sources/mariadb/connect.ts';

/** What a person answered for a server holds when the plan is made again: a question is asked once. */
export function oncePerServer<Answer>(
  ask: (server: MariadbServer, signal: AbortSignal) => Promise<Answer>,
): (server: MariadbServer, signal: AbortSignal) => Promise<Answer> {
  const answers = new Map<string, Answer>();
  return async (server, signal) => {
    const key = JSON.stringify(server.address);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask(server, signal);
    answers.set(key, answer);
    return answer;
  };
}
