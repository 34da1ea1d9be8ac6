import { addresses, bucket, commonEnv, emulatorEnv, kafkaBrokers, region, type Env } from './environment.ts';
import type { StackConsole } from './console.ts';
import { buildPage, watchPage } from './page.ts';
import { createPart, type Part, type Running } from './part.ts';
import { applications, type Programs } from './programs.ts';
import { scheduleCleanup } from './schedule.ts';
import type { StackSecrets } from './secrets.ts';
import { runKafka, runPostgres, runUntilReady } from './servers.ts';
import type { StackSettings } from './settings.ts';
import { runProgram, type Program } from './spawn-program.ts';
import { stackFile, type StackFile } from './stack-file.ts';
import { graceOf, stages, stopWithinMs } from './stop-plan.ts';
import { watchSources } from './watch-sources.ts';

export interface StackOptions {
  settings: StackSettings;
  secrets: StackSecrets;
  programs: Programs;
  /** The user's own environment, as far as programs may see it. */
  env: Env;
  /** Start again what changes. */
  watch: boolean;
  console: StackConsole;
}

interface Queues {
  queueUrl: string;
  deadLetterQueueUrl: string;
}

/** The whole of Darkroom as child processes of this one. */
export class Stack {
  readonly #options: StackOptions;
  readonly #file: StackFile;
  readonly #parts = new Map<string, Part>();
  readonly #stopping = new AbortController();
  /** What else is to be released first when the stack stops. */
  readonly #releases: (() => void | Promise<void>)[] = [];
  readonly #starting: Promise<unknown>[] = [];
  #describe: (() => void) | undefined;

  constructor(options: StackOptions) {
    this.#options = options;
    this.#file = stackFile(options.settings.dataDir);
  }

  /** Resolves when everything is ready and `stack.json` says so; rejects when something does not start. */
  async start(): Promise<void> {
    const { settings, env, programs, console } = this.#options;
    const { signal } = this.#stopping;
    const [database, queues] = await this.#together([
      this.#startDatabase(),
      this.#startStore(),
      this.#startKafka(),
      buildPage(programs.gallery, env, console, signal),
    ]);
    const common = { ...this.#common(database), ...this.#queueEnv(queues) };
    const apps = applications(programs, common, settings);
    await this.#together(apps.map((program) => this.#startProgram(program)));
    signal.throwIfAborted();
    this.#releases.push(
      scheduleCleanup({ ...this.#program('cleanup-cron', programs.cleanupCron), env: common }, console),
    );
    if (this.#options.watch) this.#watch(apps);
    this.#describe = () => this.#writeFile(database, queues);
    this.#describe();
  }

  /** Stops what runs, in order. May be called while the start is still going on. */
  async stop(): Promise<void> {
    const until = Date.now() + stopWithinMs;
    this.#stopping.abort(new Error('stopping'));
    this.#describe = undefined;
    this.#file.remove();
    await Promise.all(this.#releases.map((release) => release()));
    for (const stage of stages) {
      const graceMs = graceOf(stage, until - Date.now());
      await Promise.all(stage.names.map((name) => this.#parts.get(name)?.stop(graceMs)));
    }
    await Promise.allSettled(this.#starting);
  }

  /** Like Promise.all; a stop waits for all of it, also for what goes on after the first has failed. */
  #together<T extends readonly unknown[]>(work: readonly [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
    this.#starting.push(...work);
    return Promise.all(work) as unknown as Promise<T>;
  }

  async #startDatabase(): Promise<string> {
    const { settings, secrets, programs } = this.#options;
    let url = '';
    await this.#startPart('postgres', async () => {
      const server = await runPostgres(settings, secrets);
      url = server.url;
      return server;
    });
    const migrate = { ...this.#program('migrate', programs.cli), args: ['migrate'], env: this.#common(url) };
    await runProgram(migrate, this.#stopping.signal);
    return url;
  }

  async #startStore(): Promise<Queues> {
    const { settings, secrets, programs, env } = this.#options;
    const emulator = this.#program('s3', programs.emulator);
    await this.#startProgram({ ...emulator, env: emulatorEnv(env, settings, secrets) });
    const setup = {
      ...this.#program('setup', programs.cli),
      args: ['setup', '--create-bucket', '--json'],
      env: this.#common(''),
    };
    return JSON.parse(await runProgram(setup, this.#stopping.signal)) as Queues;
  }

  async #startKafka(): Promise<void> {
    const { settings, programs } = this.#options;
    if (settings.eventBus !== 'kafka') return;
    if (settings.kafkaBrokers.length === 0) await this.#startPart('kafka', () => runKafka(settings));
    const topic = { ...this.#program('topic', programs.cli), args: ['topic'], env: this.#common('') };
    await runProgram(topic, this.#stopping.signal);
  }

  #startProgram(program: Program): Promise<void> {
    const { console } = this.#options;
    return this.#startPart(program.name, (signal) => runUntilReady(program, console, signal));
  }

  async #startPart(name: string, start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    const part = createPart({
      name,
      console: this.#options.console,
      start,
      onChange: () => this.#describe?.(),
    });
    this.#parts.set(name, part);
    await part.start();
  }

  #program(name: string, file: string): Program {
    return { name, file, env: {} };
  }

  #common(databaseUrl: string): Env {
    const { env, settings, secrets } = this.#options;
    return commonEnv(env, settings, secrets, databaseUrl);
  }

  #queueEnv({ queueUrl, deadLetterQueueUrl }: Queues): Env {
    return { SQS_QUEUE_URL: queueUrl, SQS_DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl };
  }

  #watch(apps: readonly Program[]): void {
    const { programs, env, console } = this.#options;
    const page = watchPage(programs.gallery, env, console);
    const parts = apps.flatMap(({ name, file }) => {
      const part = this.#parts.get(name);
      return part === undefined ? [] : [{ part, file }];
    });
    this.#releases.push(watchSources(parts), () => page.stop(1_000));
  }

  #writeFile(database: string, queues: Queues): void {
    const { settings, secrets } = this.#options;
    const { accessKeyId, secretAccessKey } = secrets;
    const at = addresses(settings);
    const { queueUrl, deadLetterQueueUrl } = queues;
    const kafka = { brokers: kafkaBrokers(settings), topic: settings.kafkaTopic };
    this.#file.write({
      ready: true,
      api: at.api,
      s3: { endpoint: at.s3, bucket, accessKeyId, secretAccessKey, region },
      sqs: { endpoint: at.sqs, queueUrl, deadLetterQueueUrl },
      postgres: database,
      kafka: settings.eventBus === 'kafka' ? kafka : null,
      processes: [...this.#parts.values()].flatMap(({ name, pid }) =>
        pid === undefined ? [] : [{ name, pid }],
      ),
    });
  }
}
