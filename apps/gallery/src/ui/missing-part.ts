/** What browsers, and Vite for styles, say where a part of the page could not be loaded. Nothing but words tells it. */
const words =
  /dynamically imported module|importing a module script failed|unable to preload css|error loading dynamically/i;

class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

export function isMissingPart(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof Error && words.test(error.message));
}

/**
 * Imports a part of the page. Without a connection it does not even try: a browser remembers a module that it could
 * not fetch, and would not fetch it later either.
 */
export function fetchPart<T>(importIt: () => Promise<T>): Promise<T> {
  return navigator.onLine ? importIt() : Promise.reject(new OfflineError('there is no connection'));
}
