import { useRef } from 'react';
import { useServices, useUploads } from '../../services.ts';
import { useTexts } from '../../texts/texts.ts';
import { UploadRow } from './upload-row.tsx';
import './upload-list.css';

export function UploadList() {
  const t = useTexts();
  const uploads = useUploads();
  const { uploads: queue } = useServices();
  const heading = useRef<HTMLHeadingElement>(null);
  if (uploads.length === 0) return null;

  const done = uploads.filter(({ phase }) => phase === 'ready').length;
  const failed = uploads.filter(({ phase }) => phase === 'failed').length;
  const clearable = uploads.some(({ phase }) => phase === 'ready' || phase === 'canceled');
  const keepFocus = () => heading.current?.focus(); // the button that was pressed is about to go
  return (
    <section className="uploads" aria-labelledby="uploads-heading">
      <div className="uploads__head">
        <h2 id="uploads-heading" ref={heading} tabIndex={-1}>
          {t.upload.listTitle}
        </h2>
        <span className="quiet">{t.upload.summary(done, failed, uploads.length)}</span>
        {clearable && (
          <button
            className="button button--plain uploads__clear"
            type="button"
            onClick={() => {
              keepFocus();
              queue.dismissFinished();
            }}
          >
            {t.upload.clear}
          </button>
        )}
      </div>
      <ul className="uploads__rows">
        {uploads.map((upload) => (
          <UploadRow
            key={upload.key}
            upload={upload}
            onCancel={() => queue.cancel(upload.key)}
            onRetry={() => queue.retry(upload.key)}
            onDismiss={() => {
              keepFocus();
              queue.dismiss(upload.key);
            }}
          />
        ))}
      </ul>
    </section>
  );
}
