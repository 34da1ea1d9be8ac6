import { createRequire } from 'node:module';

interface JoinValues {
  readonly memberId: string;
}

/** The part of kafkajs's connection to a broker that the patch stands on. */
interface Broker {
  lookupRequest(key: number, versions: object): (values: JoinValues) => unknown;
  joinGroup(options: JoinValues): Promise<unknown>;
}

/** The part of a kafkajs consumer's membership that the patch stands on: one for each time that the consumer starts. */
interface ConsumerGroup {
  /** The same for all of a consumer's memberships, and for nobody else's. */
  readonly cluster: object;
  memberId: string | null;
  connect(): Promise<void>;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

let patched = false;

/**
 * A kafkajs 2.2.4 consumer that starts again after an outage has forgotten under which id it is in the group, or was
 * joining it, and becomes another member. The broker waits for the one that nobody speaks for any more until its session
 * ends, and events of its partitions wait as long. With this a consumer that starts again is the member it was. Once per
 * process. Throws where kafkajs no longer has what is replaced.
 */
export function patchMembership(): void {
  if (patched) return;
  // kafkajs ships no types for its inner modules.
  const require = createRequire(import.meta.url);
  const { prototype: broker } = require('kafkajs/src/broker/index.js') as { prototype: Broker };
  const { prototype: group } = require('kafkajs/src/consumer/consumerGroup.js') as {
    prototype: ConsumerGroup;
  };
  const { joinGroup } = broker;
  const { connect, joinAndSync, leave } = group;
  if ([joinGroup, connect, joinAndSync, leave].some((method) => typeof method !== 'function'))
    throw new TypeError('kafkajs has changed: its membership of groups must be looked at again');

  /** Under which id each failed attempt has asked. */
  const askedAs = new WeakMap<object, string>();
  /** The last id of each consumer, by its cluster. */
  const known = new WeakMap<object, string>();

  broker.joinGroup = async function (this: Broker, options) {
    let { memberId } = options;
    const lookupRequest: Broker['lookupRequest'] = (key, versions) => {
      const request = this.lookupRequest(key, versions);
      return (values) => {
        ({ memberId } = values); // empty at first, and then what the broker gives
        return request(values);
      };
    };
    const listening = Object.create(this, { lookupRequest: { value: lookupRequest } }) as Broker;
    try {
      return await joinGroup.call(listening, options);
    } catch (error) {
      if (memberId !== '' && error instanceof Error) askedAs.set(error, memberId);
      throw error;
    }
  };

  group.connect = async function (this: ConsumerGroup) {
    this.memberId ??= known.get(this.cluster) ?? null;
    await connect.call(this);
  };
  group.joinAndSync = async function (this: ConsumerGroup) {
    let asked: string | undefined;
    try {
      await joinAndSync.call(this);
    } catch (error) {
      asked = askedAs.get(error as Error);
      throw error;
    } finally {
      const memberId = this.memberId ?? asked;
      if (memberId !== undefined) known.set(this.cluster, memberId);
    }
  };
  group.leave = async function (this: ConsumerGroup) {
    await leave.call(this);
    known.delete(this.cluster);
  };
  patched = true;
}
