/** What browsers, and Vite for styles, say where a part of the page could not be loaded. Nothing but words tells it. */
const words =
  /dynamically imported module|importing a module script failed|unable to preload css|error loading dynamically/i;

export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && words.test(error.message);
}

/** Asks again for style sheets that did not come: whoever loads a part once more takes them to be there. */
export function reloadStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    if ((link.sheet?.cssRules.length ?? 0) === 0) link.replaceWith(link.cloneNode());
  }
}
