import { useEffect, useState, useSyncExternalStore } from 'react';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { BrokenPage } from './broken-page.tsx';
import type { PageConfig } from './config.ts';
import { HomePage } from './home-page.tsx';
import { Layout } from './layout.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { createServices, ServicesContext } from './services.ts';
import type { Login } from './session/login.ts';
import { SessionContext } from './session/session-context.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import type { Session } from './session/session.ts';

const createRouter = () =>
  createBrowserRouter([
    {
      Component: Layout,
      ErrorBoundary: BrokenPage,
      HydrateFallback: () => null,
      children: [
        { path: '/', Component: HomePage },
        {
          path: '/images/:id',
          lazy: async () => ({ Component: (await import('./image/image-page.tsx')).ImagePage }),
        },
        {
          path: '/deleted',
          lazy: async () => ({ Component: (await import('./deleted/deleted-page.tsx')).DeletedPage }),
        },
        {
          path: '/statistics',
          lazy: async () => ({
            Component: (await import('./statistics/statistics-page.tsx')).StatisticsPage,
          }),
        },
        {
          path: '/categories',
          lazy: async () => ({
            Component: (await import('./categories/categories-page.tsx')).CategoriesPage,
          }),
        },
        { path: '*', Component: NotFoundPage },
      ],
    },
  ]);

interface AppProps {
  readonly config: PageConfig;
  readonly login: Login | undefined;
  readonly session: Session;
  readonly signInFailed: boolean;
}

export function App({ config, login, session, signInFailed }: AppProps) {
  const identity = useSyncExternalStore(session.subscribe, session.identity);
  return (
    <SessionContext value={session}>
      {identity === undefined ? (
        <SignInPage login={login} failed={signInFailed} />
      ) : (
        <SignedIn key={identity.id} config={config} session={session} />
      )}
    </SessionContext>
  );
}

/** One person's page. With another person everything of the first is gone: lists, and uploads that still ran. */
function SignedIn({ config, session }: { config: PageConfig; session: Session }) {
  const [services] = useState(() => createServices(config, session));
  const [router] = useState(createRouter);
  useEffect(() => () => services.uploads.close(), [services]);

  return (
    <ServicesContext value={services}>
      <RouterProvider router={router} />
    </ServicesContext>
  );
}
