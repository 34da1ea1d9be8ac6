import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import './popup.css';

interface IconButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly onPress: () => void;
}

/** A button without words, which a tooltip gives by pointer and keyboard. */
export function IconButton({ label, icon, onPress }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger className="icon-button" aria-label={label} onClick={onPress}>
        {icon}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner className="popup-positioner" sideOffset={6}>
          <Tooltip.Popup className="tooltip">{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
