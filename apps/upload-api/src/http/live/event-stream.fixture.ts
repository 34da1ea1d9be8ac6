/** One event as the client of a stream sees it. */
export interface HeardEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events one by one, so that a test can let go after any of them. */
export class EventStream {
  readonly response: Response;
  /** The last `id` that came, with an event or without. */
  lastEventId = '';
  /** As the server last asked for it. */
  retry = '';
  readonly #abort: AbortController;
  readonly #blocks: AsyncGenerator<string, void>;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#blocks = blocksOf(response);
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
    const abort = new AbortController();
    return new EventStream(await fetch(url, { headers, signal: abort.signal }), abort);
  }

  /** The next event; undefined where the server has ended the stream. Throws where the connection is cut. */
  async next(): Promise<HeardEvent | undefined> {
    for (;;) {
      const block = await this.nextBlock();
      if (block === undefined) return undefined;
      const data = fieldOf(block, 'data');
      if (data === undefined) continue;
      return { id: this.lastEventId, event: fieldOf(block, 'event') ?? 'message', data: JSON.parse(data) };
    }
  }

  /** The next block, event or not. */
  async nextBlock(): Promise<string | undefined> {
    const { value, done } = await this.#blocks.next();
    if (done === true) return undefined;
    this.lastEventId = fieldOf(value, 'id') ?? this.lastEventId;
    this.retry = fieldOf(value, 'retry') ?? this.retry;
    return value;
  }

  async take(count: number): Promise<HeardEvent[]> {
    const heard: HeardEvent[] = [];
    while (heard.length < count) {
      const event = await this.next();
      if (event === undefined) throw new Error(`the stream ended after ${heard.length} of ${count} events`);
      heard.push(event);
    }
    return heard;
  }

  /** Lets go, as a client does that has gone. */
  close(): void {
    this.#abort.abort();
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string, void> {
  if (response.body === null) return;
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
}

function fieldOf(block: string, name: string): string | undefined {
  const line = block.split('\n').find((one) => one.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}
