import { useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { LockIcon } from '../ui/icons.tsx';
import { Fact } from './facts.tsx';

/** Where the photograph was taken. As text alone: a map would tell its maker. */
export function Position({ gps }: { gps: Readonly<Record<string, unknown>> }) {
  const t = useTexts();
  const [copied, setCopied] = useState(false);
  const { latitude, longitude, altitude } = gps;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;

  const degrees = (value: number) => `${value.toFixed(5)}°`;
  const copy = async () => {
    await navigator.clipboard.writeText(`${latitude}, ${longitude}`);
    setCopied(true);
  };
  return (
    <section className="panel" aria-labelledby="position-heading">
      <div className="panel__head">
        <h2 id="position-heading">{t.image.position}</h2>
        <p className="quiet position__private">
          <LockIcon />
          {t.image.positionPrivate}
        </p>
      </div>
      <dl className="facts facts--columns">
        <Fact name={t.image.latitude}>{degrees(latitude)}</Fact>
        <Fact name={t.image.longitude}>{degrees(longitude)}</Fact>
        {typeof altitude === 'number' && <Fact name={t.image.altitude}>{Math.round(altitude)} m</Fact>}
      </dl>
      {window.isSecureContext && (
        <button className="button" type="button" onClick={() => void copy()}>
          {copied ? t.image.copied : t.image.copy}
        </button>
      )}
    </section>
  );
}
