import { memo, useEffect, useRef, type ReactNode } from 'react';
import { canCancel, isEnded, stageNames, stagesOf, type Locale, type Upload } from '@darkroom/upload-client';
import { FilePreview } from './file-preview.tsx';
import { formatBytes } from './format.ts';
import { AlertIcon, CheckIcon, CloseIcon, RetryIcon } from './icons.tsx';
import type { UploaderTexts } from './texts/texts.ts';

export interface UploadRowProps {
  readonly upload: Upload;
  readonly t: UploaderTexts;
  readonly locale: Locale;
  readonly stages: boolean;
  /** Of the page's own, beside the row's. */
  readonly actions: ((upload: Upload) => ReactNode) | undefined;
  readonly onCancel: (key: string) => void;
  readonly onRetry: (key: string) => void;
  readonly onDismiss: (key: string) => void;
}

/** One file on its way. With the same functions and texts it renders again only when its upload changes. */
export const UploadRow = memo(function UploadRow(props: UploadRowProps) {
  const { upload, t, locale, stages, actions, onCancel, onRetry, onDismiss } = props;
  const { key, file, phase } = upload;
  const keptFocus = useKeptFocus(phase);
  return (
    <li {...keptFocus} tabIndex={-1} className="darkroom-upload" data-phase={phase}>
      <FilePreview upload={upload} />
      <div className="darkroom-upload__body">
        <p className="darkroom-upload__name" title={file.name}>
          {file.name}
        </p>
        <Status upload={upload} t={t} locale={locale} />
      </div>
      <div className="darkroom-upload__actions">
        {actions?.(upload)}
        {(phase === 'canceled' || upload.failure?.retryable === true) && (
          <IconButton label={t.retryFile(file.name)} onPress={() => onRetry(key)} icon={<RetryIcon />} />
        )}
        {canCancel(upload) && (
          <IconButton label={t.cancelFile(file.name)} onPress={() => onCancel(key)} icon={<CloseIcon />} />
        )}
        {isEnded(upload) && (
          <IconButton label={t.dismissFile(file.name)} onPress={() => onDismiss(key)} icon={<CloseIcon />} />
        )}
      </div>
      <div className="darkroom-upload__more">
        <Progress upload={upload} t={t} />
        {phase === 'failed' && <Failure upload={upload} t={t} />}
        {stages && phase !== 'failed' && phase !== 'canceled' && <Stages upload={upload} t={t} />}
      </div>
    </li>
  );
});

/** The button that had focus goes with its phase: focus then moves to the next one of the row, or to the row. */
function useKeptFocus(phase: string) {
  const ref = useRef<HTMLLIElement>(null);
  const hadFocus = useRef(false);
  useEffect(() => {
    const row = ref.current;
    if (row === null || !hadFocus.current || document.activeElement !== document.body) return;
    const next = row.querySelector<HTMLElement>('.darkroom-upload__actions :is(a, button)');
    (next ?? row).focus();
  }, [phase]);
  return {
    ref,
    onFocus: () => {
      hadFocus.current = true;
    },
    // React tells of it when focus goes elsewhere, not when it takes the focused button away itself.
    onBlur: () => {
      hadFocus.current = false;
    },
  };
}

interface PartProps {
  readonly upload: Upload;
  readonly t: UploaderTexts;
}

function Status({ upload, t, locale }: PartProps & { locale: Locale }) {
  const { phase, sentBytes, totalBytes, duplicate } = upload;
  const total = formatBytes(totalBytes, locale);
  const size = phase === 'sending' ? t.sent(formatBytes(sentBytes, locale), total) : total;
  const word = upload.stalled ? t.stalled : phase === 'ready' && duplicate ? t.duplicate : t.phases[phase];
  return (
    <p className="darkroom-upload__status">
      {word}
      <span className="darkroom-upload__size">{size}</span>
    </p>
  );
}

/** Stands there from the start until the file is sent, so that nothing moves when sending begins. */
function Progress({ upload, t }: PartProps) {
  const { file, phase, sentBytes, totalBytes } = upload;
  if (phase !== 'waiting' && phase !== 'preparing' && phase !== 'sending') return null;
  return (
    <progress
      className="darkroom-upload__progress"
      aria-label={t.progressOf(file.name)}
      max={totalBytes || 1}
      value={sentBytes}
    />
  );
}

function Stages({ upload, t }: PartProps) {
  const stages = stagesOf(upload);
  return (
    <ol className="darkroom-stages" aria-label={t.stagesOf(upload.file.name)}>
      {stageNames.map((name) => (
        <li key={name} className="darkroom-stage" data-stage={name} data-state={stages[name]}>
          <span className="darkroom-stage__dot" aria-hidden="true">
            {stages[name] === 'done' && <CheckIcon />}
          </span>
          {t.stages[name]}
          <span className="darkroom-hidden">, {t.stageStates[stages[name]]}</span>
        </li>
      ))}
    </ol>
  );
}

function Failure({ upload, t }: PartProps) {
  if (upload.failure === undefined) return null;
  const { what, advice } = t.failure(upload.failure);
  return (
    <p className="darkroom-upload__failure">
      <AlertIcon />
      <span>
        <strong>{what}</strong> {advice}
      </span>
    </p>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly onPress: () => void;
}

function IconButton({ label, icon, onPress }: IconButtonProps) {
  return (
    <button
      className="darkroom-button darkroom-button--icon"
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      {icon}
    </button>
  );
}
