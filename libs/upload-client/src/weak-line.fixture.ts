import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection to a server that can be cut or held up half-way, as networks do. */
export interface WeakLine {
  readonly origin: string;
  /** The next so many connections are cut once they have carried that many bytes to the server. */
  cut(connections: number, afterBytes: number): void;
  /** From now on no POST is passed on, though it is taken, until `release`. */
  hold(): void;
  release(): void;
  /** Resolves once so many bytes are held back. */
  untilHeld(bytes: number): Promise<void>;
  /** How many connections were cut by now. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** Passes TCP connections on to a port of this machine. */
export async function weakLine(port: number): Promise<WeakLine> {
  const sockets = new Set<Socket>();
  let toCut = 0;
  let cutAfter = 0;
  let cuts = 0;
  let holding = false;
  let held: (() => void)[] = [];
  let heldBytes = 0;
  let tell: () => void = () => undefined;

  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let carried = 0;
    let isPost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      carried += chunk.length;
      if (/^[A-Z]+ \//.test(chunk.toString('latin1', 0, 10)))
        isPost = chunk.toString('latin1', 0, 4) === 'POST';
      if (toCut > 0 && carried > cutAfter) {
        toCut -= 1;
        cuts += 1;
        client.resetAndDestroy();
      } else if (holding && isPost) {
        held.push(() => upstream.write(chunk));
        heldBytes += chunk.length;
        tell();
      } else upstream.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (connections, afterBytes) => {
      toCut = connections;
      cutAfter = afterBytes;
    },
    hold: () => {
      holding = true;
      heldBytes = 0;
    },
    release: () => {
      holding = false;
      for (const pass of held) pass();
      held = [];
    },
    untilHeld: async (bytes) => {
      while (heldBytes < bytes) await new Promise<void>((resolve) => (tell = resolve));
    },
    get cuts() {
      return cuts;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
