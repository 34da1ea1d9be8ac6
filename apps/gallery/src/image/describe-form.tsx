import { useState, type SyntheticEvent } from 'react';
import type { Description, ImageBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import { useTexts } from '../texts/texts.ts';

interface DescribeFormProps {
  readonly image: ImageBody;
  readonly save: (description: Description) => Promise<void>;
  readonly onDone: () => void;
}

/** Title, description, alternative text and tags. Escape leaves things as they were. */
export function DescribeForm({ image, save, onDone }: DescribeFormProps) {
  const t = useTexts();
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const [detail, setDetail] = useState('');

  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (state === 'busy') return;
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    setState('busy');
    try {
      await save({
        title: text('title'),
        description: text('description'),
        alt_text: text('alt'),
        tags: text('tags')
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
      });
      onDone();
    } catch (error) {
      setDetail(error instanceof ApiError ? error.errors.map(({ message }) => message).join(', ') : '');
      setState('failed');
    }
  };

  return (
    <form
      className="describe"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone();
      }}
    >
      <label className="field">
        <span className="field__label">{t.image.form.title}</span>
        <input className="input" name="title" maxLength={255} defaultValue={image.title} autoFocus />
      </label>
      <label className="field">
        <span className="field__label">{t.image.form.alt}</span>
        <input className="input" name="alt" maxLength={1000} defaultValue={image.alt_text} />
        <span className="field__hint">{t.image.form.altHint}</span>
      </label>
      <label className="field">
        <span className="field__label">{t.image.form.description}</span>
        <textarea className="input" name="description" maxLength={10_000} defaultValue={image.description} />
      </label>
      <label className="field">
        <span className="field__label">{t.image.form.tags}</span>
        <input className="input" name="tags" defaultValue={image.tags.join(', ')} />
        <span className="field__hint">{t.image.form.tagsHint}</span>
      </label>
      <p className="form-error" role="alert">
        {state === 'failed' ? `${t.image.form.failed} ${detail}` : ''}
      </p>
      <div className="actions">
        <button className="button button--primary" type="submit">
          {state === 'busy' ? t.image.form.saving : t.image.form.save}
        </button>
        <button className="button" type="button" onClick={onDone}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}
