import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useIsAdmin } from './session/use-is-admin.ts';
import { useTexts } from './texts/texts.ts';

function middle(element: Element): number {
  const { left, width } = element.getBoundingClientRect();
  return left + width / 2;
}

/** Tells the style sheet at which edge there is more to scroll to. */
function markEdges(nav: HTMLElement): void {
  const { scrollLeft, scrollWidth, clientWidth } = nav;
  nav.toggleAttribute('data-more-before', scrollLeft > 1);
  nav.toggleAttribute('data-more-after', scrollLeft + clientWidth < scrollWidth - 1);
}

/** The sections. On a phone they scroll sideways, with the one that is shown in view. */
export function Navigation() {
  const t = useTexts();
  const isAdmin = useIsAdmin();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current=page]');
    // Sideways alone: `scrollIntoView` would take the page to its top as well.
    if (nav.current && current) nav.current.scrollLeft += middle(current) - middle(nav.current);
    if (nav.current) markEdges(nav.current);
  }, [pathname, isAdmin, t]);
  useEffect(() => {
    if (nav.current === null) return undefined;
    const watch = new ResizeObserver(() => nav.current && markEdges(nav.current));
    watch.observe(nav.current);
    return () => watch.disconnect();
  }, []);
  return (
    <nav
      ref={nav}
      className="nav"
      aria-label={t.nav.label}
      onScroll={(event) => markEdges(event.currentTarget)}
    >
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
