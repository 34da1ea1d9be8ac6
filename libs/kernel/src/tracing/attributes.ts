/**
 * Attributes of spans that are Darkroom's own, each with what it says; docs/operations/telemetry.md lists them from here.
 * None may hold a file name, a person's id, a position, a token or a signature.
 */
export const spanAttributes = {
  'darkroom.image.id': 'Id of the image.',
  'darkroom.event.type': 'Type of the event, such as `ImageUploaded`.',
  'darkroom.event.sequence': 'Number of the event within its image (CloudEvents `sequence`).',
  'darkroom.event.count': 'How many events were appended or sent together.',
  'darkroom.delivery.attempt': 'Which attempt at the event this is, counted from 1.',
  'darkroom.delivery.outcome':
    'What became of it: `done`, `skipped`, `retry`, `dead`, `unparsable`, `outage` or `aborted`.',
  'darkroom.accept.outcome':
    'What became of an upload: `accepted`, `rejected`, `settled`, `absent` or `unknown`.',
  'darkroom.failure.code': 'Why an upload was refused.',
  'darkroom.task.name': '`variants` or `metadata`.',
  'darkroom.task.outcome': 'What became of the task: `done`, `skipped`, `busy`, `exhausted` or `rejected`.',
  'darkroom.task.attempt': 'Which claim of the task this is, counted from 1.',
  'darkroom.image.pixels': 'Width times height of the original.',
  'darkroom.image.bytes': 'Size of the original.',
  'darkroom.variant.name': 'Name of the preset that the variant is of.',
  'darkroom.variant.width': 'Pixels.',
  'darkroom.variant.height': 'Pixels.',
  'darkroom.variant.bytes': 'Size of the variant.',
  'darkroom.timeline.types': 'Types of the timeline entries that were written.',
  'darkroom.cleanup.task': 'Task of the cleanup, such as `orphans`.',
} as const;

export type SpanAttribute = keyof typeof spanAttributes;
