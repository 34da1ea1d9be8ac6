import type { BuildResult, ExtractionResult, Preset } from '@darkroom/domain';

/** What a decoder child is asked for. */
export type DecoderRequest =
  | { readonly task: 'build'; readonly path: string; readonly presets: readonly Preset[] }
  | { readonly task: 'extract'; readonly path: string }
  /** Only whether it can be decoded within the limits: nothing is encoded. */
  | { readonly task: 'decode'; readonly path: string };

/** What it answers: the result of the task, or an error that is not the file's fault. */
export type DecoderReply = { readonly result: BuildResult | ExtractionResult } | { readonly error: string };

/** How a child ended amid a job for a reason that may lie in the file, in words. */
export interface DecoderDeath {
  readonly died: string;
}

/** What one job in a child may take. */
export interface DecoderLimits {
  /** Processor time of one job. It does not depend on the machine's load. */
  readonly cpuMs: number;
  /** Resident memory of the child. */
  readonly memoryBytes: number;
}

/** The signals by which a child ends itself, so that its parent knows why. */
export const overMemory = 'SIGUSR2';
export const overCpu = 'SIGVTALRM';

/** Ends this process when it holds too much memory, or has taken too much processor time since `start`, a job's beginning. */
export function dieOverLimits(limits: DecoderLimits, start: NodeJS.CpuUsage | undefined): void {
  if (process.memoryUsage.rss() > limits.memoryBytes) process.kill(process.pid, overMemory);
  if (start === undefined) return;
  const { user, system } = process.cpuUsage(start);
  if ((user + system) / 1_000 > limits.cpuMs) process.kill(process.pid, overCpu);
}
