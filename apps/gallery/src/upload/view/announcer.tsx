import { useEffect, useState } from 'react';
import type { Upload } from '@darkroom/upload-client';
import { useServices } from '../../services.ts';
import { failureText, useTexts, type Texts } from '../../texts/texts.ts';

/** Tells a screen reader what becomes of uploads: what was added, what is ready, what failed. Not each percent. */
export function Announcer() {
  const t = useTexts();
  const { uploads } = useServices();
  const [message, setMessage] = useState('');
  useEffect(() => {
    let before = uploads.uploads();
    return uploads.subscribe(() => {
      const now = uploads.uploads();
      const news = changes(before, now, t);
      before = now;
      if (news !== '') setMessage(news);
    });
  }, [uploads, t]);
  return (
    <div className="visually-hidden" role="status" data-testid="announcer">
      {message}
    </div>
  );
}

function changes(before: readonly Upload[], now: readonly Upload[], t: Texts): string {
  const old = new Map(before.map((upload) => [upload.key, upload]));
  const added = now.filter(({ key }) => !old.has(key)).length;
  const news = added > 0 ? [t.upload.announceAdded(added)] : [];
  for (const upload of now) {
    if (old.get(upload.key)?.phase === upload.phase) continue;
    if (upload.phase === 'ready') news.push(t.upload.announceReady(upload.file.name));
    if (upload.phase === 'failed' && upload.failure !== undefined) {
      news.push(t.upload.announceFailed(upload.file.name, failureText(t, upload.failure).what));
    }
  }
  return news.join('. ');
}
