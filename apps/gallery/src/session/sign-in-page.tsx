import { useState, type SyntheticEvent } from 'react';
import type { PageConfig } from '../config.ts';
import { useTexts } from '../texts/texts.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { useDocumentTitle } from '../ui/use-page.ts';
import { useSession } from './session-context.ts';
import './sign-in.css';

export function SignInPage({ signIn }: { signIn: PageConfig['signIn'] }) {
  const t = useTexts();
  useDocumentTitle(t.session.title);
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <Wordmark />
        <h1>{t.session.title}</h1>
        {signIn === 'local' ? <LocalSignIn /> : <p>{t.session.none}</p>}
      </div>
    </main>
  );
}

function LocalSignIn() {
  const t = useTexts();
  const { session } = useSession();
  const [name, setName] = useState('alice');
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    if (trimmed === '' || state === 'busy') return;
    setState('busy');
    try {
      await session.signIn(trimmed);
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
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <p className="form-error" role="alert">
        {state === 'failed' ? t.session.failed : ''}
      </p>
      <button className="button button--primary button--wide" type="submit">
        {state === 'busy' ? t.session.signingIn : t.session.submit}
      </button>
    </form>
  );
}
