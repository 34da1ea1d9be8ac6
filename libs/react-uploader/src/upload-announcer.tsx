'use client';
import { useEffect, useState } from 'react';
import type { Locale, Upload, UploadList } from '@darkroom/upload-client';
import { textsOf, type UploaderTexts } from './texts/texts.ts';
import { useLatest } from './use-latest.ts';

export interface UploadAnnouncerProps {
  readonly list: UploadList;
  readonly locale?: Locale | undefined;
  readonly texts?: Partial<UploaderTexts> | undefined;
}

/**
 * Tells a screen reader what becomes of uploads: what was added, what is ready, what failed or was canceled. Not each percent. An
 * `<ImageDropzone>` has one; a page whose uploads outlive it puts one where it always is.
 */
export function UploadAnnouncer({ list, locale = 'en', texts }: UploadAnnouncerProps) {
  const t = useLatest(textsOf(locale, texts));
  const [message, setMessage] = useState('');
  useEffect(() => {
    let before = list.uploads();
    return list.subscribe(() => {
      const now = list.uploads();
      const news = changes(before, now, t.current);
      before = now;
      // The same words twice are said twice: to who reads them out, a space more is a change
      if (news !== '') setMessage((said) => (said === news ? `${news}\u00a0` : news));
    });
  }, [list, t]);
  return (
    <div className="darkroom-hidden" role="status" lang={locale}>
      {message}
    </div>
  );
}

function changes(before: readonly Upload[], now: readonly Upload[], t: UploaderTexts): string {
  const old = new Map(before.map((upload) => [upload.key, upload]));
  const added = now.filter(({ key }) => !old.has(key)).length;
  const news = added > 0 ? [t.announceAdded(added)] : [];
  for (const upload of now) {
    if (old.get(upload.key)?.phase === upload.phase) continue;
    if (upload.phase === 'ready') news.push(t.announceReady(upload.file.name));
    if (upload.phase === 'canceled') news.push(t.announceCanceled(upload.file.name));
    if (upload.phase === 'failed' && upload.failure !== undefined) {
      news.push(t.announceFailed(upload.file.name, t.failure(upload.failure).what));
    }
  }
  return news.join('. ');
}
