import type { Locale } from '@darkroom/upload-client';
import { chooseLocale, localeNames } from '../texts/locale.ts';
import { useTexts } from '../texts/texts.ts';
import { Select } from './select.tsx';

const items = Object.entries(localeNames).map(([value, label]) => ({ value: value as Locale, label }));

export function LanguageSelect() {
  const t = useTexts();
  return (
    <div className="language-select">
      <Select label={t.language} hideLabel value={t.locale} items={items} onChange={chooseLocale} />
    </div>
  );
}
