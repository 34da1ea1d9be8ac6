import { useServices } from '../services.ts';
import { useLoaded } from '../ui/use-loaded.ts';

/**
 * Whether the API takes the caller for an admin, for what the page offers: it answers them alone with figures of all
 * owners, which have no quota. Asking for what is an admin's would leave a refusal in everybody else's console.
 */
export function useIsAdmin(): boolean {
  const { api } = useServices();
  return useLoaded(api.overview).value?.quota === null;
}
