import { useTexts } from './texts/texts.ts';
import { Notice } from './ui/notice.tsx';

/** Shown when a component threw: a mistake of ours. */
export function BrokenPage() {
  const t = useTexts();
  return (
    <main className="page page--narrow">
      <Notice
        tone="error"
        heading="h1"
        title={t.start.brokenTitle}
        text={t.start.brokenText}
        action={{ label: t.start.reload, onPress: () => window.location.reload() }}
      />
    </main>
  );
}
