import { createContext, useContext, useSyncExternalStore } from 'react';
import { createTransport, createUploader, UploadList, type Upload } from '@darkroom/upload-client';
import { createDarkroomApi, type DarkroomApi } from './api/darkroom-api.ts';
import type { PageConfig } from './config.ts';
import { ImageList, type ImageListState } from './grid/image-list.ts';
import type { Session } from './session/session.ts';

/** What the parts of the page share while one person is signed in. */
export interface Services {
  readonly api: DarkroomApi;
  readonly images: ImageList;
  readonly uploads: UploadList;
}

/** Browsers open six connections to a host: some stay free for what a person does meanwhile. */
const uploadsAtOnce = 3;

export function createServices(config: PageConfig, session: Session): Services {
  const api = createDarkroomApi(createTransport(config.apiBase, session));
  const images = new ImageList((cursor, pageSize) => api.list(cursor, pageSize));
  const uploader = createUploader({ apiBase: config.apiBase, token: session, concurrency: uploadsAtOnce });
  const uploads = new UploadList(uploader, {
    onReady: (image) => images.put(image),
    onInternalError: (cause) => reportError(cause),
  });
  return { api, images, uploads };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error('useServices is for what is inside of ServicesContext');
  return services;
}

export function useImageList(): ImageListState {
  const { images } = useServices();
  return useSyncExternalStore(images.subscribe, images.state);
}

export function useUploads(): readonly Upload[] {
  const { uploads } = useServices();
  return useSyncExternalStore(uploads.subscribe, uploads.uploads);
}
