import { serverErrno } from '../../server-errno.ts';

export interface FailedView<View> {
  view: View;
  error: unknown;
}

/**
 * Creates views that may build upon each other in any order: those that fail are tried again as long as
 * another one could be made. Returns those that stay impossible. Throws only if the server is gone.
 */
export async function createViews<View>(
  views: readonly View[],
  create: (view: View) => Promise<void>,
): Promise<FailedView<View>[]> {
  let left = views;
  for (;;) {
    const failed: FailedView<View>[] = [];
    for (const view of left) {
      try {
        await create(view);
      } catch (error) {
        if (serverErrno(error) === undefined) throw error;
        failed.push({ view, error });
      }
    }
    if (failed.length === 0 || failed.length === left.length) return failed;
    left = failed.map((failure) => failure.view);
  }
}
