import { createContext, useContext, useSyncExternalStore } from 'react';
import { createAsk, createUploader, UploadList } from '@darkroom/upload-client';
import { createDarkroomApi, type DarkroomApi } from './api/darkroom-api.ts';
import type { PageConfig } from './config.ts';
import type { ImageList, ImageListState } from './grid/image-list.ts';
import { ImageLists } from './grid/image-lists.ts';
import { createLive, type Live } from './live/live.ts';
import type { Session } from './session/session.ts';

/** What the parts of the page share while one person is signed in. */
export interface Services {
  /** Where the API is, and the token for it: for parts that call it themselves. */
  readonly apiBase: string;
  readonly session: Session;
  readonly api: DarkroomApi;
  readonly lists: ImageLists;
  readonly live: Live;
  readonly uploads: UploadList;
}

/** Browsers open six connections to a host: some stay free for what a person does meanwhile. */
const uploadsAtOnce = 3;

export function createServices({ apiBase }: PageConfig, session: Session): Services {
  const api = createDarkroomApi(createAsk(apiBase, session));
  const lists = new ImageLists(api);
  const uploader = createUploader({ apiBase, token: session, concurrency: uploadsAtOnce });
  const uploads = new UploadList(uploader, {
    onReady: (image) => lists.put(image),
    onInternalError: (cause) => reportError(cause),
  });
  return { apiBase, session, api, lists, live: createLive(apiBase, session), uploads };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error('useServices is for what is inside of ServicesContext');
  return services;
}

export function useListState(list: ImageList): ImageListState {
  return useSyncExternalStore(list.subscribe, list.state);
}

/** One value made from a list's state: who uses it is drawn anew when that value is another one. */
export function useListValue<T>(list: ImageList, of: (state: ImageListState) => T): T {
  return useSyncExternalStore(list.subscribe, () => of(list.state()));
}
