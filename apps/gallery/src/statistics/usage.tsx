import type { QuotaBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { formatBytes, formatLimit, formatNumber } from '../ui/format.ts';

/** What one has of what one may have; nothing where nothing is limited. */
export function Usage({ quota }: { quota: QuotaBody }) {
  const t = useTexts();
  const { max_images, used_images, max_bytes, used_bytes } = quota;
  if (max_images === null && max_bytes === null) return null;
  const number = (n: number) => formatNumber(n, t.locale);
  return (
    <section className="panel" aria-labelledby="usage-heading">
      <div className="panel__head">
        <h2 id="usage-heading">{t.statistics.usage}</h2>
      </div>
      <div className="usages">
        {max_bytes !== null && (
          <Bar
            name={t.statistics.bytesUsed}
            used={used_bytes}
            limit={max_bytes}
            text={t.statistics.usageOf(formatBytes(used_bytes, t.locale), formatLimit(max_bytes, t.locale))}
          />
        )}
        {max_images !== null && (
          <Bar
            name={t.statistics.imagesUsed}
            used={used_images}
            limit={max_images}
            text={t.statistics.usageOf(number(used_images), number(max_images))}
          />
        )}
      </div>
    </section>
  );
}

interface BarProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly text: string;
}

/** From here on it is told by colour as well: there is not much left. */
const nearlyFull = 0.9;

function Bar({ name, used, limit, text }: BarProps) {
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  return (
    <div className={share >= nearlyFull ? 'usage usage--full' : 'usage'}>
      <p className="usage__words">
        <span>{name}</span>
        <span>{text}</span>
      </p>
      <div
        className="usage__track"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={text}
      >
        <div className="usage__fill" style={{ '--share': share } as React.CSSProperties} />
      </div>
    </div>
  );
}
