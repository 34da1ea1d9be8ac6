import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useIsAdmin } from './session/use-is-admin.ts';
import { useTexts } from './texts/texts.ts';

/** The sections. On a phone they scroll sideways, with the one that is shown in view. */
export function Navigation() {
  const t = useTexts();
  const isAdmin = useIsAdmin();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current=page]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, isAdmin, t]);
  return (
    <nav ref={nav} className="nav" aria-label={t.nav.label}>
      <NavLink to="/" end>
        {t.nav.images}
      </NavLink>
      <NavLink to="/deleted">{t.nav.deleted}</NavLink>
      <NavLink to="/statistics">{t.nav.statistics}</NavLink>
      <NavLink to="/categories">{t.nav.categories}</NavLink>
      {isAdmin && <NavLink to="/console">{t.nav.console}</NavLink>}
    </nav>
  );
}
