import { CSPProvider } from '@base-ui/react/csp-provider';
import { UploadAnnouncer, useLeaveGuard } from '@darkroom/react-uploader';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import { useServices } from './services.ts';
import { AccountMenu } from './session/account-menu.tsx';
import { useIsAdmin } from './session/use-is-admin.ts';
import { uploaderTexts, useTexts } from './texts/texts.ts';
import { ToastProvider, Toasts } from './ui/toast.tsx';
import { useOnline } from './ui/use-online.ts';
import { Wordmark } from './ui/wordmark.tsx';

export function Layout() {
  const t = useTexts();
  const { uploads } = useServices();
  const online = useOnline();
  const isAdmin = useIsAdmin();
  useLeaveGuard(uploads);
  return (
    // The page's policy forbids style elements; what they would say stands in controls.css.
    <CSPProvider disableStyleElements>
      <ToastProvider>
        <a className="skip-link" href="#content">
          {t.skipToContent}
        </a>
        <header className="header">
          <Link className="header__home" to="/">
            <Wordmark />
          </Link>
          <nav className="nav" aria-label={t.nav.label}>
            <NavLink to="/" end>
              {t.nav.images}
            </NavLink>
            <NavLink to="/deleted">{t.nav.deleted}</NavLink>
            <NavLink to="/statistics">{t.nav.statistics}</NavLink>
            <NavLink to="/categories">{t.nav.categories}</NavLink>
            {isAdmin && <NavLink to="/console">{t.nav.console}</NavLink>}
          </nav>
          <AccountMenu />
        </header>
        <div role="status">{!online && <p className="offline">{t.offline}</p>}</div>
        <Toasts />
        <main className="page" id="content" tabIndex={-1}>
          <Outlet />
        </main>
        <UploadAnnouncer list={uploads} locale={t.locale} texts={uploaderTexts(t)} />
        <ScrollRestoration getKey={({ pathname, search }) => pathname + search} />
      </ToastProvider>
    </CSPProvider>
  );
}
