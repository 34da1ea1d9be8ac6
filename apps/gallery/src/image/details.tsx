import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { Fact } from './facts.tsx';
import { groupMetadata } from './group-metadata.ts';

/** What the camera and the photographer wrote into the file, in groups. */
export function Details({ image }: { image: ImageBody }) {
  const t = useTexts();
  if (image.status !== 'completed') return null;
  const state = image.processing.metadata.state;
  const { groups, others } = groupMetadata(image.metadata ?? {}, t);
  const none =
    state === 'failed'
      ? t.image.metadataFailed
      : state === 'ready'
        ? t.image.noMetadata
        : t.image.metadataPending;
  return (
    <section className="panel" aria-labelledby="details-heading">
      <div className="panel__head">
        <h2 id="details-heading">{t.image.metadata}</h2>
      </div>
      {groups.length + others.length === 0 && <p className="quiet">{none}</p>}
      <div className="groups">
        {groups.map(({ group, entries }) => (
          <div key={group} className="groups__one">
            <h3 className="groups__name">{t.groups[group]}</h3>
            <dl className="facts">
              {entries.map(({ name, text }) => (
                <Fact key={name} name={name}>
                  {text}
                </Fact>
              ))}
            </dl>
          </div>
        ))}
      </div>
      {others.length > 0 && (
        <details className="others">
          <summary>{t.image.otherTags(others.length)}</summary>
          <dl className="facts facts--columns" lang="en">
            {others.map(({ name, text }) => (
              <Fact key={name} name={name}>
                {text}
              </Fact>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
