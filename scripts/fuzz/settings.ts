import type { Document } from './document.ts';
import type { Seeded } from './seed-api.ts';

/** How often a value that leads somewhere is taken instead of a made-up one. */
const often = 0.7;

/** Why a check does not apply, by its name; all others are made. */
export const leftOut: Readonly<Record<string, string>> = {
  positive_data_acceptance:
    'not every rule can be told in JSON Schema, such as which types a category takes, or that an id exists',
  use_after_free: 'a deleted image can be restored, and tells its timeline until it is purged',
};

/** Why a check does not apply where something is so, by its name; elsewhere it is made. */
export const leftOutInPart: Readonly<Record<string, string>> = {
  negative_data_rejection:
    'not of calls with a query, where blank fields count as none, nor with texts, which are trimmed before they are measured',
};

/** What these do to a thing spoils the calls of all others: they do it to none that is known by an answer. */
const ruinous = [
  'deleteImage',
  'deleteWebhook',
  'deleteGlobalWebhook',
  'updateCategory',
  'updateCategoryByPut',
];

/** About so many calls make a chain, and one chain goes after the other: so they take no longer than single calls do. */
const callsPerChain = 10;

type Values = readonly (string | number)[];
type Parameters = Readonly<Record<string, string>>;

/**
 * `schemathesis.toml`: made-up values come to 404 and no further, so that some of them are of things that are there. What
 * deletes gets things of its own. TOML's strings, numbers and lists are written as JSON's here.
 */
export function settingsOf(
  document: Document,
  seeded: Seeded,
  { cases, chains }: { readonly cases: number; readonly chains: boolean },
): string {
  const { owner, image, expendable, category, webhooks } = seeded;
  const dictionaries: Record<string, Values> = {
    owners: [owner],
    images: [image],
    expendable_images: expendable,
    categories: [category],
    uploads: [1],
    names: ['a.jpg', 'b.png', '바다.webp'],
    types: ['image/jpeg', 'image/png', 'image/webp'],
    tags: ['*'],
    // Names would be looked up, and belong to somebody
    urls: ['https://93.184.215.14/', 'https://127.0.0.1/', 'http://93.184.215.14/', 'https://[::1]:8443/x'],
    own: [webhooks.own.id],
    own_expendable: [webhooks.own.expendable],
    own_deliveries: [webhooks.own.delivery],
    global: [webhooks.global.id],
    global_expendable: [webhooks.global.expendable],
    global_deliveries: [webhooks.global.delivery],
  };
  const everywhere = {
    'header.X-Owner': 'owners',
    'header.If-Match': 'tags',
    'body.category_id': 'uploads',
    'body.filename': 'names',
    'body.content_type': 'types',
    'body.image_id': 'images',
  };
  return [
    `cache.enabled = false\ngeneration.max-examples = ${cases}`,
    ...Object.keys(leftOut).map((check) => `[checks.${check}]\nenabled = false`),
    `[phases.stateful]\ngeneration.max-examples = ${Math.ceil(cases / callsPerChain)}`,
    ...Object.entries(dictionaries).map(
      ([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}`,
    ),
    `[parameters]\n${bindings(everywhere)}\n"body.url" = { dictionary = "urls", probability = 1.0 }`,
    operations('^/images/.*\\{id\\}', { 'path.id': 'images' }, ['deleteImage', 'restoreImage']),
    operation('deleteImage', { 'path.id': 'expendable_images' }),
    operation('restoreImage', { 'path.id': 'expendable_images' }),
    operations('^/admin/categories/\\{id\\}', { 'path.id': 'categories' }),
    ...hooks('/webhooks', 'own', 'deleteWebhook'),
    ...hooks('/admin/webhooks', 'global', 'deleteGlobalWebhook'),
    ...(chains ? ruinous.map(onlyOwnThings) : [`[phases]\n${withoutAnswers('')}`]),
    ...['streamImage', 'streamAll'].map(stream),
    ...lenient(document).map(letsBlanksIn),
  ].join('\n\n');
}

function bindings(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, dictionary]) => `"${name}" = { dictionary = "${dictionary}", probability = ${often} }`)
    .join('\n');
}

function operations(path: string, parameters: Parameters, except: Values = []): string {
  const exclude = except.length === 0 ? '' : `exclude-operation-id = ${JSON.stringify(except)}\n`;
  return `[[operations]]\ninclude-path-regex = '${path}'\n${exclude}[operations.parameters]\n${bindings(parameters)}`;
}

function operation(id: string, parameters: Parameters): string {
  return `[[operations]]\ninclude-operation-id = "${id}"\n[operations.parameters]\n${bindings(parameters)}`;
}

function hooks(base: string, name: string, remove: string): string[] {
  return [
    operations(`^${base}/\\{id\\}`, { 'path.id': name, 'path.delivery': `${name}_deliveries` }, [remove]),
    operation(remove, { 'path.id': `${name}_expendable` }),
  ];
}

/** It has no end: its first event counts as one, or that long without any. On a busy machine an answer may take longer. */
const stream = (id: string): string =>
  `[[operations]]\ninclude-operation-id = "${id}"\nmax-stream-events = 1\nrequest-timeout = 0.3\nrequest-retries = 5`;

/** Operations that take more than their schemas say. */
function lenient({ paths, components }: Document): string[] {
  const isMeasured = (body: unknown): boolean => {
    const text = JSON.stringify(body ?? {});
    const [, name] = /"#\/components\/schemas\/(\w+)"/.exec(text) ?? [];
    return /"(?:min|max)Length"/.test(text + JSON.stringify(components?.schemas?.[name ?? ''] ?? {}));
  };
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(
      ({ parameters = [], requestBody }) =>
        parameters.some((parameter) => parameter.in === 'query') || isMeasured(requestBody),
    )
    .map(({ operationId }) => operationId);
}

/**
 * Forms send every field of a filter: a blank one counts as none. Of a text the blanks around it count for nothing, so that
 * it may be longer than its schema says.
 */
const letsBlanksIn = (id: string): string =>
  `[[operations]]\ninclude-operation-id = "${id}"\nchecks.negative_data_rejection.enabled = false`;

const onlyOwnThings = (id: string): string =>
  `[[operations]]\ninclude-operation-id = "${id}"\n` + withoutAnswers('phases.');

function withoutAnswers(prefix: string): string {
  return ['examples', 'coverage', 'fuzzing']
    .map((phase) => `${prefix}${phase}.extra-data-sources.responses = false`)
    .join('\n');
}
