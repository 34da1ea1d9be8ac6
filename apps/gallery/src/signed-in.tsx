import { canCancel } from '@darkroom/upload-client';
import { useEffect, useState } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { BrokenPage } from './broken-page.tsx';
import { BrokenSection } from './broken-section.tsx';
import type { PageConfig } from './config.ts';
import { HomePage } from './home-page.tsx';
import { ImagePage } from './image/image-page.tsx';
import { Layout } from './layout.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { createServices, ServicesContext } from './services.ts';
import type { Session } from './session/session.ts';
import { StatisticsPage } from './statistics/statistics-page.tsx';
import { fetchPart } from './ui/missing-part.ts';

const sections: RouteObject[] = [
  { path: '/', Component: HomePage },
  { path: '/images/:id', Component: ImagePage },
  {
    path: '/deleted',
    lazy: async () => ({
      Component: (await fetchPart(() => import('./deleted/deleted-page.tsx'))).DeletedPage,
    }),
  },
  { path: '/statistics', Component: StatisticsPage },
  {
    path: '/categories',
    lazy: async () => ({
      Component: (await fetchPart(() => import('./categories/categories-page.tsx'))).CategoriesPage,
    }),
  },
  {
    path: '/console',
    lazy: async () => ({
      Component: (await fetchPart(() => import('./console/console-page.tsx'))).ConsolePage,
    }),
  },
  { path: '*', Component: NotFoundPage },
];

/** What breaks in a section leaves the rest of the page, and its uploads, alone. */
const createRouter = () =>
  createBrowserRouter([
    {
      Component: Layout,
      ErrorBoundary: BrokenPage,
      HydrateFallback: () => null,
      children: [{ ErrorBoundary: BrokenSection, children: sections }],
    },
  ]);

interface SignedInProps {
  readonly config: PageConfig;
  readonly session: Session;
  /** So many uploads had not arrived when the session ended. */
  readonly onStopped: (uploads: number) => void;
}

/** One person's page. With another person everything of the first is gone: lists, and uploads that still ran. */
export function SignedIn({ config, session, onStopped }: SignedInProps) {
  const [services] = useState(() => createServices(config, session));
  useEffect(() => {
    const { uploads } = services;
    const unsubscribe = session.subscribe(() => {
      if (session.identity() === undefined) onStopped(uploads.uploads().filter(canCancel).length);
    });
    return () => {
      unsubscribe();
      uploads.close();
    };
  }, [services, session, onStopped]);

  return (
    <ServicesContext value={services}>
      <Sections />
    </ServicesContext>
  );
}

function Sections() {
  const [router] = useState(createRouter);
  return <RouterProvider router={router} />;
}
