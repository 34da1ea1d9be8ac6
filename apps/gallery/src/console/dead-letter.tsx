import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import type { DeadLetterBody, DeadLetterDetailBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import { useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { Confirm } from '../ui/dialog.tsx';
import { formatDateTime, formatNumber } from '../ui/format.ts';
import { useLoaded } from '../ui/use-loaded.ts';

interface DeadLetterProps {
  readonly letter: DeadLetterBody;
  /** It is no dead letter any more; with the words that say why. */
  readonly onSettled: (text: string) => void;
}

/** One dead letter with its message, and what can be done with it. */
export function DeadLetter({ letter, onSettled }: DeadLetterProps) {
  const t = useTexts();
  const { api } = useServices();
  const { id } = letter;
  const { value: detail, failed } = useLoaded(
    useCallback((signal: AbortSignal) => api.deadLetter(id, signal), [api, id]),
  );
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const settle = async (act: () => Promise<unknown>, text: string) => {
    if (busy) return;
    setBusy(true);
    setFailure('');
    try {
      await act();
      onSettled(text);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) onSettled(t.console.gone);
      else setFailure(t.console.actionFailed);
      setBusy(false);
    }
  };

  return (
    <>
      <Facts letter={letter} />
      {detail === undefined ? (
        <p className="quiet" role="status">
          {failed ? t.console.letterFailed : t.loading}
        </p>
      ) : (
        <Message detail={detail} />
      )}
      <p className="form-error" role="alert">
        {failure}
      </p>
      <div className="dialog__actions">
        <button className="button" type="button" onClick={() => setAsked(true)}>
          {t.console.discard}
        </button>
        <button
          className="button button--primary"
          type="button"
          onClick={() => void settle(() => api.replayDeadLetter(id), t.console.replayed(letter.group))}
        >
          {t.console.replay}
        </button>
      </div>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t.console.discardTitle}
        text={t.console.discardText}
        confirm={t.console.discard}
        onConfirm={() => {
          setAsked(false);
          void settle(() => api.discardDeadLetter(id), t.console.discarded);
        }}
      />
    </>
  );
}

function Facts({ letter }: { letter: DeadLetterBody }) {
  const t = useTexts();
  const { group, code, error, attempts, buried_at, image_id } = letter;
  const facts = [
    [t.console.error, error],
    [t.console.code, t.console.codes[code]],
    [t.console.group, group],
    [t.console.attempts, formatNumber(attempts, t.locale)],
    [t.console.givenUp, formatDateTime(buried_at, t.locale)],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div className="fact" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {image_id !== null && (
        <div className="fact">
          <dt>{t.console.image}</dt>
          <dd>
            <Link to={`/images/${image_id}`}>{image_id}</Link>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Message({ detail: { headers, payload, payload_base64: base64 } }: { detail: DeadLetterDetailBody }) {
  const t = useTexts();
  return (
    <>
      <Source title={t.console.headers} text={JSON.stringify(headers, null, 2)} />
      {base64 === null ? (
        <Source title={t.console.payload} text={JSON.stringify(payload, null, 2)} />
      ) : (
        <Source title={t.console.payloadBase64} text={base64} />
      )}
    </>
  );
}

function Source({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <h3 className="console__heading">{title}</h3>
      <pre className="console__source" role="region" aria-label={title} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
