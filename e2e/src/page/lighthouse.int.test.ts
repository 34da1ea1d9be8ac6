import { startStack, type TestStack } from '@darkroom/testing';
import { auditScreens } from './lighthouse.ts';

let stack: TestStack;
beforeAll(async () => (stack = await startStack()), 180_000);
afterAll(() => stack.close());

// Performance is a time, which no test asserts: measure-page.ts measures it.
it('Lighthouse finds nothing to better in accessibility and best practices', async () => {
  const audits = await auditScreens({
    stack,
    categories: ['accessibility', 'best-practices'],
    devices: ['phone'],
    screens: ['sign-in', 'gallery', 'image'],
  });
  const found = audits.map(({ screen, scores }) => ({ screen, ...scores }));
  expect(found).toEqual(
    ['sign-in', 'gallery', 'image'].map((screen) => ({ screen, accessibility: 100, 'best-practices': 100 })),
  );
}, 240_000);
