import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { Fact } from './facts.tsx';
import { groupMetadata } from './group-metadata.ts';

/** What the camera and the photographer wrote into the file, in groups. */
export function Details({ image }: { image: ImageBody }) {
  const t = useTexts();
  if (image.status !== 'completed') return null;
  const state = image.processing.metadata.state;
  const groups = groupMetadata(image.metadata ?? {}, t.tagNames, t.locale);
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
      {groups.length === 0 && <p className="quiet">{none}</p>}
      <div className="groups">
        {groups.map(({ group, entries }) => (
          <div key={group}>
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
    </section>
  );
}
