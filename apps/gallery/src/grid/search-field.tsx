import { useEffect, useId, useRef, useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { SearchIcon } from '../ui/icons.tsx';

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string, how: { readonly replace: boolean }) => void;
}

const pauseMs = 250;

/**
 * Searches while one types, after a short pause. One spell of typing is one entry of the history: going back from it
 * leads to what was there before, not to half a word.
 */
export function SearchField({ value, onChange }: SearchFieldProps) {
  const t = useTexts();
  const id = useId();
  const [draft, setDraft] = useState(value);
  const [told, setTold] = useState(value);
  const typing = useRef(false);
  if (told !== value) {
    setTold(value); // by "back", by "clear all", or by what was typed here
    if (value !== draft.trim()) setDraft(value);
  }

  useEffect(() => {
    const wanted = draft.trim();
    if (wanted === value) return undefined;
    const timer = setTimeout(() => {
      onChange(wanted, { replace: typing.current });
      typing.current = true;
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [draft, value, onChange]);

  return (
    <div className="filters__search">
      <label className="field__label" htmlFor={id}>
        {t.filters.search}
      </label>
      <div className="filters__search-box">
        <SearchIcon />
        <input
          className="input"
          id={id}
          type="search"
          maxLength={200}
          placeholder={t.filters.searchHint}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => {
            typing.current = false;
          }}
        />
      </div>
    </div>
  );
}
