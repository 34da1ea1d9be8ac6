import { useLocation } from 'react-router';

interface FromList {
  readonly list: string;
}

/** For links to an image: from which list, with its search and filters, somebody comes. */
export function useFromList(): FromList {
  const { pathname, search } = useLocation();
  return { list: pathname + search };
}

/** Where the list is from which somebody came to an image; all images, where they came another way. */
export function useListAddress(): string {
  const { state } = useLocation() as { state: Partial<FromList> | null };
  return typeof state?.list === 'string' ? state.list : '/';
}
