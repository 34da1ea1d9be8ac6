import { useCategories } from '@darkroom/react-uploader';
import { useId, type SyntheticEvent } from 'react';
import { useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { everything, isFiltered, listedStatuses, type ImageQuery } from './image-query.ts';
import type { ChangeQuery } from './use-query.ts';

export interface FilterFieldsProps {
  readonly query: ImageQuery;
  readonly onChange: ChangeQuery;
}

/** What narrows down the grid beside the search. */
export function FilterFields({ query, onChange }: FilterFieldsProps) {
  const t = useTexts();
  const { apiBase, session } = useServices();
  const { categories = [] } = useCategories(apiBase, session);
  return (
    <>
      <Select
        label={t.filters.category}
        value={query.category ?? null}
        items={[
          { value: null, label: t.filters.anyCategory },
          ...categories.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(category) => onChange({ category: category ?? undefined })}
      />
      <Select
        label={t.filters.status}
        value={query.status}
        items={listedStatuses.map((status) => ({ value: status, label: t.statuses[status] }))}
        onChange={(status) => onChange({ status })}
      />
      <DayField
        label={t.filters.from}
        value={query.from}
        max={query.to}
        onChange={(from) => onChange({ from })}
      />
      <DayField label={t.filters.to} value={query.to} min={query.from} onChange={(to) => onChange({ to })} />
      <TagField tags={query.tags} onChange={(tags) => onChange({ tags })} />
      {isFiltered(query) && (
        <button
          className="button button--plain filters__clear"
          type="button"
          onClick={() => onChange(everything)}
        >
          {t.filters.clear}
        </button>
      )}
    </>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

/** The browser's own field for days: it knows the reader's way to write them. Empty while a day is half typed. */
function DayField({ label, value, min, max, onChange }: DayFieldProps) {
  return (
    <label className="filters__day">
      <span className="field__label">{label}</span>
      <input
        key={value /* another value by "back" or "clear all" */}
        className="input"
        type="date"
        defaultValue={value}
        min={min}
        max={max}
        onChange={(event) => {
          const { value: day, validity } = event.target;
          if (!validity.badInput && (day === '' || day >= '1900')) onChange(day === '' ? undefined : day);
        }}
      />
    </label>
  );
}

function TagField({
  tags,
  onChange,
}: {
  tags: readonly string[];
  onChange: (tags: readonly string[]) => void;
}) {
  const t = useTexts();
  const id = useId();
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const tag = String(new FormData(event.currentTarget).get('tag') ?? '').trim();
    event.currentTarget.reset();
    if (tag !== '' && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <form className="filters__tags" onSubmit={submit}>
      <label className="field__label" htmlFor={id}>
        {t.filters.tags}
      </label>
      <div className="filters__tag-row">
        <input className="input" id={id} name="tag" maxLength={64} placeholder={t.filters.addTag} />
        {tags.map((tag) => (
          <button
            key={tag}
            className="chip"
            type="button"
            aria-label={t.filters.removeTag(tag)}
            onClick={() => {
              document.getElementById(id)?.focus(); // the chip is about to go
              onChange(tags.filter((other) => other !== tag));
            }}
          >
            {tag}
            <CloseIcon />
          </button>
        ))}
      </div>
    </form>
  );
}
