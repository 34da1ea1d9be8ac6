export { SqsNotificationQueue } from './sqs-notification-queue.ts';
export { sqsSettingsOf, sqsVariables, type SqsEnvironment, type SqsSettings } from './sqs-settings.ts';
export { incomingDays, planQueues, type QueuePlan, type QueuePlanOptions } from './queue-plan.ts';
export { setUpQueues, type QueueSetup } from './setup-queues.ts';
export { inspectQueues, type QueueFacts, type QueuesFacts } from './inspect-queues.ts';
