import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImageBody, PresignedUploadBody, ProblemBody } from '@darkroom/contracts';
import type { TestStack } from './stack.ts';
import { waitFor } from './wait-for.ts';

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** An image, or the problem instead of it; both have a `status`, of their own kind. */
export type CompleteBody = Partial<Omit<ImageBody, 'status'>> & Partial<Omit<ProblemBody, 'status'>>;

export interface PresignOptions {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly categoryId?: number;
  /** Other fields of the request, or other values for those above. */
  readonly override?: Readonly<Record<string, unknown>>;
}

export interface Presigned {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly file_key: string;
  readonly image_id: string;
}

/** Does with `fetch` what a front end does, step by step. */
export class Client {
  readonly #api: string;
  readonly #token: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(api: string, token: string, headers: Readonly<Record<string, string>> = {}) {
    this.#api = api;
    this.#token = token;
    this.#headers = headers;
  }

  /** The same client, which sends these headers with every call. */
  with(headers: Readonly<Record<string, string>>): Client {
    return new Client(this.#api, this.#token, { ...this.#headers, ...headers });
  }

  static async of(stack: TestStack, user: string, ...flags: string[]): Promise<Client> {
    const [{ api }, token] = await Promise.all([stack.describe(), stack.darkroom('token', user, ...flags)]);
    return new Client(api, token);
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(this.#api + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        ...this.#headers,
      },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }

  presign({ filename, contentType, bytes, categoryId = 1, override }: PresignOptions) {
    const fields = {
      filename,
      content_type: contentType,
      file_size: bytes.byteLength,
      category_id: categoryId,
    };
    return this.call<PresignedUploadBody | ProblemBody>('POST', '/images/presigned-url', {
      ...fields,
      ...override,
    });
  }

  async presigned(options: PresignOptions): Promise<Presigned> {
    const { status, body } = await this.presign(options);
    if (status !== 200 || !('data' in body) || !('url' in body.data)) {
      throw new Error(`presign answered ${status}: ${JSON.stringify(body)}`);
    }
    return body.data;
  }

  /** Presigns and posts the file, without calling complete. Answers the image's id. */
  async send(options: PresignOptions): Promise<string> {
    const presigned = await this.presigned(options);
    const posted = await post(presigned, options.bytes);
    if (posted.status !== 204) throw new Error(`S3 answered ${posted.status}: ${posted.body}`);
    return presigned.image_id;
  }

  complete(id: string, fields: Readonly<Record<string, unknown>> = {}) {
    return this.call<CompleteBody>('POST', `/images/upload-complete/${id}`, {
      image_id: id,
      ...fields,
    });
  }

  async image(id: string): Promise<ImageBody> {
    const { status, body } = await this.call<ImageBody>('GET', `/images/${id}`);
    if (status !== 200) throw new Error(`GET image answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Sends a file from disk as a browser does, and waits until everything is made of it. */
  async upload(path: string, contentType: string): Promise<ImageBody> {
    const bytes = await readFile(path);
    const id = await this.send({ filename: basename(path), contentType, bytes });
    await this.complete(id, { title: '', tags: [''] });
    return this.settled(id);
  }

  /** Waits until nothing is left to be done for the image. */
  async settled(id: string, timeoutMs = 60_000): Promise<ImageBody> {
    let image: ImageBody | undefined;
    await waitFor(
      async () => {
        const { status, body } = await this.call<ImageBody>('GET', `/images/${id}`);
        if (status >= 500) return false; // an outage passes, and the time limit bounds it
        if (status !== 200) throw new Error(`GET image answered ${status}: ${JSON.stringify(body)}`);
        image = body;
        const { variants, metadata } = image.processing;
        const over = [variants.state, metadata.state].every(
          (state) => state === 'ready' || state === 'failed',
        );
        return image.status === 'failed' || (image.status === 'completed' && over);
      },
      { timeoutMs, what: `image ${id} to be processed` },
    );
    return image as ImageBody;
  }
}

/** The form POST to S3: every field of the policy, then the file. */
export async function post(
  { url, fields }: Pick<Presigned, 'url' | 'fields'>,
  bytes: Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer<string>> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...more })) form.append(name, value);
  form.append('file', new Blob([Uint8Array.from(bytes)]), 'file');
  const response = await fetch(url, { method: 'POST', body: form });
  return { status: response.status, headers: response.headers, body: await response.text() };
}
