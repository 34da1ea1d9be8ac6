import { hashBlob } from './hash-blob.ts';
import type { WorkerAnswer } from './sha256.ts';

/** The Web Worker's own program: a file comes in, its digest goes out. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Blob>) => void;
  postMessage: (answer: WorkerAnswer) => void;
};
scope.onmessage = ({ data }) => {
  hashBlob(data).then(
    (digest) => scope.postMessage({ digest }),
    (error: unknown) => scope.postMessage({ error: String(error) }),
  );
};
