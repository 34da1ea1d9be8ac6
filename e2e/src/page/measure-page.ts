import { startStack } from '@darkroom/testing';
import { auditScreens, type Audit, type Category } from './lighthouse.ts';

// Lighthouse over the page, as a table for docs/performance.md:
// node scripts/run.mjs e2e/src/page/measure-page.ts [phone|desktop] [how much slower the phone is]
const rounds = 3;
const [wanted, slowdown] = process.argv.slice(2);
const devices = (['phone', 'desktop'] as const).filter((device) => (wanted ?? device) === device);
const categories = ['performance', 'accessibility', 'best-practices'] as const;

const middle = (audits: readonly Audit[], category: Category) =>
  audits.map(({ scores }) => scores[category] ?? 0).toSorted((a, b) => a - b)[Math.floor(audits.length / 2)];

const stack = await startStack();
try {
  const audits = await auditScreens({
    stack,
    categories,
    devices: Array.from({ length: rounds }, () => devices).flat(),
    ...(slowdown === undefined ? {} : { phoneSlowdown: Number(slowdown) }),
  });
  const rows = [...Map.groupBy(audits, ({ screen, device }) => `${screen} | ${device}`)].map(
    ([name, same]) => [
      name,
      ...categories.map((category) => middle(same, category)),
      same.map(({ scores }) => scores.performance).join(', '),
      same.map(({ benchmarkIndex }) => Math.round(benchmarkIndex)).join(', '),
    ],
  );
  const head = [
    ['screen', 'device', 'performance', 'accessibility', 'best practices', 'performance of each', 'machine'],
    ['---', '---', '--:', '--:', '--:', '---', '---'],
  ];
  process.stdout.write([...head, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join(''));
  for (const { screen, device, complaints } of audits) {
    process.stderr.write(`${screen}, ${device}: ${complaints.join('; ')}\n`);
  }
} finally {
  await stack.close();
}
