import { readEvents, type ServerBlock } from './read-events.ts';

/** What is read of a text that arrives in pieces of so many bytes. */
async function read(text: string, piece: number) {
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, n) =>
    bytes.slice(n * piece, (n + 1) * piece),
  );
  const blocks: ServerBlock[] = [];
  let heard = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (const chunk of pieces) controller.enqueue(chunk);
      controller.close();
    },
  });
  await readEvents(
    body,
    () => (heard += 1),
    (block) => blocks.push(block),
  );
  return { blocks, heard };
}

const text = [
  '\uFEFF: a heartbeat\n\n',
  'id: 7\nevent: timeline\ndata: {"제목":"저녁"}\n\n',
  'data:no space\r\ndata\r\ndata:  two\r\nunknown: x\r\n\r\n',
  'id: 8\n\n',
  'event: cut off\ndata: x\n',
].join('');

describe('readEvents', () => {
  it.each([1, 2, 3, 5, 1_000])('reads a stream by the standard, in pieces of %i bytes', async (piece) => {
    const { blocks, heard } = await read(text, piece);
    expect(blocks).toEqual([
      { id: undefined, type: 'message', data: undefined },
      { id: '7', type: 'timeline', data: '{"제목":"저녁"}' },
      { id: undefined, type: 'message', data: 'no space\n\n two' },
      { id: '8', type: 'message', data: undefined },
    ]);
    expect(heard).toBeGreaterThan(0);
  });
});
