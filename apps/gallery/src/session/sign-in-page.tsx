import { useEffect, useState, type SyntheticEvent } from 'react';
import { useTexts } from '../texts/texts.ts';
import { LanguageButtons } from '../ui/language-buttons.tsx';
import { useDocumentTitle } from '../ui/use-document-title.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { forgetIsAdmin } from './known-admin.ts';
import { LocalLogin } from './local-login.ts';
import type { Login } from './login.ts';
import { OidcLogin } from './oidc-login.ts';
import { useSession } from './session-context.ts';
import './sign-in.css';

interface SignInPageProps {
  readonly login: Login | undefined;
  /** The provider has just said no, or could not be reached. */
  readonly failed: boolean;
  /** There was a session, which ended by itself. */
  readonly ended: boolean;
  /** So many uploads ended with it. */
  readonly stoppedUploads: number;
}

export function SignInPage({ login, failed, ended, stoppedUploads }: SignInPageProps) {
  const t = useTexts();
  useDocumentTitle(t.session.title);
  useEffect(forgetIsAdmin, []); // whoever signs in now may have other rights
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <Wordmark />
        <h1>{t.session.title}</h1>
        <div role="alert">
          {ended && (
            <p className="sign-in__ended">
              {t.session.ended} {stoppedUploads > 0 && t.session.uploadsStopped(stoppedUploads)}
            </p>
          )}
        </div>
        {login instanceof LocalLogin && <LocalSignIn login={login} />}
        {login instanceof OidcLogin && <OidcSignIn login={login} failed={failed} />}
        {login === undefined && <p>{t.session.none}</p>}
      </div>
      <LanguageButtons />
    </main>
  );
}

type State = 'idle' | 'busy' | 'failed';

function LocalSignIn({ login }: { login: LocalLogin }) {
  const t = useTexts();
  const { session } = useSession();
  const [state, setState] = useState<State>('idle');

  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name') ?? '').trim();
    if (name === '' || state === 'busy') return;
    setState('busy');
    try {
      session.signedIn(await login.signIn(name, form.has('admin')));
    } catch {
      setState('failed');
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <p className="quiet">{t.session.localText}</p>
      <label className="field">
        <span className="field__label">{t.session.name}</span>
        <input
          className="input"
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          required
          defaultValue="alice"
        />
      </label>
      <label className="check">
        <input type="checkbox" name="admin" />
        {t.session.admin}
      </label>
      <Failure failed={state === 'failed'} />
      <button className="button button--primary button--wide" type="submit">
        {state === 'busy' ? t.session.signingIn : t.session.submit}
      </button>
    </form>
  );
}

/** Leaves for the provider's page. */
function OidcSignIn({ login, failed }: { login: OidcLogin; failed: boolean }) {
  const t = useTexts();
  const [state, setState] = useState<State>(failed ? 'failed' : 'idle');
  useEffect(() => {
    // "Back" from the provider may show this page as it was when it was left.
    const shown = (event: PageTransitionEvent) => {
      if (event.persisted) setState('idle');
    };
    window.addEventListener('pageshow', shown);
    return () => window.removeEventListener('pageshow', shown);
  }, []);
  const leave = async () => {
    setState('busy');
    try {
      await login.signIn();
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <p className="quiet">{t.session.oidcText}</p>
      <Failure failed={state === 'failed'} />
      <button
        className="button button--primary button--wide"
        type="button"
        disabled={state === 'busy'}
        onClick={() => void leave()}
      >
        {state === 'busy' ? t.session.leaving : t.session.submit}
      </button>
    </>
  );
}

function Failure({ failed }: { failed: boolean }) {
  const t = useTexts();
  return (
    <p className="form-error" role="alert">
      {failed ? t.session.failed : ''}
    </p>
  );
}
