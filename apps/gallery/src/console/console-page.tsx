import { useCallback, useRef, useState } from 'react';
import type { DeadLetterBody } from '@darkroom/contracts';
import { useServices } from '../services.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { Modal } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { usePage } from '../ui/use-page.ts';
import { DeadLetter } from './dead-letter.tsx';
import { DeadLetterTable } from './dead-letter-table.tsx';
import { loadConsole } from './load-console.ts';
import { State } from './state.tsx';
import { useRefreshed } from './use-refreshed.ts';
import './console.css';

/** For admins: how the whole installation is, and the events that were given up. */
export function ConsolePage() {
  const t = useTexts();
  const heading = usePage(t.console.title);
  const headingElement = useRef<HTMLHeadingElement | null>(null);
  const { api } = useServices();
  const toast = useToast();
  const [cursor, setCursor] = useState<string>();
  const { value, failed, loading, reload } = useRefreshed(
    useCallback((signal: AbortSignal) => loadConsole(api, cursor, signal), [api, cursor]),
  );
  const [shown, setShown] = useState<DeadLetterBody>();
  const settled = useRef(false);
  const state = value === 'forbidden' ? undefined : value;

  return (
    <>
      <div className="page-head">
        <h1
          ref={(element) => {
            headingElement.current = element;
            heading(element);
          }}
          tabIndex={-1}
        >
          {t.console.title}
        </h1>
        {state !== undefined && <p className="quiet">{t.console.text}</p>}
      </div>
      {value === undefined && !failed && (
        <p className="quiet" role="status">
          {t.loading}
        </p>
      )}
      {value === 'forbidden' && (
        <Notice tone="quiet" title={t.console.forbiddenTitle} text={t.console.forbiddenText} />
      )}
      {failed && (
        <Notice
          tone="error"
          title={t.console.failed}
          text={failureText(t, { code: 'server' }).advice}
          action={{ label: t.retry, onPress: reload, busy: loading }}
        />
      )}
      {state !== undefined && (
        <State operations={state.operations}>
          <DeadLetterTable
            letters={state.letters}
            isFirst={cursor === undefined}
            onPage={setCursor}
            onShow={(letter) => {
              settled.current = false;
              setShown(letter);
            }}
          />
        </State>
      )}
      <Modal
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={t.console.letterTitle(shown?.event_type ?? t.console.unreadable)}
        focusAfter={() => (settled.current ? (headingElement.current ?? true) : true)}
      >
        {shown !== undefined && (
          <DeadLetter
            letter={shown}
            onSettled={(text) => {
              settled.current = true; // the row with the button that was pressed goes
              setShown(undefined);
              reload();
              toast({ text });
            }}
          />
        )}
      </Modal>
    </>
  );
}
