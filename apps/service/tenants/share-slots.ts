/** Slots for runs of many tenants: few run at once, and all get their turn. */
export interface Slots {
  /**
   * Resolves when this tenant may run; rejects with the signal's reason if that aborts first. `first`: asked for by
   * a person, who goes before runs of the schedule. Nobody gets a second turn before each who waits has had one.
   */
  take(tenant: string, options: { first: boolean }, signal: AbortSignal): Promise<Slot>;
  /** How many wait for their turn. */
  waiting(): number;
}

/** Held while a run goes on. */
export interface Slot extends Disposable {
  /** The run gets on: one that stands still for long gives its place to others, and goes on beside them. */
  progressed(): void;
}

export interface SlotLimits {
  /** How many run at once; asked for at each turn. */
  readonly atOnce: number;
  /** How many may stand still beside them. */
  aside: number;
  /** After so many milliseconds without progress a run stands still. */
  patienceMs: number;
  /** Milliseconds of a clock that never goes back. */
  elapsed: () => number;
}

interface Waiter {
  tenant: string;
  first: boolean;
  /** Counts those who came. */
  arrived: number;
  grant(slot: Slot): void;
}

interface Holder {
  tenant: string;
  /** When it got on last. */
  seen: number;
  aside: boolean;
}

export function shareSlots(limits: SlotLimits): Slots {
  const { aside, patienceMs, elapsed } = limits;
  const waiting = new Set<Waiter>();
  const holders = new Set<Holder>();
  const lastTurn = new Map<string, number>();
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  function settle(): void {
    clearTimeout(timer);
    putAside();
    while (running().length < limits.atOnce) {
      const waiter = nextOf(waiting, holders, lastTurn);
      if (waiter === undefined) break;
      waiting.delete(waiter);
      waiter.grant(hold(waiter.tenant));
    }
    // While as many stand aside as may, only an end changes anything.
    if (waiting.size === 0 || running().length === 0 || isFull()) return;
    const longest = Math.min(...running().map(({ seen }) => seen));
    timer = setTimeout(settle, Math.max(longest + patienceMs - elapsed(), 1)).unref();
  }

  function running(): Holder[] {
    return [...holders].filter((holder) => !holder.aside);
  }

  function isFull(): boolean {
    return holders.size - running().length >= aside;
  }

  /** Only where others wait. */
  function putAside(): void {
    for (const holder of running()) {
      if (waiting.size === 0 || isFull()) return;
      if (elapsed() - holder.seen >= patienceMs) holder.aside = true;
    }
  }

  function hold(tenant: string): Slot {
    const holder: Holder = { tenant, seen: elapsed(), aside: false };
    holders.add(holder);
    return {
      progressed() {
        holder.seen = elapsed();
      },
      [Symbol.dispose]() {
        if (!holders.delete(holder)) return;
        lastTurn.set(tenant, ++count);
        settle();
      },
    };
  }

  return {
    waiting: () => waiting.size,
    async take(tenant, { first }, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Slot>();
      const waiter: Waiter = { tenant, first, arrived: ++count, grant: resolve };
      const leave = () => {
        waiting.delete(waiter);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(waiter);
      settle();
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

/** Those who wait in the order of their coming, but for those whose tenant runs already. */
function nextOf(
  waiting: ReadonlySet<Waiter>,
  holders: ReadonlySet<Holder>,
  lastTurn: ReadonlyMap<string, number>,
): Waiter | undefined {
  const busy = new Set([...holders].map(({ tenant }) => tenant));
  const [oldest, ...others] = [...waiting].filter(({ tenant }) => !busy.has(tenant));
  if (oldest === undefined || oldest.first) return oldest;
  const hadNoTurn = ({ tenant }: Waiter) => (lastTurn.get(tenant) ?? 0) < oldest.arrived;
  return others.find((waiter) => waiter.first && hadNoTurn(waiter)) ?? oldest;
}
