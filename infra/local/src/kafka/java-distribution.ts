import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache-folder.ts';
import { withFolderLock } from '../process/folder-lock.ts';
import { kafkaVersion, pom } from './pom.ts';
import { serverProperties } from './server-properties.ts';

const run = promisify(execFile);
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export interface KafkaDistribution {
  /** For `java -cp`. */
  classPath: string;
  /** An empty, formatted log folder, to be copied for a new cluster. */
  formatted: string;
}

/** Why Kafka cannot be run by Java here, or undefined when it can. */
export async function whyNoJava(): Promise<string | undefined> {
  const java = await run('java', ['-version']).catch(() => undefined);
  const version = Number(/version "(\d+)/.exec(java?.stderr ?? '')?.[1] ?? 0);
  if (version < 17) return version === 0 ? 'there is no Java' : `Java is ${version}, and Kafka needs 17`;
  if (existsSync(home())) return undefined;
  const maven = await run('mvn', ['-version']).catch(() => undefined);
  return maven === undefined ? 'there is no Maven' : undefined;
}

/** Fetches Kafka from Maven Central into the cache folder, once per user of the machine. */
export async function kafkaDistribution(): Promise<KafkaDistribution> {
  const folder = home();
  if (!existsSync(folder)) {
    await withFolderLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await fetchInto(folder);
    });
  }
  return { classPath: path.join(folder, 'jars', '*'), formatted: path.join(folder, 'formatted') };
}

const home = (): string => cacheFolder(`kafka-${kafkaVersion}`);

async function fetchInto(folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}.new-`);
  try {
    await writeFile(path.join(draft, 'pom.xml'), pom);
    const jars = path.join(draft, 'jars');
    const goal = [`${plugin}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${jars}`];
    await run('mvn', ['-q', '-B', '-f', path.join(draft, 'pom.xml'), ...goal], { cwd: draft });
    await format(draft, path.join(jars, '*'));
    await rename(draft, folder);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim() || String(error);
    throw new Error(`Kafka could not be fetched by Maven: ${said.slice(0, 800)}`, { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Formatting takes a second of Java; its two files are the same for every cluster, so it is done once. */
async function format(draft: string, classPath: string): Promise<void> {
  const logDir = path.join(draft, 'formatted');
  const config = path.join(draft, 'format.properties');
  await mkdir(logDir);
  await writeFile(config, serverProperties({ port: 19_092, controllerPort: 19_093, logDir }));
  const tool = ['-cp', classPath, 'kafka.tools.StorageTool'];
  const { stdout } = await run('java', [...tool, 'random-uuid']);
  await run('java', [...tool, 'format', '--cluster-id', stdout.trim(), '--config', config]);
  await readFile(path.join(logDir, 'meta.properties'));
}
