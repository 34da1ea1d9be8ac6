import { Menu } from '@base-ui/react/menu';
import type { Locale } from '@darkroom/upload-client';
import { useRef } from 'react';
import { chooseLocale, localeNames } from '../texts/locale.ts';
import { useTexts } from '../texts/texts.ts';
import { CheckIcon, ChevronIcon } from '../ui/icons.tsx';
import { useSession } from './session-context.ts';
import '../ui/popup.css';

/** Who is signed in, in which language they read, and the way out. */
export function AccountMenu() {
  const t = useTexts();
  const { session, identity } = useSession();
  const place = useRef<HTMLDivElement>(null);
  if (identity === undefined) return null;
  return (
    <div ref={place}>
      <Menu.Root>
        <Menu.Trigger
          className="button button--plain account"
          aria-label={t.session.signedInAs(identity.name)}
        >
          <span className="account__name">{identity.name}</span>
          <ChevronIcon />
        </Menu.Trigger>
        <Menu.Portal container={place}>
          <Menu.Positioner className="popup-positioner" align="end" sideOffset={4}>
            <Menu.Popup className="popup account__menu">
              <Menu.RadioGroup value={t.locale} onValueChange={(locale: Locale) => chooseLocale(locale)}>
                <Menu.GroupLabel className="popup__label">{t.language}</Menu.GroupLabel>
                {Object.entries(localeNames).map(([locale, name]) => (
                  <Menu.RadioItem
                    key={locale}
                    className="popup__item"
                    value={locale}
                    lang={locale}
                    closeOnClick
                  >
                    {name}
                    <Menu.RadioItemIndicator className="popup__mark">
                      <CheckIcon />
                    </Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Menu.Separator className="popup__line" />
              <Menu.Item className="popup__item" onClick={() => void session.signOut()}>
                {t.session.signOut}
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}
