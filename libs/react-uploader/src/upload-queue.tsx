import { useCallback, useId, useRef, type ReactNode } from 'react';
import type { Locale, Upload, UploadList } from '@darkroom/upload-client';
import type { UploaderTexts } from './texts/texts.ts';
import { UploadRow } from './upload-row.tsx';
import { useUploads } from './use-uploads.ts';

interface UploadQueueProps {
  readonly list: UploadList;
  readonly t: UploaderTexts;
  readonly locale: Locale;
  readonly stages: boolean;
  readonly actions: ((upload: Upload) => ReactNode) | undefined;
}

/** From so many on the list may scroll, and then wants to be reached by keyboard. */
const mayScroll = 5;

/** The files of a list with what becomes of each; nothing while there is none. */
export function UploadQueue({ list, t, ...rest }: UploadQueueProps) {
  const uploads = useUploads(list);
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const cancel = useCallback((key: string) => list.cancel(key), [list]);
  const retry = useCallback((key: string) => list.retry(key), [list]);
  // The button that was pressed is about to go; with the last file the whole list goes.
  const keepFocus = useCallback(() => {
    const zone = heading.current?.closest('.darkroom')?.querySelector<HTMLElement>('.darkroom-drop');
    (list.uploads().length === 0 ? zone : heading.current)?.focus();
  }, [list]);
  const dismiss = useCallback(
    (key: string) => {
      list.dismiss(key);
      keepFocus();
    },
    [list, keepFocus],
  );
  if (uploads.length === 0) return null;

  const count = (phase: Upload['phase']) => uploads.filter((upload) => upload.phase === phase).length;
  const [ready, failed] = [count('ready'), count('failed')];
  return (
    <section className="darkroom-uploads" aria-labelledby={id}>
      <div className="darkroom-uploads__head">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {t.listTitle}
        </h2>
        <span className="darkroom-uploads__summary">{t.summary(ready, failed, uploads.length)}</span>
        {ready + count('canceled') > 0 && (
          <button
            className="darkroom-button darkroom-button--plain darkroom-uploads__clear"
            type="button"
            onClick={() => {
              list.dismissFinished();
              keepFocus();
            }}
          >
            {t.clear}
          </button>
        )}
      </div>
      <ul
        className="darkroom-uploads__rows"
        aria-labelledby={id}
        tabIndex={uploads.length >= mayScroll ? 0 : undefined}
      >
        {uploads.map((upload) => (
          <UploadRow
            key={upload.key}
            upload={upload}
            t={t}
            onCancel={cancel}
            onRetry={retry}
            onDismiss={dismiss}
            {...rest}
          />
        ))}
      </ul>
    </section>
  );
}
