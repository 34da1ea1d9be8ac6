import { useUploads } from '@darkroom/react-uploader';
import { isEnded } from '@darkroom/upload-client';
import { Link, useLocation } from 'react-router';
import { useServices } from './services.ts';
import { useTexts } from './texts/texts.ts';
import { UploadIcon } from './ui/icons.tsx';

/** On every screen but the one that shows the uploads themselves: how many are still running, and the way to them. */
export function UploadChip() {
  const t = useTexts();
  const uploads = useUploads(useServices().uploads);
  const { pathname } = useLocation();
  const running = uploads.filter((upload) => !isEnded(upload)).length;
  const failed = uploads.filter(({ phase }) => phase === 'failed').length;
  if (pathname === '/' || running + failed === 0) return null;
  const text = running > 0 ? t.upload.running(running) : t.upload.notUploaded(failed);
  return (
    <Link className={running > 0 ? 'upload-chip' : 'upload-chip upload-chip--failed'} to="/">
      <UploadIcon />
      {text}
    </Link>
  );
}
