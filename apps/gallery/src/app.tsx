import { useEffect, useState, useSyncExternalStore } from 'react';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import type { PageConfig } from './config.ts';
import { HomePage } from './home-page.tsx';
import { ImagePage } from './image/image-page.tsx';
import { Layout } from './layout.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { createServices, ServicesContext } from './services.ts';
import { SessionContext } from './session/session-context.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import type { Session } from './session/session.ts';
import { BrokenPage } from './broken-page.tsx';

const createRouter = () =>
  createBrowserRouter([
    {
      Component: Layout,
      ErrorBoundary: BrokenPage,
      children: [
        { path: '/', Component: HomePage },
        { path: '/images/:id', Component: ImagePage },
        { path: '*', Component: NotFoundPage },
      ],
    },
  ]);

export function App({ config, session }: { config: PageConfig; session: Session }) {
  const identity = useSyncExternalStore(session.subscribe, session.identity);
  return (
    <SessionContext value={session}>
      {identity === undefined ? (
        <SignInPage signIn={config.signIn} />
      ) : (
        <SignedIn key={identity.name} config={config} session={session} />
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
