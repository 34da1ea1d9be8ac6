import { canCancel } from '@darkroom/upload-client';
import { useState } from 'react';
import { useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { ChevronIcon } from '../ui/icons.tsx';
import { LazyConfirm } from '../ui/lazy-confirm.tsx';
import { part, usePart } from '../ui/part.ts';
import { useSession } from './session-context.ts';

export const accountPopup = part(() => import('./account-popup.tsx'));

/**
 * Who is signed in, in which language they read, and the way out. A plain button until it is first pressed: the menu's
 * code is a large part of the page's.
 */
export function AccountMenu() {
  const t = useTexts();
  const { session, identity } = useSession();
  const { uploads } = useServices();
  const [opened, setOpened] = useState(false);
  const [asked, setAsked] = useState(0);
  const popup = usePart(accountPopup, opened);
  if (identity === undefined) return null;

  const signOut = () => {
    const running = uploads.uploads().filter(canCancel).length;
    if (running > 0) setAsked(running);
    else void session.signOut();
  };
  const loadSoon = () => void accountPopup.load();
  return (
    <>
      {opened && popup !== undefined ? (
        <popup.AccountPopup name={identity.name} onSignOut={signOut} />
      ) : (
        <button
          className="button button--plain account"
          type="button"
          aria-label={t.session.signedInAs(identity.name)}
          aria-haspopup="menu"
          aria-expanded={false}
          onPointerEnter={loadSoon}
          onFocus={loadSoon}
          onClick={() => setOpened(true)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
            event.preventDefault();
            setOpened(true);
          }}
        >
          <span className="account__name">{identity.name}</span>
          <ChevronIcon />
        </button>
      )}
      <LazyConfirm
        open={asked > 0}
        onClose={() => setAsked(0)}
        title={t.session.signOutTitle}
        text={t.session.signOutText(asked)}
        confirm={t.session.signOut}
        onConfirm={() => {
          setAsked(0);
          uploads.close(); // else the browser asks once more where signing out leaves the page
          void session.signOut();
        }}
      />
    </>
  );
}
