import { Menu } from '@base-ui/react/menu';
import type { Locale } from '@darkroom/upload-client';
import { useState } from 'react';
import { chooseLocale, localeNames } from '../texts/locale.ts';
import { useTexts } from '../texts/texts.ts';
import { CheckIcon, ChevronIcon } from '../ui/icons.tsx';
import '../ui/popup.css';

/** The menu of the account with its button, open at first: it takes the place of a button that was pressed. */
export function AccountPopup({ name, onSignOut }: { name: string; onSignOut: () => void }) {
  const t = useTexts();
  const [place, setPlace] = useState<HTMLElement | null>(null); // within the header, for who goes by landmarks
  return (
    <div ref={setPlace}>
      {place !== null && (
        <Menu.Root defaultOpen>
          <Menu.Trigger className="button button--plain account" aria-label={t.session.signedInAs(name)}>
            <span className="account__name">{name}</span>
            <ChevronIcon />
          </Menu.Trigger>
          <Menu.Portal container={place}>
            <Menu.Positioner className="popup-positioner" align="end" sideOffset={4}>
              <Menu.Popup className="popup account__menu">
                <Menu.RadioGroup value={t.locale} onValueChange={(locale: Locale) => chooseLocale(locale)}>
                  <Menu.GroupLabel className="popup__label">{t.language}</Menu.GroupLabel>
                  {Object.entries(localeNames).map(([locale, own]) => (
                    <Menu.RadioItem
                      key={locale}
                      className="popup__item"
                      value={locale}
                      lang={locale}
                      closeOnClick
                    >
                      {own}
                      <Menu.RadioItemIndicator className="popup__mark">
                        <CheckIcon />
                      </Menu.RadioItemIndicator>
                    </Menu.RadioItem>
                  ))}
                </Menu.RadioGroup>
                <Menu.Separator className="popup__line" />
                <Menu.Item className="popup__item" onClick={onSignOut}>
                  {t.session.signOut}
                </Menu.Item>
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
    </div>
  );
}
