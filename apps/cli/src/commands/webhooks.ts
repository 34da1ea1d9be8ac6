import { webhookDeliveryStates, webhookInputSchema, type WebhookDeliveryState } from '@darkroom/contracts';
import {
  mostWebhookEndpoints,
  newWebhookEndpoint,
  type WebhookDeliveries,
  type WebhookEndpoint,
} from '@darkroom/domain';
import { AppError, systemClock } from '@darkroom/kernel';
import { Command, Option } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface OwnerOptions {
  readonly owner?: string;
}

interface CreateOptions extends OwnerOptions {
  readonly types?: readonly string[];
  readonly description?: string;
}

interface DeliveryOptions extends OwnerOptions {
  readonly status?: WebhookDeliveryState;
  readonly limit: number;
}

/** `darkroom webhooks list|create|deliveries|replay`: of an owner, or the global ones. */
export function webhooksCommand(context: CliContext): Command {
  const command = new Command('webhooks').description('Endpoints that are told of events');
  withOwner(command.command('list', { isDefault: true }))
    .description('list them')
    .action((options: OwnerOptions) => list(context, options));
  withOwner(command.command('create'))
    .description('make one, and print its secret this once')
    .argument('<url>', 'looked at when something is sent to it')
    .option('--types <list>', 'comma-separated, such as image.uploaded; all by default', (text) =>
      text.split(','),
    )
    .option('--description <text>')
    .action((url: string, options: CreateOptions) => create(context, url, options));
  withOwner(command.command('deliveries'))
    .description('what was sent to one, newest first')
    .argument('<webhook>', 'its id')
    .addOption(new Option('--status <status>', 'of this status').choices(webhookDeliveryStates))
    .option('--limit <count>', 'at most so many', Number, 50)
    .action((id: string, options: DeliveryOptions) => deliveries(context, id, options));
  withOwner(command.command('replay'))
    .description('send deliveries again: those named, or all that were given up')
    .argument('<webhook>', 'its id')
    .argument('[deliveries...]')
    .option('--dead', 'all that were given up', false)
    .action((id: string, ids: string[], options: OwnerOptions & { dead: boolean }) =>
      replay(context, id, ids, options),
    );
  return command;
}

function withOwner(command: Command): Command {
  return command.option('--owner <name>', "of this owner's; the global ones by default");
}

async function list(context: CliContext, { owner }: OwnerOptions): Promise<void> {
  const found = await withPostgres(context, ({ webhookEndpoints }) => webhookEndpoints.list(owner ?? null));
  if (found.length === 0) console.log('There are none.');
  for (const { id, url, eventTypes, pausedReason } of found) {
    const state = pausedReason === null ? 'active' : `paused (${pausedReason})`;
    console.log(`${id}  ${state.padEnd(18)}  ${url}  ${eventTypes?.join(',') ?? 'everything'}`);
  }
}

async function create(context: CliContext, url: string, options: CreateOptions): Promise<void> {
  const parsed = webhookInputSchema.safeParse({
    url,
    description: options.description,
    event_types: options.types,
  });
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { description, event_types: eventTypes } = parsed.data;
  const wanted = { ownerId: options.owner ?? null, url: parsed.data.url, description, eventTypes };
  const endpoint = newWebhookEndpoint(wanted, systemClock.now());
  await withPostgres(context, ({ webhookEndpoints }) =>
    webhookEndpoints.create(endpoint, mostWebhookEndpoints),
  );
  console.log(`${endpoint.id}\n${endpoint.secret}`);
}

async function deliveries(context: CliContext, id: string, options: DeliveryOptions): Promise<void> {
  const found = await withPostgres(context, async ({ webhookEndpoints, webhookDeliveries }) => {
    const endpoint = known(await webhookEndpoints.get(options.owner ?? null, id), id);
    return webhookDeliveries.list(endpoint.id, { state: options.status, limit: options.limit });
  });
  if (found.length === 0) console.log('There are none.');
  for (const { id: delivery, createdAt, type, state, attempts, imageId } of found) {
    console.log(
      `${delivery}  ${createdAt.toISOString()}  ${state.padEnd(9)}  ${type} of ${imageId ?? 'no image'}, ${attempts} attempts`,
    );
  }
}

async function replay(
  context: CliContext,
  id: string,
  ids: readonly string[],
  { owner, dead }: OwnerOptions & { dead: boolean },
): Promise<void> {
  if ((ids.length === 0) !== dead) throw new AppError('invalid', 'say which: ids, or --dead');
  const count = await withPostgres(context, async ({ webhookEndpoints, webhookDeliveries }) => {
    const endpoint = known(await webhookEndpoints.get(owner ?? null, id), id);
    const chosen = dead ? await allDead(webhookDeliveries, endpoint.id) : ids;
    let again = 0;
    for (const one of chosen) {
      if ((await webhookDeliveries.replay(endpoint.id, one)) !== undefined) again += 1;
    }
    return again;
  });
  console.log(`${count} on their way`);
}

async function allDead(log: WebhookDeliveries, endpointId: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await log.list(endpointId, { state: 'dead', afterId: found.at(-1), limit: 100 });
    if (page.length === 0) return found;
    found.push(...page.map(({ id }) => id));
  }
}

function known(endpoint: WebhookEndpoint | undefined, id: string): WebhookEndpoint {
  if (endpoint === undefined) throw new AppError('not_found', `There is no webhook ${id} here (--owner?).`);
  return endpoint;
}
