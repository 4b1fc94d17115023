import type { Risk } from './read-copies.ts';
import type { Exposure } from './read-exposures.ts';

/** A risk in words, and what to do about it. */
export function riskText(risk: Risk | Exposure): { message: string; hint: string } {
  switch (risk.code) {
    case 'one-place':
      return {
        message: `all archives lie in one place, ${risk.place}: they are lost with it`,
        hint: 'name a folder on another medium as "second_path" in [backup], or let another machine fetch them with "lifeboat pull"',
      };
    case 'one-medium':
      return {
        message: `the second backup path ${risk.place} lies on the same medium as the first: both are lost with it`,
        hint: 'is the medium mounted? Choose a folder on another one as "second_path"',
      };
    case 'second-unusable':
      return { message: risk.message, hint: risk.hint ?? 'look at the second medium' };
    case 'exposed':
      return {
        message: `${risk.place} lets in others than SYSTEM and Administrators: ${risk.who}`,
        hint: `as Administrator: ${risk.command}`,
      };
    case 'copies-missing':
      return {
        message: `the second backup path ${risk.place} lacks ${risk.count} of the newest good archives`,
        hint: 'the next backup copies them',
      };
  }
}
