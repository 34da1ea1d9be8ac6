import { z } from 'zod';
import type { SqsAction } from './context.ts';
import { parseInput } from './input.ts';

export const startMessageMoveTask: SqsAction = ({ services, now }, input) => {
  const schema = z.object({
    SourceArn: z.string(),
    DestinationArn: z.string().optional(),
    MaxNumberOfMessagesPerSecond: z.number().int().min(1).max(500).optional(),
  });
  const given = parseInput(schema, input);
  return {
    TaskHandle: services.moveTasks.start(
      given.SourceArn,
      given.DestinationArn,
      given.MaxNumberOfMessagesPerSecond,
      now,
    ),
  };
};

export const cancelMessageMoveTask: SqsAction = ({ services }, input) => {
  const { TaskHandle } = parseInput(z.object({ TaskHandle: z.string() }), input);
  return { ApproximateNumberOfMessagesMoved: services.moveTasks.cancel(TaskHandle) };
};

export const listMessageMoveTasks: SqsAction = ({ services }, input) => {
  const schema = z.object({ SourceArn: z.string(), MaxResults: z.number().int().min(1).max(10).default(1) });
  const { SourceArn, MaxResults } = parseInput(schema, input);
  return {
    Results: services.moveTasks.list(SourceArn, MaxResults).map((task) => ({
      Status: task.status,
      SourceArn: task.source,
      DestinationArn: task.destination,
      MaxNumberOfMessagesPerSecond: task.rate,
      ApproximateNumberOfMessagesMoved: task.moved,
      ApproximateNumberOfMessagesToMove: task.toMove,
      StartedTimestamp: task.startedAt,
      FailureReason: task.failure,
      ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
    })),
  };
};
