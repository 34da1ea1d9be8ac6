import { chooseLocale, localeNames } from '../texts/locale.ts';
import type { Locale } from '@darkroom/upload-client';
import { useTexts } from '../texts/texts.ts';

/** The languages as buttons: there are few, and who cannot read the page finds their own at a glance. */
export function LanguageButtons() {
  const t = useTexts();
  return (
    <div className="languages" role="group" aria-label={t.language}>
      {Object.entries(localeNames).map(([locale, name]) => (
        <button
          key={locale}
          className="button button--plain"
          type="button"
          lang={locale}
          aria-pressed={locale === t.locale}
          onClick={() => chooseLocale(locale as Locale)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
