/** One block of a stream. */
export interface ServerBlock {
  readonly id: string | undefined;
  readonly type: string;
  /** Undefined: no event, though its `id` counts. */
  readonly data: string | undefined;
}

/**
 * Reads the body of a stream until it ends, by
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream (lines end in LF or CR LF).
 * `onBytes` hears of everything that arrives, heartbeats included. What was not finished at the end is dropped.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: () => void,
  onBlock: (block: ServerBlock) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) onBlock(parse(block));
  }
}

function parse(block: string): ServerBlock {
  const fields: Record<string, string> = {};
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data') data.push(value);
    else fields[name] = value;
  }
  return {
    id: fields['id'],
    type: fields['event'] ?? 'message',
    data: data.length === 0 ? undefined : data.join('\n'),
  };
}
