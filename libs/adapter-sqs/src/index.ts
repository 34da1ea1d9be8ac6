export { SqsNotificationQueue } from './sqs-notification-queue.ts';
export { sqsSettingsOf, sqsVariables, type SqsEnvironment, type SqsSettings } from './sqs-settings.ts';
