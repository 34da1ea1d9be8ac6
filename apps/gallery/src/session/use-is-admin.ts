import { createContext, useContext, useEffect, useState } from 'react';
import { useServices } from '../services.ts';
import { whenIdle } from '../ui/part.ts';
import { recallIsAdmin, rememberIsAdmin } from './known-admin.ts';
import { useSession } from './session-context.ts';

const AdminContext = createContext(false);
export const AdminProvider = AdminContext.Provider;

/** Whether the caller is an admin, for what the page offers; false until that is known. */
export function useIsAdmin(): boolean {
  return useContext(AdminContext);
}

/** The call shares the line with the first picture of the page, and can wait for it. */
const askAfterMs = 1_500;

/**
 * Asks whether the API takes the caller for an admin: it answers them alone with figures of all
 * owners, which have no quota. Asking for what is an admin's would leave a refusal in everybody else's console. Asked
 * once for each tab and person, when there is nothing else to do.
 */
export function useAskedIsAdmin(): boolean {
  const { api } = useServices();
  const { identity } = useSession();
  const id = identity?.id ?? '';
  const [isAdmin, setIsAdmin] = useState(() => recallIsAdmin(id));
  useEffect(() => {
    if (isAdmin !== undefined) return undefined;
    const ask = async () => {
      const { quota } = await api.overview();
      rememberIsAdmin(id, quota === null);
      setIsAdmin(quota === null);
    };
    return whenIdle(() => void ask().catch(() => undefined), askAfterMs); // asked again with the next load of the page
  }, [api, id, isAdmin]);
  return isAdmin ?? false;
}
