import path from 'node:path';
import { apiEnv, rolesOf, variantWorkerEnv, workerEnv, type Env } from './environment.ts';
import { repository } from './repository.ts';
import type { StackSettings } from './settings.ts';
import type { Program } from './spawn-program.ts';

/** The files that the stack runs, and the folder of the page. */
export interface Programs {
  cli: string;
  emulator: string;
  uploadApi: string;
  variantWorker: string;
  metadataWorker: string;
  cleanupCron: string;
  /** Built by Vite when its sources are newer; its `dist` is served. */
  gallery: string;
}

const app = (name: string): string => path.join(repository, 'apps', name, 'src', 'main.ts');

export const darkroomPrograms: Programs = {
  cli: app('cli'),
  emulator: path.join(import.meta.dirname, '..', 'aws', `main${path.extname(import.meta.filename)}`),
  uploadApi: app('upload-api'),
  variantWorker: app('variant-worker'),
  metadataWorker: app('metadata-worker'),
  cleanupCron: app('cleanup-cron'),
  gallery: path.join(repository, 'apps', 'gallery'),
};

/** The programs that run as long as the stack does. */
export function applications(programs: Programs, common: Env, settings: StackSettings): Program[] {
  const pageDir = path.join(programs.gallery, 'dist');
  const roles = rolesOf(settings);
  const inOne = [{ name: 'upload-api', roles }];
  const apart = roles.map((role) => ({ name: role, roles: [role] }));
  return [
    ...(settings.splitRoles ? apart : inOne).map((process) => ({
      name: process.name,
      file: programs.uploadApi,
      env: apiEnv(common, settings, pageDir, process.roles),
    })),
    { name: 'variant-worker', file: programs.variantWorker, env: variantWorkerEnv(common) },
    { name: 'metadata-worker', file: programs.metadataWorker, env: workerEnv(common) },
  ];
}
