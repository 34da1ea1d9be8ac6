import { z } from 'zod';
import type { ProblemCode } from '../openapi/problem-codes.ts';

/** The path of one image. */
export const imageParams = {
  id: z.uuid().meta({ description: 'Id of the image.', examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] }),
};

/** What a call may answer that asks something of the store. */
export const storeProblems: readonly ProblemCode[] = ['storage_unavailable', 'storage_refused'];
