import { memo } from 'react';
import { Link } from 'react-router';
import { canCancel, isEnded, stageNames, stagesOf, type Upload } from '@darkroom/upload-client';
import { failureText, useTexts } from '../../texts/texts.ts';
import { formatBytes } from '../../ui/format.ts';
import { AlertIcon, CheckIcon, CloseIcon, RetryIcon } from '../../ui/icons.tsx';
import { FilePreview } from './file-preview.tsx';

interface UploadRowProps {
  readonly upload: Upload;
  readonly onCancel: () => void;
  readonly onRetry: () => void;
  readonly onDismiss: () => void;
}

/** One file on its way. An upload object changes only when the upload does: that is all that is compared. */
export const UploadRow = memo(
  function UploadRow({ upload, onCancel, onRetry, onDismiss }: UploadRowProps) {
    const t = useTexts();
    const { file, phase } = upload;
    return (
      <li className={`upload upload--${phase}`} data-phase={phase}>
        <FilePreview file={file} />
        <div className="upload__body">
          <p className="upload__name">{file.name}</p>
          <Status upload={upload} />
        </div>
        <div className="upload__actions">
          {phase === 'ready' && upload.imageId !== undefined && (
            <Link
              className="button"
              to={`/images/${upload.imageId}`}
              aria-label={t.upload.viewFile(file.name)}
            >
              {t.upload.view}
            </Link>
          )}
          {(phase === 'canceled' || upload.failure?.retryable === true) && (
            <IconButton label={t.upload.retryFile(file.name)} onPress={onRetry} icon={<RetryIcon />} />
          )}
          {canCancel(upload) && (
            <IconButton label={t.upload.cancelFile(file.name)} onPress={onCancel} icon={<CloseIcon />} />
          )}
          {isEnded(upload) && (
            <IconButton label={t.upload.dismissFile(file.name)} onPress={onDismiss} icon={<CloseIcon />} />
          )}
        </div>
        <div className="upload__more">
          <Progress upload={upload} />
          {phase === 'failed' ? (
            <Failure upload={upload} />
          ) : (
            phase !== 'canceled' && <Stages upload={upload} />
          )}
        </div>
      </li>
    );
  },
  (before, after) => before.upload === after.upload,
);

function Status({ upload }: { upload: Upload }) {
  const t = useTexts();
  const { file, phase, sentBytes } = upload;
  const total = formatBytes(file.size, t.locale);
  const size = phase === 'sending' ? t.upload.sent(formatBytes(sentBytes, t.locale), total) : total;
  return (
    <p className="upload__status">
      {upload.stalled ? t.upload.stalled : t.upload.phases[phase]}
      <span className="upload__size">{size}</span>
    </p>
  );
}

/** Stands there from the start until the file is sent, so that nothing moves when sending begins. */
function Progress({ upload }: { upload: Upload }) {
  const t = useTexts();
  const { file, phase, sentBytes } = upload;
  if (phase !== 'waiting' && phase !== 'preparing' && phase !== 'sending') return null;
  return (
    <progress
      className="upload__progress"
      aria-label={t.upload.progressOf(file.name)}
      max={file.size}
      value={sentBytes}
    />
  );
}

function Stages({ upload }: { upload: Upload }) {
  const t = useTexts();
  const stages = stagesOf(upload);
  return (
    <ol className="stages" aria-label={t.upload.stagesOf(upload.file.name)}>
      {stageNames.map((name) => (
        <li key={name} className={`stage stage--${stages[name]}`} data-stage={name} data-state={stages[name]}>
          <span className="stage__dot" aria-hidden="true">
            {stages[name] === 'done' && <CheckIcon />}
          </span>
          {t.upload.stages[name]}
          <span className="visually-hidden">, {t.upload.stageStates[stages[name]]}</span>
        </li>
      ))}
    </ol>
  );
}

function Failure({ upload }: { upload: Upload }) {
  const t = useTexts();
  if (upload.failure === undefined) return null;
  const { what, advice } = failureText(t, upload.failure);
  return (
    <p className="upload__failure">
      <AlertIcon />
      <span>
        <strong>{what}</strong> {advice}{' '}
        {upload.image?.status === 'completed' && (
          <Link to={`/images/${upload.image.id}`}>{t.upload.viewFile(upload.file.name)}</Link>
        )}
      </span>
    </p>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly onPress: () => void;
}

function IconButton({ label, icon, onPress }: IconButtonProps) {
  return (
    <button className="icon-button" type="button" aria-label={label} title={label} onClick={onPress}>
      {icon}
    </button>
  );
}
