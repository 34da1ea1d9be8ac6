import { useEffect, useId, useRef, useState, type MouseEvent } from 'react';
import type { CategoryBody, CategoryLimits, Locale, UploadOptions } from '@darkroom/upload-client';
import { formatLimit } from './format.ts';
import { CameraIcon, UploadIcon } from './icons.tsx';
import type { UploaderTexts } from './texts/texts.ts';
import type { Categories } from './use-categories.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useLatest } from './use-latest.ts';

interface DropAreaProps {
  readonly categories: Categories;
  /** The only one to upload into; else there is a choice. */
  readonly fixedId: number | undefined;
  readonly onFiles: (files: readonly File[], category: UploadOptions['category']) => void;
  readonly t: UploaderTexts;
  readonly locale: Locale;
  readonly wholePage: boolean;
  readonly camera: boolean;
  readonly compact: boolean;
}

const typeNames: Readonly<Record<string, string>> = { jpg: 'JPEG', webp: 'WebP' };

/** Takes files by drop, by paste, by the picker and by the camera, and says beforehand which. */
export function DropArea(props: DropAreaProps) {
  const { fixedId, t, locale, wholePage, compact } = props;
  const { categories, failed, reload } = props.categories;
  const [chosenId, setChosenId] = useState<number>();
  const limitsId = useId();
  const known = knownCategory(categories, fixedId, chosenId);
  const category = known ?? fixedId;
  const take = useTakeFiles(category, props.onFiles);
  const { getRootProps, getInputProps, inputRef, isDragActive } = useFileDrop(take, wholePage);
  const pickFiles = () => pick(inputRef.current);
  const pickOnGround = ({ target }: MouseEvent) => {
    if ((target as Element).closest('button, select, label, input') === null) pickFiles();
  };
  return (
    <section
      {...(wholePage ? {} : getRootProps())}
      role="region"
      tabIndex={-1}
      className={`darkroom-drop ${compact ? 'darkroom-drop--compact' : 'darkroom-drop--roomy'}`}
      data-over={isDragActive || undefined}
      aria-label={t.title}
      onClick={category === undefined ? undefined : pickOnGround}
    >
      {failed && category === undefined ? (
        <Unavailable t={t} onRetry={reload} />
      ) : (
        <>
          <span className="darkroom-drop__icon">
            <UploadIcon />
          </span>
          <div className="darkroom-drop__text">
            <Lead t={t} dragging={isDragActive} />
            <p className="darkroom-drop__limits" id={limitsId}>
              {categories?.length === 0 ? t.noCategories : known && limitsOf(known, t, locale)}
            </p>
          </div>
          <div className="darkroom-drop__controls">
            {fixedId === undefined && categories !== undefined && categories.length > 1 && (
              <CategorySelect categories={categories} value={known?.id} onChange={setChosenId} t={t} />
            )}
            {props.camera && <CameraButton t={t} disabled={category === undefined} onFiles={take} />}
            <button
              className="darkroom-button darkroom-button--primary"
              type="button"
              aria-describedby={limitsId}
              disabled={category === undefined}
              onClick={pickFiles}
            >
              {t.choose}
            </button>
          </div>
        </>
      )}
      <input
        {...getInputProps({
          accept: known && acceptOf(known),
          hidden: true,
          style: undefined,
          'aria-label': t.choose,
        })}
      />
      {wholePage && isDragActive && <div className="darkroom-drop__veil" />}
    </section>
  );
}

/** The one that is asked for, as far as it is known; else the one that was chosen, at first the first. */
function knownCategory(
  all: Categories['categories'],
  fixedId: number | undefined,
  chosenId: number | undefined,
) {
  const wanted = all?.find(({ id }) => id === (fixedId ?? chosenId));
  return wanted ?? (fixedId === undefined ? all?.[0] : undefined);
}

/** What comes before it is known where it belongs waits for that. */
function useTakeFiles(category: UploadOptions['category'] | undefined, onFiles: DropAreaProps['onFiles']) {
  const early = useRef<File[]>([]);
  const latest = useLatest(onFiles);
  useEffect(() => {
    if (category !== undefined && early.current.length > 0) latest.current(early.current.splice(0), category);
  }, [category, latest]);
  return (files: readonly File[]) => {
    if (category === undefined) early.current.push(...files);
    else if (files.length > 0) onFiles(files, category);
  };
}

/** Opens a hidden input. Emptied before, so that the same file may be chosen again. */
function pick(input: HTMLInputElement | null): void {
  if (input === null) return;
  input.value = '';
  input.click();
}

/** Extensions for desktops; types besides, by which phones offer their photographs rather than their files. */
function acceptOf({ allowed_extensions }: Pick<CategoryLimits, 'allowed_extensions'>): string {
  const types = allowed_extensions.map((extension) => `image/${extension === 'jpg' ? 'jpeg' : extension}`);
  return [...new Set([...allowed_extensions.map((extension) => `.${extension}`), ...types])].join(',');
}

function limitsOf(
  { allowed_extensions, max_file_size }: CategoryBody,
  t: UploaderTexts,
  locale: Locale,
): string {
  const types = new Set(allowed_extensions.map((name) => typeNames[name] ?? name.toUpperCase()));
  return t.limits([...types].join(', '), formatLimit(max_file_size, locale));
}

/** Nothing is dragged on a phone: its words are others. Only the ones that fit the device are shown, or read out. */
function Lead({ t, dragging }: { t: UploaderTexts; dragging: boolean }) {
  if (dragging) return <p className="darkroom-drop__lead">{t.dropNow}</p>;
  return (
    <p className="darkroom-drop__lead">
      <span className="darkroom-drop__by-mouse">{t.drop}</span>
      <span className="darkroom-drop__by-touch">{t.add}</span>
    </p>
  );
}

/** Shown where the screen is touched. */
function CameraButton(props: {
  t: UploaderTexts;
  disabled: boolean;
  onFiles: (files: readonly File[]) => void;
}) {
  const { t, disabled, onFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        className="darkroom-button darkroom-drop__by-touch"
        type="button"
        disabled={disabled}
        onClick={() => pick(input.current)}
      >
        <CameraIcon />
        {t.camera}
      </button>
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*"
        capture="environment"
        aria-label={t.camera}
        onChange={({ target }) => onFiles([...(target.files ?? [])])}
      />
    </>
  );
}

function Unavailable({ t, onRetry }: { t: UploaderTexts; onRetry: () => void }) {
  return (
    <>
      <p className="darkroom-drop__lead" role="alert">
        {t.unavailable}
      </p>
      <button
        className="darkroom-button"
        type="button"
        onClick={({ currentTarget }) => {
          currentTarget.closest('section')?.focus(); // the button is about to go
          onRetry();
        }}
      >
        {t.tryAgain}
      </button>
    </>
  );
}

interface CategorySelectProps {
  readonly categories: readonly CategoryBody[];
  readonly value: number | undefined;
  readonly onChange: (id: number) => void;
  readonly t: UploaderTexts;
}

function CategorySelect({ categories, value, onChange, t }: CategorySelectProps) {
  return (
    <label className="darkroom-drop__category">
      <span className="darkroom-hidden">{t.category}</span>
      <select
        className="darkroom-select"
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
      >
        {categories.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
