import { useId, useState, type SyntheticEvent } from 'react';
import type { CategoryBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { addressOf, everything, isFiltered, listedStatuses, type ImageQuery } from './image-query.ts';
import { SearchField } from './search-field.tsx';
import type { ChangeQuery } from './use-query.ts';
import './filters.css';

interface FiltersProps {
  readonly query: ImageQuery;
  readonly onChange: ChangeQuery;
  readonly categories: readonly CategoryBody[];
}

/** Narrows down what the grid shows. Everything chosen here stands in the address. */
export function Filters({ query, onChange, categories }: FiltersProps) {
  const t = useTexts();
  const moreId = useId();
  const beyondSearch = addressOf({ ...query, search: '' }).size;
  const [open, setOpen] = useState(beyondSearch > 0);
  return (
    <search className="filters" aria-label={t.filters.label}>
      <SearchField value={query.search} onChange={(search, how) => onChange({ search }, how)} />
      <button
        className="button filters__toggle"
        type="button"
        aria-expanded={open}
        aria-controls={moreId}
        onClick={() => setOpen(!open)}
      >
        {t.filters.more}
        {beyondSearch > 0 && <span className="filters__count">{beyondSearch}</span>}
      </button>
      <div className={open ? 'filters__more filters__more--open' : 'filters__more'} id={moreId}>
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
        <DayField
          label={t.filters.to}
          value={query.to}
          min={query.from}
          onChange={(to) => onChange({ to })}
        />
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
      </div>
    </search>
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
