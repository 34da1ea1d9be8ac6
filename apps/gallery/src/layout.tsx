import { CSPProvider } from '@base-ui/react/csp-provider';
import { UploadAnnouncer, useLeaveGuard } from '@darkroom/react-uploader';
import { useEffect } from 'react';
import { Link, Outlet, ScrollRestoration } from 'react-router';
import { Navigation } from './navigation.tsx';
import { useServices } from './services.ts';
import { AccountMenu, accountPopup } from './session/account-menu.tsx';
import { AdminProvider, useAskedIsAdmin } from './session/use-is-admin.ts';
import { StrayFiles } from './stray-files.tsx';
import { uploaderTexts, useTexts } from './texts/texts.ts';
import { dialogs } from './ui/lazy-confirm.tsx';
import { useSomeMissing, whenIdle, type Part } from './ui/part.ts';
import { ToastProvider, Toasts, toastView } from './ui/toast.tsx';
import { UploadChip } from './upload-chip.tsx';
import { useOnline } from './ui/use-online.ts';
import { Wordmark } from './ui/wordmark.tsx';

/** On a slow phone the page is at work for so long until it can be used. */
const settledMs = 4_000;

/** Loads what the first picture of the page does not need, but what may happen when there is no connection. */
function loadForLater(): () => void {
  let cancel = () => {};
  const load = ([next, ...others]: readonly Part<unknown>[], afterMs: number) => {
    if (next !== undefined) cancel = whenIdle(() => void next.load().then(() => load(others, 0)), afterMs);
  };
  load([toastView, accountPopup, dialogs], settledMs);
  return () => cancel();
}

export function Layout() {
  const t = useTexts();
  const { uploads } = useServices();
  const online = useOnline();
  const outdated = useSomeMissing() && online;
  useLeaveGuard(uploads);
  useEffect(loadForLater, []);
  return (
    // The page's policy forbids style elements; what they would say stands in controls.css.
    <CSPProvider disableStyleElements>
      <AdminProvider value={useAskedIsAdmin()}>
        <ToastProvider>
          <a className="skip-link" href="#content">
            {t.skipToContent}
          </a>
          <header className="header">
            <Link className="header__home" to="/">
              <Wordmark />
            </Link>
            <Navigation />
            <UploadChip />
            <AccountMenu />
          </header>
          <div role="status">
            {!online && <p className="offline">{t.offline}</p>}
            {outdated && (
              <p className="offline">
                {t.missingPart.title}. {t.missingPart.text}{' '}
                <button className="link" type="button" onClick={() => window.location.reload()}>
                  {t.start.reload}
                </button>
              </p>
            )}
          </div>
          <Toasts />
          <main className="page" id="content" tabIndex={-1}>
            <Outlet />
          </main>
          <StrayFiles />
          <UploadAnnouncer list={uploads} locale={t.locale} texts={uploaderTexts(t)} />
          <ScrollRestoration getKey={({ pathname, search }) => pathname + search} />
        </ToastProvider>
      </AdminProvider>
    </CSPProvider>
  );
}
