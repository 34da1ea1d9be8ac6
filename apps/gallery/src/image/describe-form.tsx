import { useRef, useState, type SyntheticEvent } from 'react';
import type { ImageBody } from '@darkroom/contracts';
import { ApiError } from '@darkroom/upload-client';
import { useTexts, type Texts } from '../texts/texts.ts';
import { Conflict, type Words } from './conflict.tsx';
import { DiscardQuestion } from './discard-question.tsx';
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

/** As the API has it. */
const maxTags = 50;
const maxTagLength = 64;

/** Title, description, alternative text and tags. Escape leaves things as they were, after a question where need be. */
export function DescribeForm({ image, handle, onDone }: DescribeFormProps) {
  const t = useTexts();
  const [base, setBase] = useState(image); // what the words in the form are a change of
  const [state, setState] = useState<State>(idle);
  const [asked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isDirty = () => form.current !== null && !sameWords(wordsOf(new FormData(form.current)), base);
  const leave = () => (isDirty() ? setAsked(true) : onDone());

  const save = async (over: ImageBody, mine: Words): Promise<void> => {
    setState({ kind: 'busy' });
    try {
      await handle.update(over, mine);
      onDone();
    } catch (error) {
      const conflict = error instanceof ApiError && error.status === 412;
      const theirs = conflict ? await handle.fetchLatest().catch(() => undefined) : undefined;
      if (theirs === undefined) setState(failure(error, t));
      else if (sameWords(theirs, over)) await save(theirs, mine);
      else setState({ kind: 'conflict', theirs, mine });
    }
  };
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (state.kind === 'busy') return;
    const mine = wordsOf(new FormData(event.currentTarget));
    const wrong = faultIn(mine.tags, t);
    if (wrong !== undefined) setState({ kind: 'failed', detail: wrong });
    else void save(state.kind === 'conflict' ? state.theirs : base, mine);
  };

  return (
    <>
      <form
        key={base.updated_at}
        ref={form}
        className="describe"
        onSubmit={submit}
        onKeyDown={(event) => {
          // While letters are being put together, as in Korean, Escape is for the input method.
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          event.stopPropagation(); // else the question that it opens would be closed by it
          leave();
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
              <button className="button" type="button" onClick={leave}>
                {t.cancel}
              </button>
            </div>
          </>
        )}
      </form>
      <DiscardQuestion
        asked={asked}
        isDirty={() => state.kind !== 'busy' && isDirty()}
        onKeep={() => setAsked(false)}
        onDiscard={onDone}
      />
    </>
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
function sameWords(one: Words, other: Words): boolean {
  const words = ({ title, description, alt_text, tags }: Words) => [title, description, alt_text, ...tags];
  return JSON.stringify(words(one)) === JSON.stringify(words(other));
}

function faultIn(tags: readonly string[], { image: { form } }: Texts): string | undefined {
  const long = tags.find((tag) => tag.length > maxTagLength);
  if (long !== undefined) return form.tagTooLong(`${long.slice(0, 20)}…`, maxTagLength);
  return tags.length > maxTags ? form.tooManyTags(maxTags) : undefined;
}

/** What the server says beyond that it will not, it says in English. */
function failure(error: unknown, t: Texts): State {
  const errors = error instanceof ApiError && t.locale === 'en' ? error.errors : [];
  return { kind: 'failed', detail: errors.map(({ message }) => message).join(', ') };
}
