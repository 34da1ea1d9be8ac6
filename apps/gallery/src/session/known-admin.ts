const storageKey = 'darkroom.admin';

/** Whether the person of this tab is an admin, as it was before a reload; undefined where nobody has asked yet. */
export function recallIsAdmin(id: string): boolean | undefined {
  try {
    const [whose, isAdmin] = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as unknown[];
    return whose === id && typeof isAdmin === 'boolean' ? isAdmin : undefined;
  } catch {
    return undefined;
  }
}

export function rememberIsAdmin(id: string, isAdmin: boolean): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify([id, isAdmin]));
  } catch {
    // Storage is switched off: it is asked for again with the next load of the page.
  }
}

export function forgetIsAdmin(): void {
  try {
    sessionStorage.removeItem(storageKey);
  } catch {
    // Storage is switched off: there is nothing to forget.
  }
}
