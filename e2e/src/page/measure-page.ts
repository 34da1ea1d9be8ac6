import { startStack } from '@darkroom/testing';
import { auditScreens } from './lighthouse.ts';

// Lighthouse over the page, as a table for docs/performance.md: node scripts/run.mjs e2e/src/page/measure-page.ts
const stack = await startStack();
try {
  const audits = await auditScreens({
    stack,
    categories: ['performance', 'accessibility', 'best-practices'],
    devices: ['phone', 'desktop'],
  });
  const rows = audits.map(({ screen, device, scores }) =>
    [screen, device, scores.performance, scores.accessibility, scores['best-practices']].join(' | '),
  );
  const head = [
    'screen | device | performance | accessibility | best practices',
    '--- | --- | --: | --: | --:',
  ];
  process.stdout.write([...head, ...rows].map((row) => `| ${row} |\n`).join(''));
  for (const { screen, device, complaints } of audits) {
    process.stderr.write(`${screen}, ${device}: ${complaints.join('; ')}\n`);
  }
} finally {
  await stack.close();
}
