import { useState, type SyntheticEvent } from 'react';
import type { CategoryBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import type { NewCategory } from '../api/darkroom-api.ts';
import { useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';

const extensions = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'heic', 'heif'] as const;
const bytesPerMb = 1024 ** 2;

interface CategoryFormProps {
  /** Undefined for a new one. */
  readonly category: CategoryBody | undefined;
  readonly onSaved: (category: CategoryBody) => void;
}

export function CategoryForm({ category, onSaved }: CategoryFormProps) {
  const t = useTexts();
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    if (busy) return;
    if (input.allowed_extensions.length === 0) {
      setFailure(t.categories.noTypes);
      return;
    }
    setBusy(true);
    setFailure('');
    try {
      onSaved(
        await (category === undefined ? api.createCategory(input) : api.updateCategory(category.id, input)),
      );
    } catch (error) {
      setFailure(reasonOf(error));
      setBusy(false);
    }
  };
  const reasonOf = (error: unknown) => {
    if (!(error instanceof ApiError)) return t.categories.saveFailed;
    if (error.code === 'category_exists') return t.categories.nameTaken;
    const details = t.locale === 'en' ? error.errors.map(({ message }) => message) : []; // they are in English
    return [t.categories.saveFailed, ...details].join(' ');
  };

  return (
    <form className="category-form" onSubmit={(event) => void submit(event)}>
      <label className="field">
        <span className="field__label">{t.categories.name}</span>
        <input
          className="input"
          name="name"
          required
          pattern=".*\S.*"
          maxLength={100}
          defaultValue={category?.name}
        />
      </label>
      <label className="field">
        <span className="field__label">{t.categories.description}</span>
        <textarea
          className="input"
          name="description"
          maxLength={1000}
          defaultValue={category?.description}
        />
      </label>
      <label className="field">
        <span className="field__label">{t.categories.maxSize}</span>
        <input
          className="input"
          name="max_size"
          type="number"
          required
          min="0.01"
          max="5120"
          step="any"
          defaultValue={category === undefined ? 20 : category.max_file_size / bytesPerMb}
        />
        <span className="field__hint">{t.categories.maxSizeHint}</span>
      </label>
      <fieldset className="field choices">
        <legend className="field__label">{t.categories.types}</legend>
        {extensions.map((extension) => (
          <label key={extension} className="check">
            <input
              type="checkbox"
              name="extension"
              value={extension}
              defaultChecked={category?.allowed_extensions.includes(extension) ?? extension !== 'heif'}
            />
            {extension}
          </label>
        ))}
      </fieldset>
      <fieldset className="field choices">
        <legend className="field__label">{t.categories.visibility}</legend>
        {(['public', 'private'] as const).map((visibility) => (
          <label key={visibility} className="check">
            <input
              type="radio"
              name="visibility"
              value={visibility}
              defaultChecked={(category?.visibility ?? 'public') === visibility}
            />
            {t.categories.visibilities[visibility]}
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" name="active" defaultChecked={category?.is_active ?? true} />
        {t.categories.active}
      </label>
      <p className="form-error" role="alert">
        {failure}
      </p>
      <button className="button button--primary button--wide" type="submit">
        {busy ? t.categories.saving : t.categories.save}
      </button>
    </form>
  );
}

function inputOf(form: FormData): NewCategory & { description: string; is_active: boolean } {
  return {
    name: String(form.get('name') ?? '').trim(),
    description: String(form.get('description') ?? '').trim(),
    max_file_size: Math.round(Number(form.get('max_size')) * bytesPerMb),
    allowed_extensions: form.getAll('extension').map(String),
    visibility: form.get('visibility') === 'private' ? 'private' : 'public',
    is_active: form.has('active'),
  };
}
