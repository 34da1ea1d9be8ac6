import { useId, useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { part, usePart } from '../ui/part.ts';
import { useWide } from '../ui/use-wide.ts';
import type { FilterFieldsProps } from './filter-fields.tsx';
import { addressOf } from './image-query.ts';
import { SearchField } from './search-field.tsx';
import './filters.css';

const fields = part(() => import('./filter-fields.tsx'));

/** Narrows down what the grid shows. Everything chosen here stands in the address. */
export function Filters({ query, onChange }: FilterFieldsProps) {
  const t = useTexts();
  const moreId = useId();
  const beyondSearch = addressOf({ ...query, search: '' }).size;
  const [open, setOpen] = useState(beyondSearch > 0);
  const isWide = useWide();
  const shown = open || isWide;
  const loaded = usePart(fields, shown);
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
        {shown && loaded !== undefined && <loaded.FilterFields query={query} onChange={onChange} />}
      </div>
    </search>
  );
}
