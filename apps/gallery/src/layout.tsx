import { Link, Outlet, ScrollRestoration } from 'react-router';
import { useSession } from './session/session-context.ts';
import { useTexts } from './texts/texts.ts';
import { ToastProvider, Toasts } from './ui/toast.tsx';
import { useOnline } from './ui/use-online.ts';
import { Wordmark } from './ui/wordmark.tsx';
import { Announcer } from './upload/view/announcer.tsx';
import { LeaveGuard } from './upload/view/leave-guard.tsx';

export function Layout() {
  const t = useTexts();
  const online = useOnline();
  return (
    <ToastProvider>
      <a className="skip-link" href="#content">
        {t.skipToContent}
      </a>
      <header className="header">
        <Link className="header__home" to="/">
          <Wordmark />
        </Link>
        <Account />
      </header>
      <div role="status">{!online && <p className="offline">{t.offline}</p>}</div>
      <Toasts />
      <main className="page" id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Announcer />
      <LeaveGuard />
      <ScrollRestoration />
    </ToastProvider>
  );
}

function Account() {
  const t = useTexts();
  const { session, identity } = useSession();
  if (identity === undefined) return null;
  return (
    <div className="account">
      <span className="account__name">
        <span className="visually-hidden">{t.session.signedInAs(identity.name)}</span>
        <span aria-hidden="true">{identity.name}</span>
      </span>
      <button className="button button--plain" type="button" onClick={() => session.signOut()}>
        {t.session.signOut}
      </button>
    </div>
  );
}
