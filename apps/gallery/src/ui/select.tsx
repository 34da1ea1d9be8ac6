import { Select as Base } from '@base-ui/react/select';
import { useRef } from 'react';
import { CheckIcon, ChevronIcon } from './icons.tsx';
import './popup.css';

interface SelectProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly items: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few. */
export function Select<Value extends string | number | null>(props: SelectProps<Value>) {
  const { label, value, items, onChange } = props;
  const place = useRef<HTMLDivElement>(null);
  return (
    <Base.Root items={[...items]} value={value} onValueChange={(next) => onChange(next as Value)}>
      <div className="select" ref={place}>
        <Base.Label className="field__label">{label}</Base.Label>
        <Base.Trigger className="input select__trigger">
          <Base.Value className="select__value" />
          <Base.Icon className="select__icon">
            <ChevronIcon />
          </Base.Icon>
        </Base.Trigger>
      </div>
      {/* Within the part of the page that it belongs to, for who goes by landmarks. */}
      <Base.Portal container={place}>
        <Base.Positioner className="popup-positioner" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="popup">
            <Base.List>
              {items.map((item) => (
                <Base.Item key={String(item.value)} className="popup__item" value={item.value}>
                  <Base.ItemText>{item.label}</Base.ItemText>
                  <Base.ItemIndicator className="popup__mark">
                    <CheckIcon />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
