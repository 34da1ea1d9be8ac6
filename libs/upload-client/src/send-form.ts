/** What became of a form POST to S3. `undefined` status: no answer (connection lost, or refused by CORS). */
export interface SendResult {
  readonly status: number | undefined;
  /** The `<Code>` of S3's XML answer, where it gave one. */
  readonly s3Code: string | undefined;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
  /** Without any progress for so long the connection counts as lost. By `fetch`, in Node, nobody can tell. */
  readonly stallMs: number;
}

export type SendForm = (
  url: string,
  fields: Readonly<Record<string, string>>,
  file: Blob,
  options: SendOptions,
) => Promise<SendResult>;

/**
 * Posts a presigned form to S3, `file` last as S3 wants it. By XMLHttpRequest where there is one, because `fetch`
 * reports no upload progress. Rejects with the signal's reason when aborted, and resolves in every other case.
 */
export const sendForm: SendForm = (url, fields, file, options) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  const send = typeof XMLHttpRequest === 'undefined' ? sendByFetch : sendByXhr;
  return send(url, form, file.size, options);
};

function sendByXhr(
  url: string,
  form: FormData,
  size: number,
  { signal, onProgress, stallMs }: SendOptions,
): Promise<SendResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let watchdog = setTimeout(abort, stallMs);
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, stallMs);
    };
    const settle = (finish: () => void) => () => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', abort);
      finish();
    };
    request.upload.onprogress = (event) => {
      alive();
      onProgress(Math.min(event.loaded, size)); // the form adds a few hundred bytes
    };
    request.upload.onload = alive; // S3 has its time to answer
    request.onload = settle(() => resolve(resultOf(request.status, request.responseText)));
    request.onerror = settle(() => resolve(noAnswer));
    request.onabort = settle(() => (signal.aborted ? reject(signal.reason as Error) : resolve(noAnswer)));
    signal.addEventListener('abort', abort);
    request.open('POST', url);
    request.send(form);
  });
}

async function sendByFetch(
  url: string,
  form: FormData,
  size: number,
  { signal, onProgress }: SendOptions,
): Promise<SendResult> {
  try {
    const answer = await fetch(url, { method: 'POST', body: form, signal });
    const text = await answer.text();
    if (answer.status === 204) onProgress(size);
    return resultOf(answer.status, text);
  } catch {
    signal.throwIfAborted();
    return noAnswer;
  }
}

const noAnswer: SendResult = { status: undefined, s3Code: undefined };

const resultOf = (status: number, text: string): SendResult => ({
  status,
  s3Code: /<Code>(\w+)<\/Code>/.exec(text)?.[1],
});
