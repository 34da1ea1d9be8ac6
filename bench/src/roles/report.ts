import { measureRoles, type RolesFigures } from './roles.ts';

const defaultImages = 100;

/** `npm run bench -- roles [kafka|postgres] [images]`: memory and CPU of each role, as Markdown on standard output. */
export async function runRolesBench([
  eventBus = 'kafka',
  images = String(defaultImages),
]: readonly string[]): Promise<void> {
  if (eventBus !== 'postgres' && eventBus !== 'kafka')
    throw new Error(`unknown bus ${eventBus}: postgres or kafka`);
  process.stdout.write(markdown(eventBus, await measureRoles(eventBus, Number(images))));
}

function markdown(eventBus: string, { images, imagesPerSecond, roles }: RolesFigures): string {
  const shown = (value: number | undefined) => value?.toFixed(0) ?? '';
  const rows = Object.entries(roles).map(
    ([name, { restMegabytes, peakMegabytes, cpuMilliseconds }]) =>
      `| ${name} | ${shown(restMegabytes)} | ${shown(peakMegabytes)} | ${shown(cpuMilliseconds)} |`,
  );
  return [
    `### EVENT_BUS=${eventBus}`,
    '',
    `A burst of ${images}: ${imagesPerSecond.toFixed(1)} images a second.`,
    '',
    '| process | MB at rest | MB at the peak | CPU ms an image |',
    '| --- | --: | --: | --: |',
    ...rows,
    '',
  ].join('\n');
}
