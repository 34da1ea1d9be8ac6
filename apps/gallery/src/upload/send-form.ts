/** What became of a form POST to S3. `undefined` status: no answer (connection lost, or refused by CORS). */
export interface SendResult {
  readonly status: number | undefined;
  /** The `<Code>` of S3's XML answer, where it gave one. */
  readonly s3Code: string | undefined;
}

export type SendForm = (
  url: string,
  fields: Readonly<Record<string, string>>,
  file: File,
  options: { readonly signal: AbortSignal; readonly onProgress: (sentBytes: number) => void },
) => Promise<SendResult>;

/**
 * Posts a presigned form to S3, `file` last as S3 wants it. XMLHttpRequest, because `fetch` reports no upload
 * progress. Rejects with the signal's reason when aborted, and resolves in every other case.
 */
export const sendForm: SendForm = (url, fields, file, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);

    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (finish: () => void) => () => {
      signal.removeEventListener('abort', abort);
      finish();
    };
    // The form adds a few hundred bytes: shown is never more than the file has.
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    request.onload = settle(() =>
      resolve({ status: request.status, s3Code: /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] }),
    );
    request.onerror = settle(() => resolve({ status: undefined, s3Code: undefined }));
    request.onabort = settle(() => reject(signal.reason as Error));
    signal.addEventListener('abort', abort);
    request.open('POST', url);
    request.send(form);
  });
