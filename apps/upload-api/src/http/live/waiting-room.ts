import { HttpFault } from '../problem.ts';
import { networkOf } from '../rate-limit.ts';

/** Of this process, and of one network there. A client waits for a moment only, so that a few places do for many. */
export const waitingPlaces = { all: 300, perNetwork: 20 };

/**
 * WebSocket clients that have not said yet who they are, or are not believed yet. Their places are their own: whoever waits
 * takes none of the streams', and one network cannot take them all.
 */
export class WaitingRoom {
  readonly #byNetwork = new Map<string, number>();
  #all = 0;

  /** Answers what gives the place back, once. Throws 429 `too_many_streams`, and 503 `streams_exhausted`. */
  enter(address: string | undefined): () => void {
    const network = networkOf(address);
    const ofNetwork = this.#byNetwork.get(network) ?? 0;
    if (ofNetwork >= waitingPlaces.perNetwork) {
      throw new HttpFault(429, 'too_many_streams', 'Too many clients of your network say nothing.', soon);
    }
    if (this.#all >= waitingPlaces.all) {
      throw new HttpFault(503, 'streams_exhausted', 'There is no room for another stream.', soon);
    }
    this.#all += 1;
    this.#byNetwork.set(network, ofNetwork + 1);
    let inside = true;
    return () => {
      if (inside) this.#leave(network);
      inside = false;
    };
  }

  #leave(network: string): void {
    this.#all -= 1;
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, left);
  }
}

const soon = { 'Retry-After': '5' };
