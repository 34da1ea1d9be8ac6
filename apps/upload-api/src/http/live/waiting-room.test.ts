import { HttpFault } from '../problem.ts';
import { WaitingRoom, waitingPlaces } from './waiting-room.ts';

const { all, perNetwork } = waitingPlaces;

function statusOf(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof HttpFault ? error.status : NaN;
  }
}

describe('the waiting room', () => {
  it('has so many places for one network, and gives each back once', () => {
    const room = new WaitingRoom();
    const leaves = Array.from({ length: perNetwork }, (_, n) => room.enter(`2001:db8:1:1::${n}`));
    const enter = () => room.enter('2001:db8:1:1:ffff::1');
    expect(statusOf(enter)).toBe(429);
    expect(statusOf(() => room.enter('2001:db8:1:2::1'))).toBeUndefined();
    leaves[0]?.();
    leaves[0]?.();
    expect([statusOf(enter), statusOf(enter)]).toEqual([undefined, 429]);
  });

  it('has so many places in all', () => {
    const room = new WaitingRoom();
    const networks = Math.ceil(all / perNetwork);
    const leaves = Array.from({ length: all }, (_, n) => room.enter(`192.0.2.${n % networks}`));
    const enter = () => room.enter('198.51.100.1');
    expect(statusOf(enter)).toBe(503);
    for (const leave of leaves) leave();
    expect(statusOf(enter)).toBeUndefined();
  });
});
