/**
 * Options of Node for a program of this repository that a test starts: its sources, and what `npm test` has it import to
 * watch what it answers.
 */
export function programOptions(): string[] {
  const watcher = process.env['DARKROOM_TEST_IMPORT'];
  return ['--conditions=darkroom-source', ...(watcher === undefined ? [] : [`--import=${watcher}`])];
}
