import type { Postgres } from '@darkroom/adapter-postgres';
import type { DoctorCheck } from './examine.ts';

/** S3 refuses signatures that are 15 minutes off; tokens are refused long before. */
const mostSkewSeconds = 30;

/** Whether this machine, Postgres and the store agree on the time. */
export function clocksCheck(postgres: Postgres, storeAddress: () => Promise<string>): DoctorCheck {
  return {
    name: 'clocks',
    needs: ['public endpoint'],
    run: async () => {
      const clocks = {
        // Where it is away, that has been said
        Postgres: await timeOfPostgres(postgres).catch(() => Date.now()),
        S3: await timeOfStore(await storeAddress()),
      };
      const off = Object.entries(clocks)
        .map(([name, time]) => [name, Math.round((time - Date.now()) / 1_000)] as const)
        .filter(([, seconds]) => Math.abs(seconds) > mostSkewSeconds)
        .map(([name, seconds]) => `${name} is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`);
      if (off.length === 0) return undefined;
      const what = `clocks differ from this machine's: ${off.join(', ')}; the command is for the machine that is wrong`;
      return { what, fix: 'sudo timedatectl set-ntp true' };
    },
    otherwise: { look: 'timedatectl', decide: 'which machine has the wrong time' },
  };
}

async function timeOfPostgres({ db }: Postgres): Promise<number> {
  const { rows } = await db.run((knex) => knex.raw<{ rows: { now: Date }[] }>('select now() as now'));
  return rows[0]?.now.getTime() ?? Date.now();
}

async function timeOfStore(address: string): Promise<number> {
  const response = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
  const date = response.headers.get('date'); // a store that does not tell cannot be compared
  return date === null ? Date.now() : new Date(date).getTime();
}
