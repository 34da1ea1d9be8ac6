import type { DeadLetterListBody, OperationsBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import type { DarkroomApi } from '../api/darkroom-api.ts';

export interface ConsoleState {
  readonly operations: OperationsBody;
  readonly letters: DeadLetterListBody;
}

/** All that the console shows, or that it is not for the caller. */
export async function loadConsole(
  api: Pick<DarkroomApi, 'deadLetters' | 'operations'>,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ConsoleState | 'forbidden'> {
  try {
    const [operations, letters] = await Promise.all([
      api.operations(signal),
      api.deadLetters(cursor, signal),
    ]);
    return { operations, letters };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return 'forbidden';
    throw error;
  }
}
