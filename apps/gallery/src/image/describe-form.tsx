import { useState, type SyntheticEvent } from 'react';
import type { ImageBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import { useTexts } from '../texts/texts.ts';
import { Conflict, type Words } from './conflict.tsx';
import type { ImageHandle } from './use-image.ts';

interface DescribeFormProps {
  readonly image: ImageBody;
  readonly handle: Pick<ImageHandle, 'update' | 'fetchLatest'>;
  readonly onDone: () => void;
}

type State =
  | { readonly kind: 'idle' | 'busy' }
  | { readonly kind: 'failed'; readonly detail: string }
  /** Somebody else was faster: their words, and the ones of this form. */
  | { readonly kind: 'conflict'; readonly theirs: ImageBody; readonly mine: Words };

const idle: State = { kind: 'idle' };

/** Title, description, alternative text and tags. Escape leaves things as they were. */
export function DescribeForm({ image, handle, onDone }: DescribeFormProps) {
  const t = useTexts();
  const [base, setBase] = useState(image); // what the words in the form are a change of
  const [state, setState] = useState<State>(idle);

  const save = async (over: ImageBody, mine: Words): Promise<void> => {
    setState({ kind: 'busy' });
    try {
      await handle.update(over, mine);
      onDone();
    } catch (error) {
      const conflict = error instanceof ApiError && error.status === 412;
      const theirs = conflict ? await handle.fetchLatest().catch(() => undefined) : undefined;
      if (theirs === undefined) setState(failure(error));
      else if (sameWords(theirs, over)) await save(theirs, mine);
      else setState({ kind: 'conflict', theirs, mine });
    }
  };
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (state.kind === 'busy') return;
    void save(state.kind === 'conflict' ? state.theirs : base, wordsOf(new FormData(event.currentTarget)));
  };

  return (
    <form
      key={base.updated_at}
      className="describe"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone();
      }}
    >
      <Fields image={base} />
      {state.kind === 'conflict' ? (
        <Conflict
          theirs={state.theirs}
          mine={state.mine}
          onTake={() => {
            setBase(state.theirs);
            setState(idle);
          }}
        />
      ) : (
        <>
          <p className="form-error" role="alert">
            {state.kind === 'failed' ? `${t.image.form.failed} ${state.detail}` : ''}
          </p>
          <div className="actions">
            <button className="button button--primary" type="submit">
              {state.kind === 'busy' ? t.image.form.saving : t.image.form.save}
            </button>
            <button className="button" type="button" onClick={onDone}>
              {t.cancel}
            </button>
          </div>
        </>
      )}
    </form>
  );
}

function Fields({ image }: { image: ImageBody }) {
  const t = useTexts();
  return (
    <>
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
    </>
  );
}

function wordsOf(form: FormData): Words {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const tags = text('tags')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return { title: text('title'), description: text('description'), alt_text: text('alt'), tags };
}

/** What has changed is not for this form: the image has gone on to its next step, say. */
function sameWords(one: ImageBody, other: ImageBody): boolean {
  const words = ({ title, description, alt_text, tags }: ImageBody) => [
    title,
    description,
    alt_text,
    ...tags,
  ];
  return JSON.stringify(words(one)) === JSON.stringify(words(other));
}

function failure(error: unknown): State {
  const errors = error instanceof ApiError ? error.errors : [];
  return { kind: 'failed', detail: errors.map(({ message }) => message).join(', ') };
}
