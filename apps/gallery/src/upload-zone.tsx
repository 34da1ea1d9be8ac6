import { ImageDropzone } from '@darkroom/react-uploader';
import { memo, useMemo } from 'react';
import { Link } from 'react-router';
import type { Upload } from '@darkroom/upload-client';
import { useServices } from './services.ts';
import { uploaderTexts, useTexts, type Texts } from './texts/texts.ts';

/** Takes files by drop anywhere on the page, by paste, picker and camera, and shows what becomes of them. */
export const UploadZone = memo(function UploadZone({ compact }: { compact: boolean }) {
  const t = useTexts();
  const { apiBase, session, uploads } = useServices();
  const actions = useMemo(() => actionsIn(t), [t]);
  return (
    <ImageDropzone
      apiBase={apiBase}
      token={session}
      list={uploads}
      locale={t.locale}
      texts={uploaderTexts(t)}
      compact={compact}
      wholePage
      stages
      announce={false}
      actions={actions}
    />
  );
});

/** A link to the image of an upload, as soon as there is one to see. */
function actionsIn(t: Texts) {
  return function Actions({ phase, image, imageId, file }: Upload) {
    const id = phase === 'ready' ? imageId : image?.status === 'completed' ? image.id : undefined;
    if (id === undefined || (phase !== 'ready' && phase !== 'failed')) return null;
    return (
      <Link className="button" to={`/images/${id}`} aria-label={t.upload.viewFile(file.name)}>
        {t.upload.view}
      </Link>
    );
  };
}
