/**
 * Has the browser load its tables of numbers and dates of a language before they are needed. All threads of a page share
 * them, so a worker does it: on a phone it takes tens of milliseconds, in which the page itself would stand still.
 */
export function loadFormats(locale: string): void {
  const worker = new Worker(new URL('./load-formats-worker.ts', import.meta.url), { type: 'module' });
  worker.postMessage(locale);
}
