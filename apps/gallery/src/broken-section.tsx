import { useCallback, useEffect, useState } from 'react';
import { useLocation, useNavigate, useRouteError } from 'react-router';
import { useTexts } from './texts/texts.ts';
import { isMissingPart } from './ui/missing-part.ts';
import { Notice } from './ui/notice.tsx';
import { useDocumentTitle } from './ui/use-document-title.ts';
import { useOnline } from './ui/use-online.ts';

/**
 * In place of a section that broke, or whose code could not be loaded: without a connection, or because it was
 * replaced by a newer one. The first is tried again as soon as the connection is back.
 */
export function BrokenSection() {
  const t = useTexts();
  const error = useRouteError();
  const online = useOnline();
  const [seen, setSeen] = useState({ error, offline: !online });
  if (seen.error !== error) setSeen({ error, offline: !online });
  const missing = isMissingPart(error);
  const again = useTryAgain();
  const isBack = missing && seen.offline && online;
  useEffect(() => {
    if (isBack) again();
  }, [isBack, again]);

  const [title, text] = missing
    ? seen.offline
      ? [t.missingOffline.title, t.missingOffline.text]
      : [t.missingPart.title, t.missingPart.text]
    : [t.start.brokenTitle, t.start.brokenText];
  useDocumentTitle(title);
  const reload = { label: t.start.reload, onPress: () => window.location.reload() };
  const action = missing && seen.offline ? { label: t.retry, onPress: again } : reload;
  return <Notice tone="error" heading="h1" title={title} text={text} action={action} />;
}

function useTryAgain() {
  const navigate = useNavigate();
  const { pathname, search, state } = useLocation() as { pathname: string; search: string; state: unknown };
  return useCallback(
    () => void navigate(pathname + search, { replace: true, state }),
    [navigate, pathname, search, state],
  );
}
