import { useTexts } from './texts/texts.ts';
import { isMissingPart } from './ui/missing-part.ts';
import { Notice } from './ui/notice.tsx';

/** In place of the whole page, where a component threw: a mistake of ours, or a part that is no longer there. */
export function BrokenPage({ error }: { error?: unknown }) {
  const t = useTexts();
  const missing = isMissingPart(error);
  return (
    <main className="page page--narrow">
      <Notice
        tone="error"
        heading="h1"
        title={missing ? t.missingPart.title : t.start.brokenTitle}
        text={missing ? t.missingPart.text : t.start.brokenText}
        action={{ label: t.start.reload, onPress: () => window.location.reload() }}
      />
    </main>
  );
}
