import type { Page } from 'playwright-core';
import { waitFor } from './wait-for.ts';

const nothingFades =
  'document.getAnimations().every(({ effect }) => effect?.getTiming().iterations === Infinity)';

/**
 * What axe finds against WCAG 2.2 AA and good practice on the page as it is now, one line for each rule that is broken.
 * Waits until nothing fades any more, for contrast to be measured then.
 */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  const { AxeBuilder } = await import('@axe-core/playwright'); // large: not for tests without a browser
  await waitFor(() => page.evaluate<boolean>(nothingFades), { what: 'nothing to fade any more' });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
