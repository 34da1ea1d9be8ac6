import type { BuildResult, ExtractionResult, Preset } from '@darkroom/domain';

/** What a decoder child is asked for. */
export type DecoderRequest =
  | { readonly task: 'build'; readonly path: string; readonly presets: readonly Preset[] }
  | { readonly task: 'extract'; readonly path: string };

/** What it answers: the result of the task, or an error that is not the file's fault. */
export type DecoderReply = { readonly result: BuildResult | ExtractionResult } | { readonly error: string };

/** What one job in a child may take. */
export interface DecoderLimits {
  /** Processor time of one job. Beyond it the file counts as undecodable: this does not depend on the machine's load. */
  readonly cpuMs: number;
  /** Resident memory of the child. Beyond it the file counts as undecodable. */
  readonly memoryBytes: number;
}

/** The signals by which a child ends itself, so that its parent knows why. */
export const overMemory = 'SIGUSR2';
export const overCpu = 'SIGVTALRM';
