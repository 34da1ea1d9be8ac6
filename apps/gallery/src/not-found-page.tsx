import { Link } from 'react-router';
import { useTexts } from './texts/texts.ts';
import { usePage } from './ui/use-page.ts';

export function NotFoundPage() {
  const t = useTexts();
  const heading = usePage(t.notFound.title);
  return (
    <div className="notice">
      <h1 className="notice__title" ref={heading} tabIndex={-1}>
        {t.notFound.title}
      </h1>
      <p>{t.notFound.text}</p>
      <Link className="button" to="/">
        {t.notFound.home}
      </Link>
    </div>
  );
}
