import { mostConnectionsOfHost } from "./guarded-agent.ts";

/** A host that failed this often without a success in between rests. */
const failuresUntilRest = 3;
const firstRestMs = 5_000;
const longestRestMs = 300_000;

interface Host {
  running: number;
  waiting: ((hasTurn: boolean) => void)[];
  failures: number;
  rests: number;
  restsUntil: number;
}

/**
 * Lets deliveries to one host take turns, a few at a time, and lets a host that only fails rest: a receiver that is
 * slow or gone holds up nobody but those who share its host. Each server counts for itself.
 */
export class HostTurns {
  readonly #hosts = new Map<string, Host>();
  readonly #now: () => number;

  constructor({ now = () => performance.now() }: { now?: () => number } = {}) {
    this.#now = now;
  }

  /** Waits for a turn; true when there is one, which is given back with `give`, false when the host rests. */
  async take(name: string): Promise<boolean> {
    const host = this.#hostOf(name);
    if (this.restMs(name) > 0) return false;
    if (host.running < mostConnectionsOfHost) {
      host.running += 1;
      return true;
    }
    return new Promise((resolve) => host.waiting.push(resolve));
  }

  /** Ends a turn; the next who waits has it. When the host is to rest nobody waits any longer. */
  give(name: string, { isUp }: { isUp: boolean }): void {
    const host = this.#hostOf(name);
    if (isUp) {
      host.failures = 0;
      host.rests = 0;
    } else {
      host.failures += 1;
      if (host.failures >= failuresUntilRest && this.restMs(name) === 0) {
        host.restsUntil = this.#now() + Math.min(longestRestMs, firstRestMs * 2 ** Math.min(host.rests, 10));
        host.rests += 1;
      }
    }
    const isResting = this.restMs(name) > 0;
    if (isResting) for (const go of host.waiting.splice(0)) go(false);
    const next = host.waiting.shift();
    if (next === undefined) host.running -= 1;
    else next(true);
    if (host.running === 0 && host.failures === 0) this.#hosts.delete(name);
  }

  restMs(name: string): number {
    return Math.max(0, (this.#hosts.get(name)?.restsUntil ?? 0) - this.#now());
  }

  /** Hosts to which nothing more should be claimed now. */
  busy(): string[] {
    return [...this.#hosts]
      .filter(([name, { running }]) => running >= mostConnectionsOfHost || this.restMs(name) > 0)
      .map(([name]) => name);
  }

  #hostOf(name: string): Host {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { running: 0, waiting: [], failures: 0, rests: 0, restsUntil: 0 };
      this.#hosts.set(name, host);
    }
    return host;
  }
}
