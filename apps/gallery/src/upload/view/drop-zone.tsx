import { useEffect, useId, useRef, useState } from 'react';
import type { CategoryBody } from '@darkroom/contracts';
import { useServices } from '../../services.ts';
import { useTexts } from '../../texts/texts.ts';
import { formatLimit } from '../../ui/format.ts';
import { UploadIcon } from '../../ui/icons.tsx';
import { useCategories } from './use-categories.ts';
import { useFileDrop } from './use-file-drop.ts';
import './drop-zone.css';

const typeNames: Readonly<Record<string, string>> = { jpg: 'JPEG', webp: 'WebP' };

/** Takes files by drop anywhere on the page, by paste, and by the picker. */
export function DropZone({ roomy }: { roomy: boolean }) {
  const t = useTexts();
  const { uploads } = useServices();
  const { categories, failed, reload } = useCategories();
  const [chosenId, setChosenId] = useState<number>();
  const input = useRef<HTMLInputElement>(null);
  const limitsId = useId();
  const category = categories?.find(({ id }) => id === chosenId) ?? categories?.[0];

  const add = (files: readonly File[]) => {
    if (category !== undefined) uploads.add(files, { category });
  };
  const dragging = useFileDrop(add);
  usePaste(add);

  if (failed) {
    return (
      <section className="drop-zone" aria-label={t.upload.title}>
        <p className="drop-zone__lead" role="alert">
          {t.upload.unavailable}
        </p>
        <button className="button" type="button" onClick={reload}>
          {t.retry}
        </button>
      </section>
    );
  }
  const classes = `drop-zone${roomy ? ' drop-zone--roomy' : ''}${dragging ? ' drop-zone--over' : ''}`;
  return (
    <section className={classes} aria-label={t.upload.title}>
      <span className="drop-zone__icon">
        <UploadIcon />
      </span>
      <div className="drop-zone__text">
        <p className="drop-zone__lead">
          {dragging ? t.upload.dropNow : roomy ? t.upload.drop : t.upload.dropMore}
        </p>
        <p className="drop-zone__limits" id={limitsId}>
          {categories?.length === 0 ? t.upload.noCategories : category && limitsOf(category)}
        </p>
      </div>
      <div className="drop-zone__controls">
        {categories !== undefined && categories.length > 1 && (
          <CategorySelect categories={categories} value={category?.id} onChange={setChosenId} />
        )}
        <button
          className="button button--primary"
          type="button"
          aria-describedby={limitsId}
          disabled={category === undefined}
          onClick={() => input.current?.click()}
        >
          {t.upload.choose}
        </button>
      </div>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        accept={category?.allowed_extensions.map((extension) => `.${extension}`).join(',')}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = ''; // the same file may be chosen again
        }}
      />
      {dragging && <div className="drop-veil" />}
    </section>
  );

  function limitsOf({ allowed_extensions, max_file_size }: CategoryBody): string {
    const types = [...new Set(allowed_extensions.map((e) => typeNames[e] ?? e.toUpperCase()))];
    return t.upload.limits(types.join(', '), formatLimit(max_file_size, t.locale));
  }
}

interface CategorySelectProps {
  readonly categories: readonly CategoryBody[];
  readonly value: number | undefined;
  readonly onChange: (id: number) => void;
}

function CategorySelect({ categories, value, onChange }: CategorySelectProps) {
  const t = useTexts();
  return (
    <label className="drop-zone__category">
      <span className="visually-hidden">{t.upload.category}</span>
      <select className="input" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {categories.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function usePaste(onFiles: (files: readonly File[]) => void): void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) latest.current(files);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);
}
