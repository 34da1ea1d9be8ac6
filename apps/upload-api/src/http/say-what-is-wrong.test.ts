import { z } from 'zod';
import { presignRequestSchema } from '@darkroom/contracts';
import { invalidInput } from './problem.ts';
import { sayWhatIsWrong } from './say-what-is-wrong.ts';

function detailOf(schema: z.ZodType, input: unknown): string {
  const { error } = schema.safeParse(input, { error: sayWhatIsWrong });
  if (error === undefined) throw new TypeError('nothing is wrong with it');
  return invalidInput('body', error).message;
}

const cases: [schema: z.ZodType, input: unknown, detail: string][] = [
  [
    presignRequestSchema,
    {},
    'Please correct filename: it is missing, and must be a text (3 more fields are wrong, too).',
  ],
  [z.object({ size: z.int() }), { size: 'x' }, 'Please correct size: it must be a number.'],
  [z.object({ size: z.int() }), { size: 1.5 }, 'Please correct size: it must be a whole number.'],
  [z.object({ size: z.int().min(3) }), { size: 1 }, 'Please correct size: it must be at least 3.'],
  [
    z.object({ name: z.string().max(2) }),
    { name: 'abc' },
    'Please correct name: it must be a text of at most 2 characters.',
  ],
  [z.object({ kind: z.enum(['a', 'b']) }), { kind: 'c' }, 'Please correct kind: it must be one of "a", "b".'],
  [z.object({ tags: z.array(z.string()) }), { tags: [1] }, 'Please correct tags.0: it must be a text.'],
  [
    z.object({ id: z.uuid(), at: z.boolean() }),
    { id: '1' },
    'Please correct id: it must be a UUID (1 more field is wrong, too).',
  ],
  [z.object({}), [], 'Please correct the body: it must be an object.'],
  [z.object({ n: z.string().min(1, 'give a name') }), { n: '' }, 'Please correct n: give a name.'],
];

it.each(cases)('%# says which field is wrong, and what it must be', (schema, input, detail) => {
  expect(detailOf(schema, input)).toBe(detail);
});
