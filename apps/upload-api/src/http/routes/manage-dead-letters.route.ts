import {
  deadLetterDetailSchema,
  deadLetterListSchema,
  deadLetterQuerySchema,
  messageSchema,
  type DeadLetterBody,
  type DeadLetterDetailBody,
} from '@darkroom/contracts';
import type { DeadLetter, DeadLetterMessage } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';

const params = {
  id: z
    .uuid()
    .meta({ description: 'Id of the dead letter.', examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] }),
};
const shared = { access: 'admin', tag: 'Operations' } as const;
const one = { ...shared, path: '/admin/dead-letters/:id', params } as const;

/** Events that a worker could not handle, one by one. Many at once are the command line's, which can choose them. */
export function manageDeadLettersRoutes({ deadLetters }: Pick<ApiDependencies, 'deadLetters'>): Route[] {
  return [
    defineRoute({
      ...shared,
      methods: ['get'],
      path: '/admin/dead-letters',
      operationId: 'listDeadLetters',
      summary: 'Events that a worker could not handle, newest first',
      description: 'Without their messages, which `/admin/dead-letters/{id}` shows.',
      query: deadLetterQuerySchema,
      success: { status: 200, description: 'A page of dead letters.', schema: deadLetterListSchema },
      handle: async ({ query }) => {
        const { cursor, page_size: pageSize } = query();
        const listed = await deadLetters.list({}, cursor, pageSize + 1);
        const items = listed.slice(0, pageSize);
        const more = listed.length > pageSize;
        return {
          body: { items: items.map(viewDeadLetter), next_cursor: more ? (items.at(-1)?.id ?? null) : null },
        };
      },
    }),
    defineRoute({
      ...one,
      methods: ['get'],
      operationId: 'getDeadLetter',
      summary: 'One dead letter, with its message',
      description: 'The message as it came, and the error of the last attempt.',
      success: { status: 200, description: 'The dead letter.', schema: deadLetterDetailSchema },
      handle: async ({ param }) => {
        const letter = await deadLetters.get(param('id'));
        if (letter === undefined) throw notFound();
        return { body: viewMessage(letter) };
      },
    }),
    defineRoute({
      ...one,
      methods: ['delete'],
      operationId: 'discardDeadLetter',
      summary: 'Remove a dead letter for good',
      description: 'Its worker never gets it; the image stays as it is.',
      success: {
        status: 200,
        description: 'It is gone.',
        schema: messageSchema,
        example: { message: 'The dead letter is gone.' },
      },
      handle: async ({ param }) => {
        if ((await deadLetters.discard({ ids: [param('id')] })) === 0) throw notFound();
        return { body: { message: 'The dead letter is gone.' } };
      },
    }),
    defineRoute({
      ...one,
      path: '/admin/dead-letters/:id/replay',
      methods: ['post'],
      operationId: 'replayDeadLetter',
      summary: 'Give a dead letter to its worker again',
      description: 'With all attempts before it. Where they fail too, it is a dead letter again.',
      success: {
        status: 202,
        description: 'It is on its way.',
        schema: messageSchema,
        example: { message: 'The event is given to its worker again.' },
      },
      handle: async ({ param }) => {
        if ((await deadLetters.replay({ ids: [param('id')] })) === 0) throw notFound();
        return { body: { message: 'The event is given to its worker again.' } };
      },
    }),
  ];
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such dead letter; it may have been replayed or discarded.');
}

function viewDeadLetter(letter: DeadLetter): DeadLetterBody {
  const { id, group, code, eventType, imageId, lastError, attempts, buriedAt } = letter;
  return {
    id,
    group,
    code,
    event_type: eventType,
    image_id: imageId,
    error: lastError,
    attempts,
    buried_at: buriedAt.toISOString(),
  };
}

function viewMessage(letter: DeadLetterMessage): DeadLetterDetailBody {
  const { eventId, partition, offset, key, headers, value } = letter;
  return {
    ...viewDeadLetter(letter),
    event_id: eventId,
    partition,
    offset: String(offset),
    key,
    headers,
    ...viewPayload(value),
  };
}

function viewPayload(value: Uint8Array): Pick<DeadLetterDetailBody, 'payload' | 'payload_base64'> {
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
    JSON.stringify(payload); // throws where it is nested deeper than an answer can be
    return { payload, payload_base64: null };
  } catch {
    return { payload: null, payload_base64: Buffer.from(value).toString('base64') };
  }
}
