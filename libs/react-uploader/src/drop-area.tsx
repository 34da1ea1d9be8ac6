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
  const { fixedId, t, locale, wholePage, camera, compact } = props;
  const { categories, failed, reload } = props.categories;
  const [chosenId, setChosenId] = useState<number>();
  const limitsId = useId();
  const picker = useRef<HTMLInputElement>(null);
  const wanted = fixedId ?? chosenId;
  const known =
    categories?.find(({ id }) => id === wanted) ?? (fixedId === undefined ? categories?.[0] : undefined);
  const category = known ?? fixedId;
  const take = useTakeFiles(category, props.onFiles);
  const { getRootProps, getInputProps, inputRef, isDragActive } = useFileDrop(take, wholePage);

  if (failed && category === undefined) return <Unavailable t={t} onRetry={reload} />;
  const accept = known && acceptOf(known);
  const pickOnGround = ({ target }: MouseEvent) => {
    if ((target as Element).closest('button, select, label, input') === null) pick(inputRef.current);
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
      <span className="darkroom-drop__icon">
        <UploadIcon />
      </span>
      <div className="darkroom-drop__text">
        <p className="darkroom-drop__lead">{isDragActive ? t.dropNow : t.drop}</p>
        <p className="darkroom-drop__limits" id={limitsId}>
          {categories?.length === 0 ? t.noCategories : known && limitsOf(known, t, locale)}
        </p>
      </div>
      <div className="darkroom-drop__controls">
        {fixedId === undefined && categories !== undefined && categories.length > 1 && (
          <CategorySelect
            categories={categories}
            value={known?.id}
            onChange={setChosenId}
            label={t.category}
          />
        )}
        {camera && (
          <button
            className="darkroom-button darkroom-drop__camera"
            type="button"
            disabled={category === undefined}
            onClick={() => pick(picker.current)}
          >
            <CameraIcon />
            {t.camera}
          </button>
        )}
        <button
          className="darkroom-button darkroom-button--primary"
          type="button"
          aria-describedby={limitsId}
          disabled={category === undefined}
          onClick={() => pick(inputRef.current)}
        >
          {t.choose}
        </button>
      </div>
      <input {...getInputProps({ accept, hidden: true, style: undefined, 'aria-label': t.choose })} />
      {camera && (
        <input
          ref={picker}
          hidden
          type="file"
          accept="image/*"
          capture="environment"
          aria-label={t.camera}
          onChange={({ target }) => take([...(target.files ?? [])])}
        />
      )}
      {wholePage && isDragActive && <div className="darkroom-drop__veil" />}
    </section>
  );
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

function Unavailable({ t, onRetry }: { t: UploaderTexts; onRetry: () => void }) {
  return (
    <section className="darkroom-drop darkroom-drop--compact" aria-label={t.title}>
      <p className="darkroom-drop__lead" role="alert">
        {t.unavailable}
      </p>
      <button className="darkroom-button" type="button" onClick={onRetry}>
        {t.tryAgain}
      </button>
    </section>
  );
}

interface CategorySelectProps {
  readonly categories: readonly CategoryBody[];
  readonly value: number | undefined;
  readonly onChange: (id: number) => void;
  readonly label: string;
}

function CategorySelect({ categories, value, onChange, label }: CategorySelectProps) {
  return (
    <label className="darkroom-drop__category">
      <span className="darkroom-hidden">{label}</span>
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
